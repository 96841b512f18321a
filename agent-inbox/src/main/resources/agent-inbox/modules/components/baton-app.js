import { LitElement, css, html, nothing } from "lit";
import { commandOf } from "../keyboard.js";
import { live } from "../live.js";
import { Address } from "../models/address.js";
import { Directory } from "../models/directory.js";
import { Drafts } from "../models/drafts.js";
import { TABS } from "../models/filter.js";
import { Inbox } from "../models/inbox.js";
import { Notifications } from "../models/notifications.js";
import { Outbox } from "../models/outbox.js";
import { nothingChanged, problemText } from "../models/sentences.js";
import { Undo } from "../models/undo.js";
import { session } from "../session.js";
import { t } from "../texts.js";
import { shared } from "./shared-styles.js";
import "./account-menu.js";
import "./agents-page.js";
import "./connection-state.js";
import "./conversation-details.js";
import "./conversation-list.js";
import "./conversation-thread.js";
import "./groups-page.js";
import "./notification-bell.js";
import "./settings-dialog.js";
import "./shortcuts-dialog.js";
import "./sign-in-form.js";
import "./undo-toast.js";

/**
 * The whole page: signs in, lays out, and is the one place where its parts meet. What the parts have from it, and what it has from them:
 *
 * - Properties go down: `.me` is the agent {id, name, role, ownership}, `.directory`, `.address` and so on are models that dispatch `change`.
 * - Keyboard commands go down as an event: a `command` CustomEvent with detail {name} is dispatched on the part that it is for. The list
 *   gets `next`, `previous`, `open`, `show-arrivals`, `filter`; the thread gets `reply`, `assign`, `unassign`, `complete`, `back` (Escape).
 *   See keyboard.js for the keys. A part that uses a key itself calls `preventDefault` or stops the event.
 * - Events go up, bubbling and composed:
 *   `open-conversation` {conversationId or null}: shows that conversation, or the list alone;
 *   `conversation` (model or null), by the thread: what it shows at present, which the details then show too;
 *   `toggle-details`, by the thread: opens or closes the details where they are a drawer;
 *   `unread` (number), by the bell: for the title; `open-settings`, by the bell.
 * - The settings dialog has `show()`.
 *
 * When the session ends by itself, the page stays as it is behind a dialog that asks for the password, and all models ask anew afterwards.
 */
class BatonApp extends LitElement {
  static properties = {
    _detailsOpen: { state: true },
    _conversation: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: grid;
      grid-template-rows: auto minmax(0, 1fr);
    }

