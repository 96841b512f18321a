import { LitElement, css, html, nothing } from "lit";
import { SORTS, TABS, tab } from "../models/filter.js";
import { ROWS_MAX } from "../models/inbox.js";
import { number, t, waited, when } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";
import "./agent-chip.js";
import "./assignment-dialog.js";

/** A row's height; the styles have the same. */
const ROW_HEIGHT_REM = 5.25;
/** Rows that are rendered above and below what is seen, and the steps in which that moves. */
const BEYOND_ROWS = 12;
const STEP_ROWS = 6;
/** The next page is asked for this many rows before the end. */
const AHEAD_ROWS = 200;
/** How often "waiting 5 min" is made new. */
const TIMES_EVERY_MS = 30_000;

/**
 * The left pane: tabs with counts, the Assignment filter, the order, and the list.
 *
 * The tabs are ARIA's tabs with automatic activation. The list is ARIA's listbox with one tab stop and `aria-activedescendant`: the active
 * option moves with j and k or the arrows, Enter opens it; the selected option is the conversation that is open. Only the rows about
 * the visible ones are in the document.
 *
 * While somebody reads the list (has scrolled it, points into it or moves through it) the model holds it still, see inbox.js.
 */
class ConversationList extends LitElement {
  static properties = {
    me: { attribute: false },
    inbox: { attribute: false },
    directory: { attribute: false },
    address: { attribute: false },
    _activeId: { state: true },
    _from: { state: true },
    _to: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: grid;
      height: 100%;
      grid-template-rows: auto auto auto minmax(0, 1fr);
    }

    [role="tablist"] {
      display: flex;
      gap: var(--space-1);
      padding: var(--space-2) var(--space-2) 0;
      overflow-x: auto;
      scrollbar-width: none;
    }

    [role="tab"] {
      flex: 1 0 auto;
      flex-direction: column;
      gap: 0;
      min-height: 2.75rem;
      padding: var(--space-1) var(--space-2);
      border: 0;
      border-radius: var(--radius-small);
      background: transparent;
      font-size: var(--text-small);
      line-height: 1.2;
    }

    [role="tab"]:focus-visible {
      outline-offset: -2px;
    }

    [role="tab"] .count {
      color: var(--ink-soft);
      font-variant-numeric: tabular-nums;
    }

    [role="tab"][aria-selected="true"] {
      background: var(--surface-selected);
      font-weight: 650;
    }

    .tools {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      padding: var(--space-2);
      border-block-end: 1px solid var(--edge);
    }

    .tools button {
      flex: 1;
      justify-content: flex-start;
      min-width: 0;
      font-size: var(--text-small);
    }

    .tools button span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .tools button.filtered {
      border-color: var(--accent);
      background: var(--surface-selected);
    }

    .tools select {
      flex: none;
      width: auto;
      font-size: var(--text-small);
    }

    .notes {
      position: relative;
      z-index: 1;
      min-height: 0;
    }

    .note {
      padding: var(--space-1) var(--space-3);
      background: var(--warning-surface);
      color: var(--warning);
      font-size: var(--text-small);
    }

    .arrivals {
      position: absolute;
      inset-block-start: var(--space-2);
      inset-inline-start: 50%;
      translate: -50%;
      border-radius: 2rem;
      font-size: var(--text-small);
      box-shadow: var(--shadow);
      white-space: nowrap;
    }

    .scroller {
      position: relative;
      overflow-y: auto;
      overflow-anchor: none;
      overscroll-behavior: contain;
      contain: strict;
    }

    .scroller:has([role="listbox"]:focus-visible) {
      outline: 2px solid var(--focus);
      outline-offset: -2px;
    }

    [role="listbox"] {
      position: relative;
      outline: 0;
    }

    [role="option"] {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      grid-template-rows: repeat(3, 1fr);
      align-items: center;
      column-gap: var(--space-2);
      height: 5.25rem;
      padding: var(--space-2) var(--space-3) var(--space-2) calc(var(--space-3) - 3px);
      border-block-end: 1px solid var(--edge);
      border-inline-start: 3px solid transparent;
      font-size: var(--text-small);
      line-height: 1.3;
      cursor: pointer;
      contain: strict;
    }

    [role="option"]:hover {
      background: var(--surface-hover);
    }

    [role="option"][aria-selected="true"] {
      border-inline-start-color: var(--accent);
      background: var(--surface-selected);
    }

    [role="listbox"]:focus-visible [role="option"].active {
      outline: 2px solid var(--focus);
      outline-offset: -4px;
      border-radius: var(--radius-small);
    }

