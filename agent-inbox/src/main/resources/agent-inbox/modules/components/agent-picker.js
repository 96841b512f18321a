import { LitElement, css, html, nothing } from "lit";
import { compareNames, t } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";
import "./agent-chip.js";

/** Options that are shown at once; who is not among them is found by typing. */
const OPTIONS_MAX = 100;

/**
 * Whose the conversation is, and the popup to give it to somebody else: oneself first, *Unassigned*, then every active agent by name. What
 * the owner rule forbids is shown, with the reason, and cannot be chosen.
 *
 * ARIA patterns: a button with a dialog popup; in it an editable combobox with a listbox, whose options are reached by
 * `aria-activedescendant`, so that one can type on.
 */
class AgentPicker extends LitElement {
  static properties = {
    conversation: { attribute: false },
    me: { attribute: false },
    directory: { attribute: false },
    _open: { state: true },
    _typed: { state: true },
    _active: { state: true },
  };

  static styles = [shared, css`
    :host {
      position: relative;
      display: inline-flex;
    }

    .owner {
      max-width: 16rem;
      min-width: 0;
      width: 100%;
      justify-content: space-between;
    }

    .owner .label {
      font-size: var(--text-small);
      color: var(--ink-soft);
    }

    .owner agent-chip {
      flex: 1;
    }

    .popup {
      position: absolute;
      inset-block-start: calc(100% + var(--space-1));
      inset-inline-end: 0;
      z-index: 20;
      display: flex;
      flex-direction: column;
      width: 18rem;
      max-height: min(26rem, 70dvh);
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface-raised);
      box-shadow: var(--shadow);
    }

    .search {
      padding: var(--space-2);
      border-block-end: 1px solid var(--edge);
    }

    .why {
      padding: var(--space-2) var(--space-3);
      background: var(--warning-surface);
      color: var(--warning);
      font-size: var(--text-small);
    }

    [role="listbox"] {
      flex: 1;
      min-height: 0;
      margin: 0;
      padding: var(--space-1);
      overflow-y: auto;
      list-style: none;
    }

    [role="option"] {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-height: var(--target);
      padding: var(--space-1) var(--space-2);
      border-radius: var(--radius-small);
      cursor: pointer;
    }

    [role="option"] agent-chip {
      flex: 1;
    }

    [role="option"].active {
      background: var(--surface-selected);
      box-shadow: inset 0 0 0 2px var(--focus);
    }

    [role="option"][aria-disabled="true"] {
      color: var(--ink-soft);
      cursor: default;
    }

    [role="option"].active[aria-disabled="true"] {
      background: var(--surface-hover);
      box-shadow: inset 0 0 0 2px var(--edge-control);
    }

    [role="option"] svg {
      flex: none;
      width: 1.125rem;
      height: 1.125rem;
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
    }

    .none {
      padding: var(--space-2) var(--space-3);
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    @media (max-width: 719px) {
      .owner {
        max-width: none;
      }

      .popup {
        position: fixed; /* as wide as the screen, wherever the button is; its height is still that of the button */
        inset: auto var(--space-2);
        width: auto;
        margin-block-start: var(--space-1);
      }
    }
  `];

  #closeOutside = (event) => event.composedPath().includes(this) || this.#close();

  constructor() {
    super();
    this._open = false;
    this._typed = "";
    this._active = null;
    new Watch(this, () => [this.conversation, this.directory]);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#close();
  }

