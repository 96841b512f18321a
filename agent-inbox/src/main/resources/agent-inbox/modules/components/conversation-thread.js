import { LitElement, css, html, nothing } from "lit";
import { Conversation } from "../models/conversation.js";
import { t } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";
import "./agent-picker.js";
import "./reply-box.js";
import "./thread-log.js";

/**
 * The open conversation: who it is with, whose it is, what was said, and the box to answer in.
 *
 * Dispatches `conversation` with the model whenever another one is shown, `open-conversation` with null to go back to the list where there is
 * no room for both, and `toggle-details`. Takes the keyboard's commands as `command` events.
 */
class ConversationThread extends LitElement {
  static properties = {
    conversationId: { attribute: false },
    me: { attribute: false },
    directory: { attribute: false },
    drafts: { attribute: false },
    outbox: { attribute: false },
    undo: { attribute: false },
  };

  static styles = [shared, css`
    section {
      display: flex;
      flex-direction: column;
      height: 100%;
      min-height: 0;
    }

    .place {
      display: grid;
      place-content: center;
      justify-items: center;
      gap: var(--space-3);
      height: 100%;
      padding: var(--space-5);
      color: var(--ink-soft);
      text-align: center;
    }

    header {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-height: 3.5rem;
      padding: var(--space-2) var(--space-4);
      border-block-end: 1px solid var(--edge);
    }

    .who {
      flex: 1;
      min-width: 0;
    }

    h2,
    .channel {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    h2:focus {
      outline: none;
    }

    .channel {
      font-size: var(--text-small);
      line-height: 1.3;
    }

    .back,
    .details {
      display: none;
    }

    agent-picker {
      flex: 0 1 auto;
      min-width: 0;
    }

    thread-log {
      flex: 1;
      min-height: 0;
    }

    .notice {
      display: flex;
      align-items: flex-start;
      gap: var(--space-2);
      margin: 0 var(--space-4) var(--space-2);
      padding: var(--space-1) var(--space-1) var(--space-1) var(--space-3);
      border-radius: var(--radius-small);
      background: var(--danger-surface);
      color: var(--danger);
    }

    .notice p {
      flex: 1;
      align-self: center;
      overflow-wrap: anywhere;
    }

    .notice button {
      color: inherit;
    }

    .behind {
      margin: 0 var(--space-4) var(--space-2);
      font-size: var(--text-small);
      color: var(--ink-soft);
    }

    @media (max-width: 1099px) {
      .details {
        display: inline-flex;
      }
    }

    @media (max-width: 719px) {
      header {
        flex-wrap: wrap;
        padding: var(--space-1) var(--space-2);
        row-gap: var(--space-1);
      }

      .back {
        display: inline-flex;
      }

      .who {
        flex-basis: calc(100% - 2 * (var(--target) + var(--space-2))); /* the first line is hers and the two buttons' */
      }

      .details {
        order: 1;
      }

      agent-picker {
        order: 2;
        flex: 1 1 0;
      }

      .status {
        order: 3;
      }

      .notice,
      .behind {
        margin-inline: var(--space-2);
      }
    }
  `];

  #conversation = null;
  #shown;