    .visitor {
      font-size: var(--text);
      font-weight: 600;
    }

    .visitor,
    .message,
    .channel {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .message {
      grid-column: 1 / -1;
    }

    .message.answered,
    time,
    .channel {
      color: var(--ink-soft);
    }

    time {
      justify-self: end;
    }

    .waiting {
      color: var(--warning);
    }

    .owner {
      min-width: 0;
      max-width: 9rem;
      justify-self: end;
    }

    .gone > * {
      color: var(--ink-soft);
      font-weight: 400;
      font-style: italic;
    }

    .foot {
      padding: var(--space-4);
      color: var(--ink-soft);
      font-size: var(--text-small);
      text-align: center;
    }

    .foot .problem {
      margin-block-end: var(--space-2);
    }

    .empty {
      padding: var(--space-6) var(--space-5);
      color: var(--ink-soft);
      text-align: center;
    }

    .empty button {
      margin-block-start: var(--space-4);
    }

    .appears-late {
      animation: appear 0s 250ms both;
    }

    @keyframes appear {
      from { visibility: hidden; }
    }
  `];

  #watch = new Watch(this, () => [this.inbox, this.directory, this.address]);
  #rowHeight = 0;
  #shownFilter = null;
  #pointed = false;
  #focused = false;
  #sizes = new ResizeObserver(() => this.#measure());
  #times;

  constructor() {
    super();
    this._activeId = null;
    this._from = 0;
    this._to = BEYOND_ROWS;
    this.addEventListener("command", ({ detail }) => this.#command(detail.name));
  }

  connectedCallback() {
    super.connectedCallback();
    this.#times = setInterval(() => document.visibilityState === "visible" && this.requestUpdate(), TIMES_EVERY_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#times);
    this.#sizes.disconnect();
  }

  firstUpdated() {
    this.#sizes.observe(this.#scroller);
    this.#measure();
  }

  /** Puts the focus on the list. */
  focus() {
    (this.#listbox ?? this.renderRoot.querySelector("[role=tab][tabindex='0']"))?.focus({ preventScroll: true });
  }

  render() {
    const { filter } = this.address;
    const { inbox } = this;
    const current = tab(filter);
    return html`
      <h2 class="visually-hidden" id="heading">${t("list.heading")}</h2>
      <div role="tablist" aria-label=${t("list.views")} @keydown=${this.#tabKey}>
        ${Object.keys(TABS).map((name, i) => this.#tab(name, current, current === "custom" && i === 0))}
      </div>
      <div class="tools">
        <button class=${current === "custom" ? "filtered" : ""} aria-haspopup="dialog" @click=${this.#filter}>
          ${icons.filter}<span>${current === "custom" ? t("assignment.filtered", { list: this.#filterNames(filter) }) : t("assignment.heading")}</span>
        </button>
        <select aria-label=${t("list.sort")} .value=${filter.sort} @change=${(event) => this.address.change({ sort: event.target.value })}>
          ${SORTS.map((sort) => html`<option value=${sort} ?selected=${sort === filter.sort}>${t(`sort.${sort}`)}</option>`)}
        </select>
      </div>
      <div class="notes">
        ${inbox.incomplete || inbox.stale ? html`<p class="note" role="status">${t(inbox.incomplete ? "list.incomplete" : "list.stale")}</p>` : nothing}
        <div role="status">${inbox.arrivals > 0 ? html`
          <button class="primary arrivals" @click=${this.#showArrivals}>${icons.up}${t("list.arrivals", { n: inbox.arrivals })}</button>` : nothing}</div>
      </div>
      <div class="scroller" id="panel" role="tabpanel" aria-labelledby=${current === "custom" ? "heading" : `tab-${current}`}
        aria-busy=${inbox.loading === "first" ? "true" : "false"}
        @scroll=${this.#scrolled} @pointerenter=${(event) => this.#point(event.pointerType === "mouse")} @pointerleave=${() => this.#point(false)}
        @focusin=${() => this.#focus(true)} @focusout=${() => this.#focus(false)}>
        ${inbox.rows.length > 0 ? this.#list() : nothing}
        ${this.#foot(current)}
      </div>
      <assignment-dialog .directory=${this.directory} .counts=${inbox.counts}
        @apply=${(event) => this.address.change({ assignment: event.detail, status: "open" })}></assignment-dialog>`;
  }

  willUpdate() {
    const { filter } = this.address;
    const list = JSON.stringify([filter.assignment, filter.status, filter.sort]);
    if (this.#shownFilter !== list) {
      this.#shownFilter = list;
      this._activeId = filter.conversation;
      if (this.#scroller) {
        this.#scroller.scrollTop = 0;
      }
    }
  }

  updated() {
    const height = `${this.inbox.rows.length * this.#rowHeight}px`;
    const { from } = this.#rendered;
    const shift = `translateY(${from * this.#rowHeight}px)`;
    const list = this.#listbox;
    if (list && list.style.height !== height) {
      list.style.setProperty("height", height);
    }
    if (list && list.firstElementChild.style.transform !== shift) {
      list.firstElementChild.style.setProperty("transform", shift);
    }
    if (!list) {
      this.#focused = false; // it went with the list, of which not every browser tells
    }
    this.#moveWindow(); // also without a list: all its rows may have gone, and more may follow
  }

  get #scroller() {
    return this.renderRoot?.querySelector(".scroller");
  }

  get #listbox() {
    return this.renderRoot.querySelector("[role=listbox]");
  }

  // Tabs and tools

  #tab(name, current, first) {
    const { counts } = this.inbox;
    const n = counts && {
      mine: counts.mine, unassigned: counts.unassigned, all: counts.unassigned + counts.mine + counts.others, completed: counts.completed,
    }[name];
    return html`
      <button role="tab" id="tab-${name}" aria-controls="panel" aria-selected=${name === current ? "true" : "false"}
        tabindex=${name === current || first ? "0" : "-1"} @click=${() => this.address.change(TABS[name])}
        ><span>${t(`tab.${name}`)}</span> <span class="count">${counts ? number(n) : ""}</span></button>`;
  }

  #tabKey(event) {
    const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(event.target);
    const to = {
      ArrowRight: tabs[(at + 1) % tabs.length], ArrowLeft: tabs.at(at - 1), Home: tabs[0], End: tabs.at(-1),
    }[event.key];
    if (to) {
      event.preventDefault();
      to.focus();
      to.click();
    }
  }

  #filter() {
    this.renderRoot.querySelector("assignment-dialog").show(this.address.filter.assignment);
  }

  #filterNames({ assignment }) {
    return assignment.map((one) => {
      switch (one) {
        case "unassigned": return t("unassigned");
        case "me": return t("assignment.me");
        case "others": return t("assignment.others");
        default: {
          const id = one.slice(one.indexOf(":") + 1);
          return one.startsWith("agent:") ? this.directory.name(id) : this.directory.group(id)?.name ?? id;
        }
      }
    }).join(", ");
  }

  // The list

  /** Of the rows, those in the document. */
  get #rendered() {
    const from = Math.max(0, Math.min(this._from, this.inbox.rows.length - 1));
    return { from, to: Math.min(this._to, this.inbox.rows.length) };
  }

  #list() {
    const { rows, end } = this.inbox;
    const { from, to } = this.#rendered;
    const seen = rows.slice(from, to);
    const active = seen.some((row) => row.conversationId === this._activeId) ? `row-${this._activeId}` : nothing;
    return html`
      <div role="listbox" tabindex="0" aria-labelledby="heading" aria-activedescendant=${active}
        @click=${this.#clicked} @keydown=${this.#listKey}>
        <div role="none">${seen.map((row, i) => this.#row(row, from + i, end ? rows.length : -1))}</div>
      </div>`;
  }

  #row(row, index, size) {
    const { conversationId, channel, visitor, assignee, lastMessage, lastActivityAt, waitingSince, gone } = row;
    const selected = conversationId === this.address.filter.conversation;
    const name = visitor.name ?? visitor.id;
    const owner = assignee === null ? null : this.directory.name(assignee);
    const answered = lastMessage?.from === "agent";
    const text = lastMessage?.text ?? "";
    const waiting = waitingSince === null ? "" : waited(waitingSince);
    return html`
      <div role="option" id="row-${conversationId}" data-id=${conversationId}
        class="${gone ? "gone" : ""} ${conversationId === this._activeId ? "active" : ""}"
        aria-selected=${selected ? "true" : "false"} aria-posinset=${index + 1} aria-setsize=${size}
        aria-label=${t(gone ? "list.rowGone" : "list.row", {
          visitor: name, channel, message: answered ? t("list.answered", { text }) : text,
          waiting: waiting && t("list.waitingFull", { time: waiting }), owner: owner ?? t("unassigned"),
        })}>
        <span class="visitor">${name}</span><time datetime=${lastActivityAt}>${when(lastActivityAt)}</time>
        <span class="message ${answered ? "answered" : ""}">${answered ? t("list.answered", { text }) : text}</span>
        <span class="channel">${waiting ? html`<span class="waiting">${t("list.waiting", { time: waiting })}</span> · ` : nothing}${channel}</span>
        <span class="owner"><agent-chip .agentId=${assignee} .name=${owner}></agent-chip></span>
      </div>`;
  }

  #foot(current) {
    const { inbox } = this;
    if (inbox.problem) {
      const wrongFilter = inbox.problem.status >= 400 && inbox.problem.status < 500;
      return html`
        <div class="foot">
          <p class="problem" role="alert">${inbox.problem.text}</p>
          ${wrongFilter ? html`<button @click=${() => this.address.change(TABS.all)}>${t("list.showAll")}</button>`
            : html`<button @click=${() => inbox.retry()}>${t("tryAgain")}</button>`}
        </div>`;
    }
    if (inbox.loading === "first") {
      return html`<p class="foot appears-late" role="status">${t("list.loading")}</p>`;
    }
    if (inbox.rows.length === 0 && inbox.end) {
      return html`
        <div class="empty">
          <p>${t(`empty.${current}`)}</p>
          ${current === "custom" ? html`<button @click=${() => this.address.change(TABS.all)}>${t("list.showAll")}</button>` : nothing}
          ${current === "mine" ? html`<button @click=${() => this.address.change(TABS.unassigned)}>${t("tab.unassigned")}</button>` : nothing}
        </div>`;
    }
    if (inbox.full) {
      return html`<p class="foot">${t("list.full", { n: ROWS_MAX })}</p>`;
    }
    return html`<p class="foot">${inbox.end ? t("list.end", { n: inbox.rows.length }) : t("list.loadingMore")}</p>`;
  }

  // Scrolling

  #measure() {
    this.#rowHeight = parseFloat(getComputedStyle(document.documentElement).fontSize) * ROW_HEIGHT_REM;
    this.requestUpdate();
  }

  #scrolled() {
    this.#moveWindow();
  }

