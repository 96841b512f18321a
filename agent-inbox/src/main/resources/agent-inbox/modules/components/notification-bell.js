import { LitElement, css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { desktop } from "../alerts.js";
import { describe } from "../models/notifications.js";
import { ago, dateTime, number, t } from "../texts.js";
import { Watch } from "./watch.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";

/** How long a row has to be on screen until it counts as seen. */
const SEEN_AFTER_MS = 1_000;
const CLOCK_EVERY_MS = 30_000;
/** What the badge has room for. */
const BADGE_MAX = 99;

/**
 * The bell with the number of unread notifications, and the feed in a popup: a disclosure button with a dialog that is not modal, in the
 * top layer. Older rows are loaded as one scrolls, and laid out only when they are near.
 *
 * It dispatches `open-conversation` {conversationId} when a notification is chosen, here or on the desktop, `unread` with the number when
 * that has changed, and `open-settings`.
 */
class NotificationBell extends LitElement {
  static properties = {
    notifications: { attribute: false },
    directory: { attribute: false },
    conversationId: { attribute: false },
    _open: { state: true },
    _busy: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: block;
    }

    #bell {
      position: relative;
    }

    .badge {
      position: absolute;
      inset-block-start: -0.0625rem;
      inset-inline-start: 48%;
      min-width: 0.5rem;
      padding: 0 0.25rem;
      border: 2px solid var(--surface);
      border-radius: 1rem;
      background: var(--danger);
      color: var(--surface);
      font-size: 0.6875rem;
      font-weight: 700;
      line-height: 1rem;
      box-sizing: content-box;
    }

    #feed {
      position: fixed;
      inset: var(--top, 3rem) var(--end, 0.5rem) auto auto;
      width: min(25rem, calc(100vw - 1rem));
      max-height: min(38rem, calc(100dvh - var(--top, 3rem) - 0.5rem));
      margin: 0;
      padding: 0;
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface-raised);
      color: var(--ink);
      box-shadow: var(--shadow);
      overflow: hidden;
    }

    #feed:popover-open {
      display: flex;
      flex-direction: column;
    }

    #feed > * {
      flex: none;
    }

    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-2);
      padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
      border-block-end: 1px solid var(--edge);
    }

    .head button {
      font-size: var(--text-small);
    }

    .hint {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
      padding: var(--space-2) var(--space-4);
      background: var(--warning-surface);
      font-size: var(--text-small);
    }

    .hint button {
      flex: none;
    }

    .problem {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
      margin: var(--space-3);
    }

    .empty {
      padding: var(--space-6) var(--space-4);
      color: var(--ink-soft);
      text-align: center;
    }

    #feed > .rows {
      flex: 0 1 auto;
      min-height: 0;
      overflow-y: auto;
      overscroll-behavior: contain;
      scrollbar-width: thin;
    }

    ul {
      margin: 0;
      padding: var(--space-1);
      list-style: none;
    }

    li {
      position: relative;
      content-visibility: auto;
      contain-intrinsic-size: auto 4.25rem;
    }

    li button {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 var(--space-3);
      width: 100%;
      padding: var(--space-2) var(--space-3) var(--space-2) var(--space-5);
      text-align: start;
    }

    li button:focus-visible {
      outline-offset: -2px;
    }

    li.new::before {
      content: "";
      position: absolute;
      inset-block-start: 1.0625rem;
      inset-inline-start: 0.5rem;
      width: 0.5rem;
      height: 0.5rem;
      border-radius: 50%;
      background: var(--accent);
      pointer-events: none;
    }

    .who {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .new .who {
      font-weight: 650;
    }

    .when {
      white-space: nowrap;
    }

    .what {
      grid-column: 1 / -1;
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      overflow: hidden;
      color: var(--ink-soft);
      overflow-wrap: anywhere;
      font-size: var(--text-small);
    }

    .older {
      display: flex;
      justify-content: center;
      padding: var(--space-1) var(--space-2) var(--space-3);
    }
  `];

  #unread = 0;
  /** What was unread when its row was shown: it stays marked as new until the popup closes. */
  #fresh = new Set();
  /** Whether the focus was in the popup when it closed. */
  #focused = false;
  #clock;
  #onScreen = new Map();
  #seeing;
  #rows;

  #count = () => {
    const { unread } = this.notifications.feed;
    if (unread !== this.#unread) {
      this.#unread = unread;
      this.dispatchEvent(new CustomEvent("unread", { detail: unread, bubbles: true, composed: true }));
    }
  };

  #watch = new Watch(this, () => [this.notifications, this.directory]);

  #chosenOnDesktop = ({ detail }) => (detail === null ? this.renderRoot.querySelector("#feed").showPopover() : this.#go(detail));

  #looked = () => {
    this.#onScreen.forEach((_, row) => this.#onScreen.set(row, performance.now())); // nobody has seen them while the tab was hidden
    this.#see();
  };

  connectedCallback() {
    super.connectedCallback();
    this.notifications.addEventListener("change", this.#count);
    this.notifications.addEventListener("open", this.#chosenOnDesktop);
    document.addEventListener("visibilitychange", this.#looked);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.notifications.removeEventListener("change", this.#count);
    this.notifications.removeEventListener("open", this.#chosenOnDesktop);
    document.removeEventListener("visibilitychange", this.#looked);
    this.notifications.lookAt(null);
    this.#closed();
  }

  willUpdate(changed) {
    if (changed.has("conversationId")) {
      this.notifications.lookAt(this.conversationId);
    }
  }

  render() {
    const { feed } = this.notifications;
    const label = t("bell.label", { n: feed.unread });
    return html`
      <button id="bell" class="plain icon" popovertarget="feed" aria-haspopup="dialog" aria-expanded=${this._open ? "true" : "false"}
        aria-label=${label} title=${label}>${icons.bell}${feed.unread === 0 ? nothing : html`
          <span class="badge" aria-hidden="true">${feed.unread > BADGE_MAX ? `${number(BADGE_MAX)}+` : number(feed.unread)}</span>`}
      </button>
      <div id="feed" popover role="dialog" aria-labelledby="heading" tabindex="-1"
        @beforetoggle=${this.#place} @toggle=${this.#toggled} @keydown=${this.#key}>
        ${this._open ? this.#feed(feed) : nothing}
      </div>`;
  }

  updated() {
    this.#watchRows();
  }

  #feed(feed) {
    return html`
      <div class="head">
        <h2 id="heading">${t("bell.heading")}</h2>
        <button class="plain" aria-disabled=${feed.unread === 0 || this._busy ? "true" : "false"} @click=${this.#markAll}>${t("bell.markAll")}</button>
      </div>
      ${this.#hint()}
      ${this.#said()}
      <div class="rows" @scroll=${this.#scrolled}>
        ${feed.items.length > 0 ? html`<ul>${repeat(feed.items, (item) => item.eventId, (item) => this.#row(item))}</ul>` : nothing}
        ${feed.items.length === 0 && this.notifications.loaded ? html`<p class="empty">${t("bell.empty")}</p>` : nothing}
        ${feed.items.length === 0 && !this.notifications.loaded && !this.notifications.problem
          ? html`<p class="empty" aria-busy="true">${t("app.loading")}</p>` : nothing}
        ${feed.nextBefore === null ? nothing : html`
          <div class="older"><button class="plain" @click=${this.#more}>${t("bell.older")}</button></div>`}
      </div>`;
  }

  #row(item) {
    const { who, what } = describe(item, this.directory);
    if (!this.notifications.feed.isRead(item)) {
      this.#fresh.add(item.eventId);
    }
    const fresh = this.#fresh.has(item.eventId);
    return html`
      <li class=${fresh ? "new" : ""} .item=${item}>
        ${fresh ? html`<span class="visually-hidden">${t("bell.new")}</span>` : nothing}
        <button class="plain" @click=${() => this.#choose(item)}>
          <span class="who">${who}<span class="visually-hidden">: </span></span>
          <time class="when soft" datetime=${item.at} title=${dateTime(item.at)} aria-hidden="true">${ago(item.at)}</time>
          <span class="what">${what}<span class="visually-hidden"> · ${ago(item.at)}</span></span>
        </button>
      </li>`;
  }

  /** What keeps alerts from being noticed although they are switched on. */
  #hint() {
    const { settings, soundHeldBack } = this.notifications;
    if (settings?.desktop && desktop.permission !== "granted") {
      return html`<div class="hint"><span>${t("bell.desktopOff")}</span>
        <button @click=${this.#settings}>${t("menu.settings")}</button></div>`;
    }
    return soundHeldBack ? html`<div class="hint" role="status">${t("bell.soundHeldBack")}</div>` : nothing;
  }

  #said() {
    const problem = this._problem ?? this.notifications.problem;
    return problem ? html`
      <div class="problem" role="alert"><span>${problem.text}</span>
        <button @click=${() => this.#tryAgain()}>${t("tryAgain")}</button></div>` : nothing;
  }

  // The popup

  /** Under the bell: the top layer knows nothing of the button. */
  #place(event) {
    this.#focused = event.target.contains(this.renderRoot.activeElement);
    if (event.newState !== "open") {
      return;
    }
    const { bottom, right } = this.renderRoot.querySelector("#bell").getBoundingClientRect();
    const end = Math.max(8, Math.min(innerWidth - right, innerWidth - 408));
    event.target.style.setProperty("--top", `${Math.round(bottom + 8)}px`);
    event.target.style.setProperty("--end", `${Math.round(innerWidth < 720 ? 8 : end)}px`);
  }

  #toggled({ newState, target }) {
    this._open = newState === "open";
    if (!this._open && this.#focused) {
      this.renderRoot.querySelector("#bell").focus();
    }
    if (this._open) {
      target.focus();
      this.#clock = setInterval(() => this.requestUpdate(), CLOCK_EVERY_MS);
    } else {
      this.#closed();
    }
  }

  #closed() {
    clearInterval(this.#clock);
    clearTimeout(this.#seeing);
    this.#rows?.disconnect();
    this.#rows = undefined;
    this.#onScreen.clear();
    this.#fresh.clear();
    this._problem = null;
  }

  #close() {
    this.renderRoot.querySelector("#feed").hidePopover();
  }

  #choose(item) {
    this.notifications.see([item]);
    this.#go(item.conversationId);
  }

  #go(conversationId) {
    this.#close();
    this.dispatchEvent(new CustomEvent("open-conversation", { detail: { conversationId }, bubbles: true, composed: true }));
  }

  #settings() {
    this.#close();
    this.dispatchEvent(new CustomEvent("open-settings", { bubbles: true, composed: true }));
  }

  #key(event) {
    event.stopPropagation(); // the page's own keys rest while one is in here
    const buttons = [...this.renderRoot.querySelectorAll("li button")];
    const at = buttons.indexOf(event.target);
    const to = { ArrowDown: buttons[at + 1], ArrowUp: buttons[Math.max(0, at - 1)], Home: buttons[0], End: buttons.at(-1) }[event.key];
    if (to) {
      event.preventDefault();
      to.focus();
    }
  }

  // Loading

  async #more() {
    await this.#try(() => this.notifications.more());
  }

  #scrolled({ target }) {
    if (target.scrollHeight - target.scrollTop - target.clientHeight < target.clientHeight && !this._busy && !this._problem) {
      this.#more();
    }
  }

  #markAll() {
    if (this.notifications.feed.unread > 0 && !this._busy) {
      this.#fresh.clear();
      this.#try(() => this.notifications.markAllRead());
    }
  }

  #tryAgain() {
    return this.#try(() => this.notifications.load());
  }

  async #try(work) {
    this._busy = true;
    this._problem = null;
    try {
      await work();
    } catch (problem) {
      this._problem = problem;
    } finally {
      this._busy = false;
    }
  }

  // What has been seen

  #watchRows() {
    const scroller = this.renderRoot.querySelector(".rows");
    if (!this._open || !scroller) {
      return;
    }
    this.#rows ??= new IntersectionObserver((entries) => this.#crossed(entries), { root: scroller, threshold: 0.6 });
    this.renderRoot.querySelectorAll("li.new").forEach((row) => this.#rows.observe(row)); // again is no more than once
  }

  #crossed(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && target.isConnected) {
        this.#onScreen.set(target, this.#onScreen.get(target) ?? performance.now());
      } else {
        this.#onScreen.delete(target);
      }
    }
    this.#see();
  }

  /** Those that have been on screen for long enough are seen; looks again when the next ones are. */
  #see() {
    clearTimeout(this.#seeing);
    if (document.visibilityState !== "visible" || this.#onScreen.size === 0) {
      return;
    }
    const until = performance.now() - SEEN_AFTER_MS;
    const seen = [...this.#onScreen].filter(([, since]) => since <= until).map(([row]) => row);
    seen.forEach((row) => this.#onScreen.delete(row));
    this.notifications.see(seen.map((row) => row.item));
    if (this.#onScreen.size > 0) {
      this.#seeing = setTimeout(() => this.#see(), Math.min(...this.#onScreen.values()) - until + 10);
    }
  }
}

customElements.define("notification-bell", NotificationBell);
