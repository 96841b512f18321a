import { LitElement, css, html, nothing } from "lit";
import { t } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";

/** Says for a while what has been done, with a button that undoes it. The time stands still while the pointer or the focus is on it. */
class UndoToast extends LitElement {
  static properties = {
    undo: { attribute: false },
  };

  static styles = [shared, css`
    :host {
      position: fixed;
      inset-block-end: var(--space-4);
      inset-inline: var(--space-4);
      z-index: 25;
      display: grid;
      justify-items: start;
      pointer-events: none; /* beside the toast, what lies below can be used */
    }

    .toast {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      max-width: 100%;
      padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
      border: 1px solid var(--edge-control);
      border-radius: var(--radius);
      background: var(--surface-raised);
      box-shadow: var(--shadow);
      pointer-events: auto;
    }

    @media (max-width: 719px) {
      :host {
        inset-block: 8rem auto; /* neither on the reply box nor on its keyboard */
        justify-items: center;
      }
    }

    .undo {
      color: var(--accent);
      font-weight: 600;
    }
  `];

  constructor() {
    super();
    new Watch(this, () => [this.undo]);
  }

  render() {
    const { undo } = this;
    return html`
      <div class=${undo?.text ? "toast" : ""} @pointerenter=${() => undo.hold(true)} @pointerleave=${() => undo.hold(false)}
        @focusin=${() => undo.hold(true)} @focusout=${() => undo.hold(false)}>
        <span role="status">${undo?.text ?? ""}</span>
        ${undo?.possible ? html`<button class="plain undo" @click=${() => undo.undo()}>${t("undo.button")}</button>` : nothing}
        ${undo?.text ? html`<button class="plain icon" aria-label=${t("close")} @click=${() => undo.drop()}>${icons.close}</button>` : nothing}
      </div>`;
  }
}

customElements.define("undo-toast", UndoToast);
