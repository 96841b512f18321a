import { LitElement, css, html } from "lit";
import { t } from "../texts.js";

const TINTS = 6;

/**
 * An agent as one recognises her in a list: initials on her own tint, and her name. Without an agent it says *Unassigned*.
 *
 * `<agent-chip .agentId=${id or null} .name=${name}>`; with `compact`, the initials alone are seen, and the name is read out.
 */
class AgentChip extends LitElement {
  static properties = {
    agentId: { attribute: false },
    name: { attribute: false },
    compact: { type: Boolean, reflect: true },
  };

  static styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.375rem;
      min-width: 0;
      max-width: 100%;
      vertical-align: middle;
      font-size: var(--text-small);
      line-height: 1.25rem;
    }

    .initials {
      flex: none;
      display: grid;
      place-items: center;
      width: 1.375rem;
      height: 1.375rem;
      border-radius: 50%;
      color: var(--ink);
      font-size: 0.625rem;
      font-weight: 700;
    }

    .tint-0 { background: var(--tint-0); }
    .tint-1 { background: var(--tint-1); }
    .tint-2 { background: var(--tint-2); }
    .tint-3 { background: var(--tint-3); }
    .tint-4 { background: var(--tint-4); }
    .tint-5 { background: var(--tint-5); }

    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    :host([compact]) .name {
      position: absolute;
      width: 1px;
      height: 1px;
      clip-path: inset(50%);
    }

    .unassigned {
      padding: 0 0.5rem;
      border: 1px dashed var(--edge-control);
      border-radius: 1rem;
      color: var(--ink-soft);
      white-space: nowrap;
    }
  `;

  render() {
    if (!this.agentId) {
      return html`<span class="unassigned">${t("unassigned")}</span>`;
    }
    return html`<span class="initials tint-${tint(this.agentId)}" aria-hidden="true">${initials(this.name)}</span
      ><span class="name">${this.name}</span>`;
  }
}

/** The first letters of the first and the last word; what is in brackets is said about a name, and no part of it. */
function initials(name) {
  const words = name.trim().split(/\s+/).filter((word, index) => index === 0 || !word.startsWith("("));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0] ?? "").join("").toLocaleUpperCase();
}

/** The same for the same id, for ever. */
function tint(id) {
  let sum = 0;
  for (const letter of id) {
    sum = (sum * 31 + letter.codePointAt(0)) % 65_521;
  }
  return sum % TINTS;
}

customElements.define("agent-chip", AgentChip);