  /** Opens the popup, ready to type. */
  async open() {
    this._open = true;
    this._typed = "";
    this._active = null;
    this.directory.refresh();
    document.addEventListener("pointerdown", this.#closeOutside);
    await this.updateComplete;
    this.renderRoot.querySelector("input")?.focus();
  }

  willUpdate(changed) {
    if (changed.has("conversation") && changed.get("conversation")) {
      this.#close();
    }
  }

  updated() {
    this.renderRoot.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }

  render() {
    const { owner } = this.conversation;
    return html`
      <button class="owner" aria-haspopup="dialog" aria-expanded=${this._open ? "true" : "false"}
        aria-label=${t("agent.label", { name: owner?.name ?? t("unassigned") })} @click=${this.#toggle}>
        <agent-chip .agentId=${owner?.id ?? null} .name=${owner?.name ?? ""} aria-hidden="true"></agent-chip>${icons.down}
      </button>
      ${this._open ? this.#renderPopup(owner) : nothing}`;
  }

  #renderPopup(owner) {
    const { allowed, reason } = this.conversation.may("assign");
    const options = this.#options(owner);
    const shown = options.slice(0, OPTIONS_MAX);
    const active = this.#activeOf(shown, owner);
    return html`
      <div class="popup" role="dialog" aria-label=${t("agent.heading")} @keydown=${this.#key} @focusout=${this.#left}>
        <div class="search">
          <input role="combobox" aria-label=${t("agent.search")} placeholder=${t("agent.search")} autocomplete="off" spellcheck="false"
            aria-expanded="true" aria-autocomplete="list" aria-controls="options" maxlength="200"
            aria-activedescendant=${active ? `option-${shown.indexOf(active)}` : nothing} aria-describedby=${allowed ? nothing : "why"}
            .value=${this._typed} @input=${this.#type}>
        </div>
        ${allowed ? nothing : html`<p class="why" id="why">${reason}</p>`}
        <ul role="listbox" id="options" aria-label=${t("agent.options")}>
          ${shown.map((option, index) => html`
            <li role="option" id="option-${index}" class=${option === active ? "active" : ""}
              aria-selected=${option.id === (owner?.id ?? null) ? "true" : "false"}
              aria-disabled=${allowed ? "false" : "true"} aria-describedby=${allowed ? nothing : "why"}
              @click=${() => this.#choose(option)} @pointermove=${() => { this._active = option.key; }}>
              <agent-chip .agentId=${option.id} .name=${option.label}></agent-chip>
              ${option.id === (owner?.id ?? null) ? icons.check : nothing}
            </li>`)}
        </ul>
        ${shown.length === 0 ? html`<p class="none" role="status">${t("agent.none")}</p>` : nothing}
        ${options.length > shown.length ? html`<p class="none">${t("agent.more", { n: options.length - shown.length })}</p>` : nothing}
      </div>`;
  }

  /** Oneself, nobody, the others by name; the owner too if she is not active any more. As far as their names have what was typed. */
  #options(owner) {
    const option = (id, label) => ({ key: id ?? "", id, label });
    const others = this.directory.agents
      .filter(({ id, active }) => id !== this.me.id && (active || id === owner?.id))
      .toSorted((a, b) => compareNames(a.name, b.name))
      .map(({ id, name, active }) => option(id, active ? name : t("agent.deactivated", { name })));
    const typed = plain(this._typed.trim());
    return [option(this.me.id, t("agent.you", { name: this.me.name })), option(null, t("unassigned")), ...others]
      .filter(({ label }) => plain(label).includes(typed));
  }

  /** The option that Enter takes: the one that was moved to, else the first that would change something. */
  #activeOf(options, owner) {
    return options.find(({ key }) => key === this._active) ?? options.find(({ id }) => id !== (owner?.id ?? null)) ?? options[0];
  }

  #toggle() {
    if (this._open) {
      this.#close();
    } else {
      this.open();
    }
  }

  #close({ refocus = false } = {}) {
    this._open = false;
    document.removeEventListener("pointerdown", this.#closeOutside);
    if (refocus) {
      this.renderRoot.querySelector(".owner")?.focus();
    }
  }

  #left(event) {
    if (event.relatedTarget && !this.renderRoot.contains(event.relatedTarget)) {
      this.#close();
    }
  }

  #type(event) {
    this._typed = event.target.value;
    this._active = null;
  }

  #key(event) {
    const { owner } = this.conversation;
    const options = this.#options(owner).slice(0, OPTIONS_MAX);
    const active = this.#activeOf(options, owner);
    const at = options.indexOf(active);
    switch (event.key) {
      case "ArrowDown":
        this._active = options[(at + 1) % options.length]?.key ?? null;
        break;
      case "ArrowUp":
        this._active = options.at(at - 1)?.key ?? null;
        break;
      case "PageDown":
        this._active = options[Math.min(options.length - 1, at + 8)]?.key ?? null;
        break;
      case "PageUp":
        this._active = options[Math.max(0, at - 8)]?.key ?? null;
        break;
      case "Enter":
        if (event.isComposing) {
          return;
        }
        if (active) {
          this.#choose(active);
        }
        break;
      case "Escape":
        this.#close({ refocus: true });
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #choose({ id }) {
    if (!this.conversation.may("assign").allowed) {
      return;
    }
    this.#close({ refocus: true });
    if (id === (this.conversation.item.assignee ?? null)) {
      return;
    }
    if (id === null) {
      this.conversation.unassign();
    } else {
      this.conversation.assign(id);
    }
  }
}

/** For comparing what was typed: without accents, in small letters. */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

customElements.define("agent-picker", AgentPicker);