  /** Renders other rows if those about the visible ones are not there, asks for more near the end, and tells the model who reads. */
  #moveWindow() {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.floor(scrollTop / this.#rowHeight);
    const last = Math.ceil((scrollTop + clientHeight) / this.#rowHeight);
    const from = Math.max(0, Math.floor((first - BEYOND_ROWS) / STEP_ROWS) * STEP_ROWS);
    const to = Math.ceil((last + BEYOND_ROWS) / STEP_ROWS) * STEP_ROWS;
    if (Number.isFinite(first) && (from !== this._from || to !== this._to)) {
      this._from = from;
      this._to = to;
    }
    this.#hold(scrollTop, last);
    if (last + AHEAD_ROWS > this.inbox.rows.length) {
      this.inbox.more();
    }
  }

  #hold(scrollTop, last) {
    this.inbox.hold(scrollTop > 1 || this.#pointed || this.#focused, last);
  }

  #point(pointed) {
    this.#pointed = pointed;
    this.#moveWindow();
  }

  #focus(focused) {
    this.#focused = focused;
    this.#moveWindow();
  }

  #showArrivals() {
    this.#scroller.scrollTop = 0;
    this.inbox.showArrivals();
    this._activeId = this.inbox.rows[0]?.conversationId ?? null;
    this.focus(); // the button is gone
  }

  // Choosing

  #clicked(event) {
    const row = event.target.closest("[role=option]");
    if (row) {
      this._activeId = row.dataset.id;
      this.#open();
    }
  }

  #open() {
    if (this._activeId !== null) {
      this.dispatchEvent(new CustomEvent("open-conversation", { detail: { conversationId: this._activeId }, bubbles: true, composed: true }));
    }
  }

  #listKey(event) {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.#move(step);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#open();
    }
  }

  #command(name) {
    switch (name) {
      case "next":
        this.#move(1);
        this.focus();
        break;
      case "previous":
        this.#move(-1);
        this.focus();
        break;
      case "open":
        this.#open();
        break;
      case "show-arrivals":
        this.#showArrivals();
        break;
      case "filter":
        this.#filter();
        break;
      default:
        throw new Error(`the list has no command ${name}`);
    }
  }

  #move(step) {
    const { rows } = this.inbox;
    if (rows.length === 0) {
      return;
    }
    const at = rows.findIndex((row) => row.conversationId === this._activeId);
    const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step));
    this._activeId = rows[to].conversationId;
    const top = to * this.#rowHeight;
    const scroller = this.#scroller;
    if (top < scroller.scrollTop) {
      scroller.scrollTop = top;
    } else if (top + this.#rowHeight > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + this.#rowHeight - scroller.clientHeight;
    }
    this.#moveWindow();
  }
}

customElements.define("conversation-list", ConversationList);
