import { LitElement, css, html } from "lit";
import { t } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import "./agent-chip.js";

/**
 * The menu at the agent's name: ARIA's menu button. It dispatches `choose` with the name of what was chosen: `inbox`, `settings`, `agents`,
 * `groups`, `shortcuts` or `signOut`.
 */
class AccountMenu extends LitElement {
  static properties = {
    me: { attribute: false },
    place: { attribute: false },
    _open: { state: true },
  };

  static styles = [shared, css`
    :host {
      position: relative;
      display: block;
      min-width: 0;
    }

    #button {
      max-width: 14rem;
    }

    [role="menu"] {
      position: absolute;
      inset-block-start: calc(100% + var(--space-1));
      inset-inline-end: 0;
      z-index: 20;
      display: grid;
      min-width: 13rem;
      padding: var(--space-2);
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface-raised);
      box-shadow: var(--shadow);
    }

    [role="menuitem"] {
      justify-content: flex-start;
    }

    [role="menuitem"]:focus-visible {
      outline-offset: -2px;
    }

    hr {
      width: 100%;
      margin: var(--space-1) 0;
      border: 0;
      border-block-start: 1px solid var(--edge);
    }

    @media (max-width: 719px) {
      .chevron {
        display: none;
      }
    }
  `];

  #closeOutside = (event) => {
    if (!event.composedPath().includes(this)) {
      this._open = false;
    }
  };

  disconnectedCallback() {
    super.disconnectedCallback();
    this._open = false;
    removeEventListener("pointerdown", this.#closeOutside);
  }

  render() {
    const supervisor = this.me.role === "supervisor";
    const items = [
      this.place === "inbox" ? null : "inbox",
      "settings",
      ...(supervisor ? ["agents", "groups"] : []),
      "shortcuts",
    ].filter((item) => item && item !== this.place);
    return html`
      <button id="button" class="plain" aria-haspopup="menu" aria-expanded=${this._open ? "true" : "false"} aria-controls="menu"
        @click=${() => (this._open ? this.#close() : this.#show(0))} @keydown=${this.#buttonKey}>
        <agent-chip .agentId=${this.me.id} .name=${this.me.name}></agent-chip><span class="chevron">${icons.down}</span>
      </button>
      <div id="menu" role="menu" aria-labelledby="button" ?hidden=${!this._open} @keydown=${this.#menuKey} @focusout=${this.#focusLeft}>
        ${items.map((item) => this.#item(item))}
        <hr role="separator">
        ${this.#item("signOut")}
      </div>`;
  }

  updated(changed) {
    if (changed.has("_open")) {
      (this._open ? addEventListener : removeEventListener)("pointerdown", this.#closeOutside);
    }
  }

  #item(name) {
    return html`<button role="menuitem" class="plain" tabindex="-1" @click=${() => this.#choose(name)}>${t(`menu.${name}`)}</button>`;
  }

  get #items() {
    return [...this.renderRoot.querySelectorAll("[role=menuitem]")];
  }

  async #show(at) {
    this._open = true;
    await this.updateComplete;
    this.#items.at(at).focus();
  }

  #close() {
    this._open = false;
    this.renderRoot.querySelector("#button").focus();
  }

  #choose(name) {
    this.#close();
    this.dispatchEvent(new CustomEvent("choose", { detail: name }));
  }

  #focusLeft(event) {
    if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) {
      this._open = false;
    }
  }

  #buttonKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#show(event.key === "ArrowDown" ? 0 : -1);
    }
  }

  #menuKey(event) {
    const items = this.#items;
    const at = items.indexOf(event.target);
    const to = {
      ArrowDown: () => items[(at + 1) % items.length],
      ArrowUp: () => items.at(at - 1),
      Home: () => items[0],
      End: () => items.at(-1),
    }[event.key]?.();
    event.stopPropagation(); // the page's own keys rest while the menu is open
    if (to) {
      event.preventDefault();
      to.focus();
    } else if (event.key === "Escape") {
      this.#close();
    } else if (event.key === "Tab") {
      this._open = false;
    }
  }
}

customElements.define("account-menu", AccountMenu);