  constructor() {
    super();
    this.conversationId = null;
    new Watch(this, () => [this.#conversation, this.directory]);
    this.addEventListener("command", (event) => this.#command(event.detail.name));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#conversation?.close();
    this.#conversation = null;
  }

  /** Puts the focus where reading begins. */
  focus() {
    this.renderRoot.querySelector("h2, .place")?.focus();
  }

  willUpdate() {
    if (this.#conversation?.id !== (this.conversationId ?? undefined)) {
      this.#conversation?.close();
      this.#conversation = this.conversationId === null ? null : this.#open();
    }
  }

  updated() {
    if (this.#shown !== this.#conversation) {
      this.#shown = this.#conversation;
      this.#tell("conversation", this.#conversation);
    }
  }

  render() {
    const conversation = this.#conversation;
    if (!conversation) {
      return html`<p class="place" tabindex="-1">${t("thread.none")}</p>`;
    }
    if (!conversation.item) {
      return this.#renderPlace(conversation);
    }
    const completed = conversation.item.status === "completed";
    return html`
      <section aria-label=${t("thread.heading", { visitor: conversation.visitor })}>
        <header>
          ${this.#renderBack()}
          <div class="who">
            <h2 tabindex="-1">${conversation.visitor}</h2>
            <p class="channel soft">${conversation.item.channel}</p>
          </div>
          <agent-picker .conversation=${conversation} .me=${this.me} .directory=${this.directory}></agent-picker>
          ${completed ? this.#renderReopen() : this.#renderComplete(conversation)}
          <button class="icon plain details" title=${t("details.show")} aria-label=${t("details.show")}
            @click=${() => this.#tell("toggle-details", null)}>${icons.panel}</button>
        </header>
        <thread-log .conversation=${conversation} .me=${this.me} .directory=${this.directory}></thread-log>
        <div role="alert">${conversation.notice ? html`
          <div class="notice">
            <p>${conversation.notice.text}</p>
            <button class="icon plain" aria-label=${t("thread.dismiss")} @click=${() => conversation.dismiss()}>${icons.close}</button>
          </div>` : nothing}
        </div>
        <div role="status">${conversation.problem ? html`<p class="behind">${t("thread.behind")}</p>` : nothing}</div>
        <reply-box .conversation=${conversation} .me=${this.me} .drafts=${this.drafts}></reply-box>
      </section>`;
  }

  #renderPlace(conversation) {
    const text = conversation.state === "missing" ? t("thread.missing")
      : conversation.state === "failed" ? t("thread.failed", { why: conversation.problem.text }) : t("thread.loading");
    return html`
      <section aria-label=${t("thread.region")}>
        <header>${this.#renderBack()}</header>
        <div class="place" tabindex="-1"><p role="status">${text}</p></div>
      </section>`;
  }

  #renderBack() {
    return html`<button class="icon plain back" aria-label=${t("thread.back")} @click=${() => this.#back()}>${icons.back}</button>`;
  }

  #renderReopen() {
    return html`<button class="status" @click=${() => this.#conversation.reopen()}>${t("thread.reopen")}</button>`;
  }

  #renderComplete(conversation) {
    const { allowed, reason } = conversation.may("complete");
    return html`
      <button class="status" aria-disabled=${allowed ? "false" : "true"} title=${reason ?? nothing}
        aria-describedby=${allowed ? nothing : "not-allowed"}
        @click=${() => this.#complete()}>${icons.check}${t("thread.complete")}</button>
      <span id="not-allowed" hidden>${reason ?? ""}</span>`;
  }

  #open() {
    const conversation = new Conversation(this.conversationId, { me: this.me, directory: this.directory, outbox: this.outbox });
    conversation.addEventListener("undoable", (event) => this.undo.offer(event.detail));
    conversation.open();
    return conversation;
  }

  #command(name) {
    const conversation = this.#conversation;
    if (!conversation?.item) {
      if (name === "back") {
        this.#back();
      }
      return;
    }
    switch (name) {
      case "reply":
        this.renderRoot.querySelector("reply-box").focus();
        break;
      case "assign":
        this.renderRoot.querySelector("agent-picker").open();
        break;
      case "unassign":
        if (conversation.item.assignee) {
          this.#ifAllowed("unassign", () => conversation.unassign());
        }
        break;
      case "complete":
        if (conversation.item.status === "open") {
          this.#complete();
        }
        break;
      case "back":
        this.#back();
        break;
      default: // a command of another part
    }
  }

  #complete() {
    this.#ifAllowed("complete", () => this.#conversation.complete());
  }

  #ifAllowed(action, give) {
    const { allowed, reason } = this.#conversation.may(action);
    if (allowed) {
      give();
    } else {
      this.#conversation.say(reason);
    }
  }

  #back() {
    this.#tell("open-conversation", { conversationId: null });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("conversation-thread", ConversationThread);
