import { LitElement, css, html, nothing } from "lit";
import { KEPT_LENGTH_MAX } from "../models/drafts.js";
import { t } from "../texts.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";

/** What the server takes, in characters (code points). */
const TEXT_LENGTH_MAX = 10_000;
/** From here on, the length is said. */
const LENGTH_SAID_FROM = 9_000;

/**
 * Where one answers. What is typed is a draft at once, see drafts.js.
 *
 * It says beforehand what sending will do to the conversation, and when colleagues have taken it or answered since one began to type: then
 * nothing is sent until one has said so. Ctrl+Enter or ⌘+Enter sends.
 */
class ReplyBox extends LitElement {
  static properties = {
    conversation: { attribute: false },
    me: { attribute: false },
    drafts: { attribute: false },
    _text: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: block;
      padding: var(--space-3) var(--space-4) var(--space-4);
      border-block-start: 1px solid var(--edge);
    }

    .hint:not(:has(:empty)) {
      margin-block-end: var(--space-2);
    }

    .hint {
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    .collision {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2);
      margin-block-end: var(--space-2);
      padding: var(--space-2) var(--space-3);
      border-radius: var(--radius-small);
      background: var(--warning-surface);
      color: var(--warning);
    }

    .collision [role="status"] {
      flex: 1 1 16rem;
    }

    .box {
      border: 1px solid var(--edge-control);
      border-radius: var(--radius);
      background: var(--surface);
    }

    .box:focus-within {
      outline: 2px solid var(--focus);
      outline-offset: 1px;
    }

    textarea {
      display: block;
      min-height: 4.5rem;
      max-height: 40dvh;
      padding: var(--space-2) var(--space-3);
      border: 0;
      background: transparent;
      resize: none;
      field-sizing: content;
      overflow-wrap: anywhere;
    }

    textarea:focus-visible {
      outline: none; /* the box around it has it */
    }

    .bar {
      display: flex;
      align-items: center;
      justify-content: flex-end;
      gap: var(--space-3);
      padding: var(--space-1) var(--space-2) var(--space-2) var(--space-3);
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    .bar .length {
      flex: 1;
    }

    .too-long {
      color: var(--danger);
      font-weight: 600;
    }

    .keys {
      white-space: nowrap;
    }

    @media (max-width: 719px), (pointer: coarse) {
      .keys {
        display: none;
      }
    }

    @media (max-width: 719px) {
      :host {
        padding: var(--space-2);
      }

      textarea {
        min-height: 2.75rem;
      }
    }
  `];

  #shown = null;

  constructor() {
    super();
    this._text = "";
    new Watch(this, () => [this.conversation]);
    new Watch(this, () => [this.drafts], ({ detail }) => detail.conversationId === this.conversation.id && this.#takeDraft());
  }

  /** Puts the focus into the text. */
  focus() {
    this.renderRoot.querySelector("textarea").focus();
  }

  willUpdate() {
    if (this.#shown !== this.conversation) {
      this.#shown = this.conversation;
      this.#takeDraft();
    }
  }

  render() {
    const collisions = this.#collisions();
    const length = lengthOf(this._text);
    const tooLong = length > TEXT_LENGTH_MAX;
    return html`
      <div class=${collisions.length > 0 ? "collision" : "hint"}>
        <div role="status">${collisions.length > 0 ? this.#renderCollisions(collisions) : this.#hint()}</div>
        ${collisions.length > 0 ? html`
          <button id="anyway" @click=${this.#sendAnyway}>${t("reply.sendAnyway")}</button>
          <button @click=${this.#keepDraft}>${t("reply.keepDraft")}</button>` : nothing}
      </div>
      ${this.drafts.kept(this.conversation.id) ? nothing : html`
        <p class="hint problem" role="status">${t(this._text.length > KEPT_LENGTH_MAX ? "reply.tooLongToKeep" : "reply.notKept")}</p>`}
      <div class="box">
        <textarea aria-label=${t("reply.label")} placeholder=${t("reply.label")} rows="3" dir="auto" aria-keyshortcuts="r"
          aria-invalid=${tooLong ? "true" : "false"} aria-describedby=${length > LENGTH_SAID_FROM ? "length" : nothing}
          .value=${this._text} @input=${this.#type} @keydown=${this.#key}></textarea>
        <div class="bar">
          <span id="length" class="length ${tooLong ? "too-long" : ""}">${length > LENGTH_SAID_FROM
            ? t("reply.length", { length, max: TEXT_LENGTH_MAX }) : nothing}</span>
          <span class="keys">${t(isApple() ? "reply.keysApple" : "reply.keys")}</span>
          <button class="primary" aria-disabled=${this.#sendable() && collisions.length === 0 ? "false" : "true"} @click=${this.#send}
            >${t("reply.send")}</button>
        </div>
      </div>`;
  }

  #renderCollisions(collisions) {
    return html`
      ${this.drafts.get(this.conversation.id)?.returned ? html`<p><strong>${t("reply.notSent")}</strong></p>` : nothing}
      ${collisions.map((text) => html`<p>${text}</p>`)}`;
  }

  /** What sending will do, or an empty text. */
  #hint() {
    const { item, owner } = this.conversation;
    if (item.status === "completed") {
      return t("reply.reopens");
    }
    if (!owner) {
      return t("reply.takes");
    }
    return owner.id === this.me.id ? "" : t("reply.stays", { name: owner.name });
  }

  /** What colleagues have done since she began to type, unless she has said that she knows. */
  #collisions() {
    const draft = this.drafts.get(this.conversation.id);
    return draft && draft.text.trim() !== "" ? this.conversation.collisions(draft.seen) : [];
  }

  #sendable() {
    return this._text.trim() !== "" && lengthOf(this._text) <= TEXT_LENGTH_MAX;
  }

  #type(event) {
    this._text = event.target.value;
    const draft = this.drafts.get(this.conversation.id);
    this.drafts.set(this.conversation.id, this._text, draft?.seen ?? this.conversation.version, draft?.returned);
  }

  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      event.target.blur(); // the page's keys work again
    }
  }

  #send() {
    if (!this.#sendable()) {
      this.focus();
    } else if (this.#collisions().length > 0) {
      this.renderRoot.querySelector("#anyway").focus(); // it is she who decides
    } else {
      this.#reply(this.drafts.get(this.conversation.id)?.seen ?? this.conversation.version);
    }
  }

  #sendAnyway() {
    if (this.#sendable()) {
      this.#reply(this.conversation.version);
    }
    this.focus();
  }

  /** She knows now, and goes on typing. */
  #keepDraft() {
    this.drafts.set(this.conversation.id, this._text, this.conversation.version);
    this.requestUpdate();
    this.focus();
  }

  #reply(typedAt) {
    this.conversation.reply(this._text, typedAt);
  }

  #takeDraft() {
    this._text = this.drafts.get(this.conversation.id)?.text ?? "";
  }
}

function lengthOf(text) {
  return text.length < LENGTH_SAID_FROM ? text.length : [...text].length;
}

function isApple() {
  return /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform);
}

customElements.define("reply-box", ReplyBox);