    .sign-in {
      grid-row: 1 / -1;
      place-self: center;
      width: min(22rem, calc(100vw - 2 * var(--space-4)));
      padding: var(--space-6);
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface);
    }

    .waiting {
      grid-row: 1 / -1;
      place-self: center;
      color: var(--ink-soft);
    }

    .skip {
      position: absolute;
      inset-block-start: var(--space-1);
      inset-inline-start: var(--space-1);
      z-index: 30;
    }

    .skip:not(:focus) {
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      min-width: 0;
      min-height: 0;
      overflow: hidden;
    }

    header {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      padding: var(--space-1) var(--space-3);
      border-block-end: 1px solid var(--edge);
      background: var(--surface);
    }

    header h1 {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      font-size: var(--text);
    }

    header h1 img {
      width: 1.5rem;
      height: 1.5rem;
    }

    .spring {
      flex: 1;
    }

    main {
      min-height: 0;
      overflow: auto;
    }

    main.panes {
      display: grid;
      grid-template-columns: 22.5rem minmax(0, 1fr) 17.5rem;
      grid-template-rows: minmax(0, 1fr);
      overflow: hidden;
    }

    .pane {
      min-width: 0;
      min-height: 0;
      background: var(--surface);
    }

    .pane > * {
      height: 100%; /* its display is its own */
    }

    .list {
      border-inline-end: 1px solid var(--edge);
    }

    .details {
      border-inline-start: 1px solid var(--edge);
      overflow: auto;
    }

    [role="alert"] .problem {
      position: fixed;
      inset-block-end: var(--space-4);
      inset-inline: var(--space-4);
      z-index: 30;
      display: flex;
      justify-content: space-between;
      align-items: center;
      max-width: 40rem;
      margin-inline: auto;
      box-shadow: var(--shadow);
    }

    .backdrop {
      display: none;
    }

    @media (max-width: 1099px) {
      main.panes {
        grid-template-columns: 21rem minmax(0, 1fr);
      }

      .details {
        display: none;
      }

      .details-open .details {
        display: block;
        position: fixed;
        inset-block: 0;
        inset-inline-end: 0;
        z-index: 11;
        width: min(20rem, 100vw);
        box-shadow: var(--shadow);
      }

      .details-open .backdrop {
        display: block;
        position: fixed;
        inset: 0;
        z-index: 10;
        background: var(--backdrop);
      }
    }

    @media (max-width: 719px) {
      main.panes {
        grid-template-columns: minmax(0, 1fr);
      }

      main.panes:not(.reading) .thread,
      main.panes.reading .list {
        display: none;
      }

      .list {
        border: 0;
      }

      header h1 span {
        position: absolute;
        clip-path: inset(50%);
      }
    }
  `];

  #address = new Address();
  #directory = new Directory();
  #notifications = new Notifications(this.#directory);
  #inbox = null;
  /** What the agent has typed, sent, and can undo: for as long as she is signed in, whatever the page shows. */
  #drafts = null;
  #outbox = null;
  #undo = null;
  #started = false;
  #unread = 0;

  constructor() {
    super();
    this._detailsOpen = false;
    this._conversation = null;
    this._problem = "";
    session.addEventListener("change", () => this.#sessionChanged());
    this.#address.addEventListener("change", () => this.#addressChanged());
    document.addEventListener("keydown", (event) => this.#key(event));
    session.check();
  }

  render() {
    if (session.me === undefined) {
      return html`<p class="waiting" role="status">${t(session.problem ? "app.unreachable" : "app.loading")}</p>`;
    }
    if (!this.#started) {
      return html`<main class="sign-in"><sign-in-form></sign-in-form></main>`;
    }
    return html`
      ${this.#address.place === "inbox" ? html`
        <button class="skip" @click=${() => this.#part("conversation-list").focus()}>${t("app.skipToList")}</button>
        ${this.#address.filter.conversation ? html`
          <button class="skip" @click=${() => this.#part("conversation-thread").focus()}>${t("app.skipToThread")}</button>` : nothing}` : nothing}
      <header>
        <h1><img src="/icons/baton.svg" alt=""><span>${t("app.name")}</span></h1>
        <connection-state></connection-state>
        <span class="spring"></span>
        <notification-bell .notifications=${this.#notifications} .directory=${this.#directory}
          .conversationId=${this.#address.place === "inbox" ? this.#address.filter.conversation : null}
          @unread=${this.#unreadChanged} @open-conversation=${this.#openConversation}
          @open-settings=${() => this.#part("settings-dialog").show()}></notification-bell>
        <account-menu .me=${this.#me} .place=${this.#address.place} @choose=${this.#chosen}></account-menu>
      </header>
      ${this.#place()}
      <undo-toast .undo=${this.#undo}></undo-toast>
      <settings-dialog .notifications=${this.#notifications}></settings-dialog>
      <shortcuts-dialog></shortcuts-dialog>
      <div role="alert">${this._problem ? html`
        <p class="problem">${this._problem} <button class="plain" @click=${() => { this._problem = ""; }}>${t("close")}</button></p>` : nothing}</div>
      ${session.me ? nothing : html`
        <dialog id="sign-in" aria-label=${t("signIn.button")} closedby="none" @cancel=${(event) => event.preventDefault()}
          @close=${() => this.requestUpdate()}><sign-in-form .expired=${session.expired}></sign-in-form></dialog>`}`;
  }

  updated() {
    const signIn = this.renderRoot.querySelector("#sign-in");
    if (signIn && !signIn.open) {
      signIn.showModal();
    }
    this.#title();
  }

  /** The agent whose page this is, also while she has to sign in again. */
  get #me() {
    return session.me ?? session.expired;
  }

  #place() {
    switch (this.#address.place) {
      case "agents":
        return html`<main><agents-page .me=${this.#me} .directory=${this.#directory}></agents-page></main>`;
      case "groups":
        return html`<main><groups-page .me=${this.#me} .directory=${this.#directory}></groups-page></main>`;
      default: {
        const { conversation } = this.#address.filter;
        const reading = conversation === null ? "" : "reading";
        return html`
          <main class="panes ${reading} ${this._detailsOpen && reading ? "details-open" : ""}" @open-conversation=${this.#openConversation}>
            <div class="pane list">
              <conversation-list .me=${this.#me} .inbox=${this.#inbox} .directory=${this.#directory} .address=${this.#address}></conversation-list>
            </div>
            <div class="pane thread">
              <conversation-thread .me=${this.#me} .directory=${this.#directory} .conversationId=${conversation}
                .drafts=${this.#drafts} .outbox=${this.#outbox} .undo=${this.#undo}
                @conversation=${(event) => { this._conversation = event.detail; }}
                @toggle-details=${() => { this._detailsOpen = !this._detailsOpen; }}></conversation-thread>
            </div>
            <div class="backdrop" @click=${() => { this._detailsOpen = false; }}></div>
            <div class="pane details">
              <conversation-details .me=${this.#me} .directory=${this.#directory} .conversation=${this._conversation}
                @toggle-details=${() => { this._detailsOpen = false; }}></conversation-details>
            </div>
          </main>`;
      }
    }
  }

  #part(name) {
    return this.renderRoot.querySelector(name);
  }

  #sessionChanged() {
    if (session.me && !this.#started) {
      this.#started = true;
      this.#drafts = new Drafts(session.me.id);
      this.#outbox = new Outbox(session.me, this.#drafts);
      this.#undo = new Undo({ outbox: this.#outbox, directory: this.#directory });
      this.#outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
      live.start(session.me.id);
      this.#directory.start().catch(() => {}); // asks again by itself
      this.#notifications.start(session.me.id);
      this.#directory.addEventListener("change", () => this.requestUpdate());
      this.#inbox = new Inbox({ me: session.me, directory: this.#directory });
      this.#inbox.start();
      this.#addressChanged();
    } else if (session.me && !live.running) {
      live.start(session.me.id);
      live.resync();
    } else if (!session.me) {
      live.stop();
    }
    this.requestUpdate();
  }

  #addressChanged() {
    if (this.#inbox && this.#address.place === "inbox") {
      this.#inbox.show(this.#address.filter);
      this.#inbox.open(this.#address.filter.conversation);
    }
    this.requestUpdate();
  }

  /** What is refused in a conversation that is open is said there; she may have gone on to another one. */
  #refused({ command, problem }) {
    if (this.#address.place !== "inbox" || this.#address.filter.conversation !== command.conversationId) {
      this.#undo.tell(command.kind === "reply" ? t("undo.replyReturned", { why: problemText(problem) }) : nothingChanged(problem));
    }
  }

  #openConversation(event) {
    this.#address.change({ conversation: event.detail.conversationId });
  }

  #unreadChanged(event) {
    this.#unread = event.detail;
    this.#title();
  }

  #title() {
    const place = t(this.#address.place === "inbox" ? "app.inbox" : `menu.${this.#address.place}`);
    document.title = this.#started ? t(this.#unread ? "app.titleUnread" : "app.title", { place, n: this.#unread }) : t("app.name");
  }

  #chosen(event) {
    switch (event.detail) {
      case "settings":
        this.#part("settings-dialog").show();
        break;
      case "shortcuts":
        this.#part("shortcuts-dialog").show();
        break;
      case "signOut":
        this.#signOut();
        break;
      default:
        this.#address.goTo(event.detail);
    }
  }

  async #signOut() {
    try {
      await session.signOut();
    } catch (problem) {
      this._problem = problem.text; // she is still signed in, and must know
    }
  }

  #key(event) {
    const command = this.#started && session.me ? commandOf(event) : undefined;
    if (command === undefined || (command !== "help" && this.#address.place !== "inbox")) {
      return;
    }
    event.preventDefault();
    switch (command) {
      case "next": case "previous": case "open": case "show-arrivals": case "filter":
        this.#command("conversation-list", command);
        break;
      case "back":
        if (this._detailsOpen) {
          this._detailsOpen = false;
          break;
        } // falls through
      case "reply": case "assign": case "unassign": case "complete":
        this.#command("conversation-thread", command);
        break;
      case "help":
        this.#part("shortcuts-dialog").show();
        break;
      default:
        this.#address.change(TABS[command.slice("tab-".length)]);
    }
  }

  #command(part, name) {
    this.#part(part).dispatchEvent(new CustomEvent("command", { detail: { name } }));
  }
}

customElements.define("baton-app", BatonApp);
