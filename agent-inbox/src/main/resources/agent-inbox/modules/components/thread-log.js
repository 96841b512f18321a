import { LitElement, css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { sentence } from "../models/sentences.js";
import { dateTime, day, t, time } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";

/** Lines that are in the document at most, and how many come or go at a time. */
const WINDOW_LINES_MAX = 300;
const STEP_LINES = 100;
/** So near to an end, what comes next is fetched. */
const NEAR_PX = 600;
/** So near to the end, one is at the end. */
const AT_END_PX = 48;
/** What one person says within this time is said in one breath. */
const BREATH_MS = 5 * 60_000;

/**
 * What was said, and who owned the conversation: the visitor's messages on the left, replies on the right, status messages between them.
 *
 * It stays at its end when it is there, and stands still when one reads further up; what has come meanwhile is counted on a button that
 * leads to it, and a line marks where it begins. Only a window of lines is in the document; it moves along as one scrolls, and earlier entries
 * are loaded when one comes near.
 */
class ThreadLog extends LitElement {
  static properties = {
    conversation: { attribute: false },
    me: { attribute: false },
    directory: { attribute: false },
  };

  static styles = [shared, css`
    :host {
      position: relative;
      display: flex;
      flex-direction: column;
    }

    .log {
      flex: 1;
      min-height: 0;
      padding: var(--space-4);
      overflow: hidden auto;
      overflow-anchor: none; /* what stands still is decided here, the same in every browser */
      overscroll-behavior: contain;
    }

    .log:focus-visible {
      outline-offset: -2px;
    }

    .top {
      display: grid;
      justify-items: center;
      margin-block-end: var(--space-3);
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    .day,
    .new {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      margin-block: var(--space-4);
      color: var(--ink-soft);
      font-size: var(--text-small);
      font-weight: 600;
    }

    .day::before,
    .day::after,
    .new::before,
    .new::after {
      content: "";
      flex: 1;
      border-block-start: 1px solid var(--edge);
    }

    .new {
      color: var(--accent);
    }

    .new::before,
    .new::after {
      border-color: currentColor;
    }

    .said {
      display: grid;
      justify-items: start;
      margin-block-start: var(--space-3);
    }

    .said.continued {
      margin-block-start: var(--space-1);
    }

    .reply {
      justify-items: end;
    }

    .meta {
      margin-block-end: 0.125rem;
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    .continued .meta:not(.waiting) {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    .text {
      max-width: min(42rem, 88%);
      padding: var(--space-2) var(--space-3);
      border-radius: var(--radius);
      border-start-start-radius: var(--radius-small);
      background: var(--surface-other);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }

    .reply .text {
      border-start-start-radius: var(--radius);
      border-start-end-radius: var(--radius-small);
      background: var(--surface-own);
    }

    .pending .text {
      opacity: 0.75;
    }

    .status {
      margin: var(--space-3) auto 0;
      max-width: 42rem;
      color: var(--ink-soft);
      font-size: var(--text-small);
      text-align: center;
      text-wrap: balance;
      overflow-wrap: anywhere;
    }

    .status.pending {
      font-style: italic;
    }

    .to-end {
      position: absolute;
      inset-block-end: var(--space-3);
      inset-inline: 0;
      margin-inline: auto;
      width: fit-content;
      border-radius: 2rem;
      border-color: var(--accent);
      background: var(--surface-raised);
      color: var(--accent);
      font-weight: 600;
      box-shadow: var(--shadow);
    }

    .to-end.quiet {
      border-color: var(--edge-control);
      color: var(--ink);
    }

    @media (max-width: 719px) {
      .log {
        padding: var(--space-3) var(--space-2);
      }
    }
  `];

  /** The window's first and last line, by key; the last one null while the window follows the end. */
  #first = null;
  #last = null;
  /** Whether one is at the end, and the log follows it. */
  #atEnd = true;
  /** Where it was scrolled to. */
  #top = 0;
  /** The newest version that has been in sight, and the one behind which the mark for what is new stands. */
  #seen = 0;
  #mark = null;
  /** The key of the last reply that was sent here. */
  #sent = null;
  /** The line that must not move, and where it is. */
  #anchor = null;
  #shown = null;
  #sizes = new ResizeObserver(() => this.#atEnd && this.#scrollToEnd());
  #visibility = () => this.requestUpdate();

  constructor() {
    super();
    new Watch(this, () => [this.conversation, this.directory]);
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#visibility);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#visibility);
    this.#sizes.disconnect();
  }

  firstUpdated() {
    this.#sizes.observe(this.#log);
  }

  willUpdate() {
    if (this.#shown !== this.conversation) {
      this.#shown = this.conversation;
      this.#followEnd();
      this.#seen = 0;
      this.#mark = null;
      this.#sent = null;
    }
    this.#look();
    this.#anchor = this.#atEnd ? null : this.#findAnchor();
  }

  render() {
    const { lines } = this.conversation;
    const [from, to] = this.#window(lines);
    const shown = lines.slice(from, to);
    const below = this.#below(lines);
    return html`
      <div class="log" role="log" aria-label=${t("thread.log")} tabindex="0" aria-busy=${this.conversation.loadingEarlier ? "true" : "false"}
        @scroll=${this.#scrolled}>
        <div class="top">${this.#renderTop(from)}</div>
        ${repeat(shown, (line) => line.key, (line, index) => this.#renderLine(line, lines[from + index - 1]))}
      </div>
      ${this.#atEnd ? nothing : html`
        <button class="to-end ${below ? "" : "quiet"}" @click=${this.#goToEnd}>
          ${below ? t("thread.new", { n: below }) : t("thread.toEnd")}${icons.down}
        </button>`}`;
  }

  updated() {
    if (this.#atEnd) {
      this.#scrollToEnd();
    } else if (this.#anchor) {
      const { line, top } = this.#anchor;
      if (line.isConnected) {
        this.#log.scrollTop += line.getBoundingClientRect().top - top;
      }
    }
    this.#anchor = null;
    if (!this.#atEnd && !this.conversation.loadingEarlier && this.#log.scrollTop < NEAR_PX && this.#window(this.conversation.lines)[0] > 0) {
      this.#moveAlong(); // what was fetched is shown
    }
  }

  #renderTop(from) {
    const { conversation } = this;
    if (conversation.loadingEarlier) {
      return html`<span>${t("thread.loading")}</span>`;
    }
    if (from > 0 || conversation.hasEarlier) {
      return html`<button class="plain" @click=${this.#showEarlier}>${t("thread.earlier")}</button>`;
    }
    return html`<span>${t(conversation.isCut ? "thread.cut" : "thread.beginning")}</span>`;
  }

  #renderLine(line, previous) {
    const newDay = !previous || new Date(previous.at).toDateString() !== new Date(line.at).toDateString();
    const firstNew = this.#mark !== null && line.version > this.#mark && !line.pending && (previous?.version ?? 0) <= this.#mark;
    return html`
      <div class="line">
        ${newDay ? html`<p class="day">${day(line.at)}</p>` : nothing}
        ${firstNew ? html`<p class="new">${t("thread.newMark")}</p>` : nothing}
        ${line.kind === "status" ? this.#renderStatus(line) : this.#renderSaid(line, newDay || firstNew ? undefined : previous)}
      </div>`;
  }

  #renderStatus(line) {
    return html`
      <p class="status ${line.pending ? "pending" : ""}">${sentence(line, this.directory, this.conversation.visitor)} · <time datetime=${line.at}
        >${dateTime(line.at)}</time></p>`;
  }

  #renderSaid(line, previous) {
    const name = line.kind === "reply" ? this.directory.name(line.actor.id) : line.actor.name || this.conversation.visitor;
    const continued = previous?.kind === line.kind && previous.actor.id === line.actor.id && !line.waiting
      && Date.parse(line.at) - Date.parse(previous.at) < BREATH_MS;
    return html`
      <div class="said ${line.kind} ${continued ? "continued" : ""} ${line.pending ? "pending" : ""}">
        <p class="meta ${line.waiting ? "waiting" : ""}">${name} · ${line.waiting ? t("thread.waiting") : line.pending ? t("thread.sending")
          : html`<time datetime=${line.at} title=${dateTime(line.at)}>${time(line.at)}</time>`}</p>
        <p class="text" dir="auto">${line.text}</p>
      </div>`;
  }

  get #log() {
    return this.renderRoot.querySelector(".log");
  }

  // The window

  /** The lines in the document, as indexes. */
  #window(lines) {
    const first = this.#first === null ? -1 : lines.findIndex(({ key }) => key === this.#first);
    const last = this.#last === null ? -1 : lines.findIndex(({ key }) => key === this.#last);
    const to = last < 0 ? lines.length : last + 1;
    const from = first < 0 ? Math.max(0, to - WINDOW_LINES_MAX) : first;
    return [from, Math.min(to, from + WINDOW_LINES_MAX + STEP_LINES)]; // what comes while one reads further up waits below
  }

  #setWindow(lines, from, to) {
    this.#first = lines[from]?.key ?? null;
    this.#last = to < lines.length ? lines[to - 1].key : null;
    this.requestUpdate();
  }

  #followEnd() {
    this.#first = null;
    this.#last = null;
    this.#atEnd = true;
  }

  /** Moves the window along, and fetches what comes before it. */
  #moveAlong() {
    const { lines } = this.conversation;
    const [from, to] = this.#window(lines);
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    if (scrollTop < NEAR_PX && from > 0) {
      const next = Math.max(0, from - STEP_LINES);
      this.#setWindow(lines, next, Math.min(to, next + WINDOW_LINES_MAX));
    } else if (scrollTop < NEAR_PX && this.conversation.hasEarlier) {
      this.#setWindow(lines, from, to);
      this.conversation.loadEarlier();
    } else if (scrollHeight - scrollTop - clientHeight < NEAR_PX && to < lines.length) {
      const next = Math.min(lines.length, to + STEP_LINES);
      this.#setWindow(lines, Math.max(from, next - WINDOW_LINES_MAX), next);
    }
  }

  // Scrolling

  #scrolled() {
    const { lines } = this.conversation;
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const [from, to] = this.#window(lines);
    const atEnd = to === lines.length && scrollHeight - scrollTop - clientHeight < AT_END_PX;
    const upwards = scrollTop < this.#top;
    this.#top = scrollTop;
    if (atEnd && !this.#atEnd) {
      this.#followEnd();
      this.requestUpdate();
    } else if (!atEnd && this.#atEnd && upwards) {
      this.#atEnd = false;
      this.#setWindow(lines, from, to);
    } else if (!atEnd && this.#atEnd) {
      this.#scrollToEnd(); // nobody has scrolled: the place has become smaller
    }
    if (!this.#atEnd) {
      this.#moveAlong();
    }
  }

  #showEarlier() {
    this.#atEnd = false;
    this.#log.scrollTop = 0;
    this.#moveAlong();
  }

  #goToEnd() {
    this.#followEnd();
    this.requestUpdate();
    this.#log.focus();
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#top = this.#log.scrollTop;
  }

  /** The first line in sight. */
  #findAnchor() {
    const log = this.renderRoot?.querySelector(".log");
    if (!log) {
      return null;
    }
    const top = log.getBoundingClientRect().top;
    const line = [...log.querySelectorAll(".line")].find((one) => one.getBoundingClientRect().bottom > top);
    return line ? { line, top: line.getBoundingClientRect().top } : null;
  }

  // What is new

  /** Takes note of what is in sight now, and of where what is not begins. */
  #look() {
    const { lines } = this.conversation;
    const sent = lines.findLast((line) => line.pending && line.kind === "reply");
    if (sent && sent.key !== this.#sent) { // whoever sends wants to see it
      this.#sent = sent.key;
      this.#followEnd();
    }
    const newest = lines.findLast((line) => !line.pending);
    if (!newest) {
      return;
    }
    const own = newest.actor.id === this.me.id;
    if (this.#seen === 0 || own || this.#atEnd && document.visibilityState === "visible") {
      this.#seen = newest.version;
      if (own) {
        this.#mark = null; // she has answered, or done something about it
      }
    } else if (this.#mark === null && newest.version > this.#seen) {
      this.#mark = this.#seen;
    }
  }

  #below(lines) {
    let n = 0;
    for (let index = lines.length - 1; index >= 0 && lines[index].version > this.#seen; index--) {
      n += lines[index].pending ? 0 : 1;
    }
    return n;
  }
}

customElements.define("thread-log", ThreadLog);
