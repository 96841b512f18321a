import { LitElement, css, html } from "lit";
import { SHORTCUTS, characterKeys } from "../keyboard.js";
import { t } from "../texts.js";
import { shared } from "./shared-styles.js";

/** Says which keys do what. `show()` opens it. */
class ShortcutsDialog extends LitElement {
  static styles = [shared, css`
    dialog {
      width: min(26rem, calc(100vw - 2 * var(--space-4)));
    }

    p {
      margin-block: var(--space-2) var(--space-3);
    }

    dl {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      margin: 0 0 var(--space-4);
    }

    dt,
    dd {
      margin: 0;
      padding: var(--space-1) 0;
      border-block-start: 1px solid var(--edge);
    }

    dd {
      text-align: end;
    }

    kbd {
      display: inline-block;
      min-width: 1.75em;
      padding: 0 var(--space-2);
      border: 1px solid var(--edge-control);
      border-radius: var(--radius-small);
      background: var(--surface-sunken);
      font: inherit;
      font-size: var(--text-small);
      text-align: center;
    }
  `];

  #switch = ({ target }) => {
    characterKeys.on = target.checked;
    target.checked = characterKeys.on;
  };

  /** Opens. */
  show() {
    this.#dialog.showModal();
  }

  render() {
    return html`
      <dialog aria-labelledby="heading" @click=${(event) => event.target === event.currentTarget && this.#dialog.close()}>
        <form method="dialog">
          <h2 id="heading">${t("shortcuts.heading")}</h2>
          <p class="soft">${t("shortcuts.notWhileTyping")}</p>
          <label class="choice"><input type="checkbox" .checked=${characterKeys.on} @change=${this.#switch}> ${t("shortcuts.on")}</label>
          <dl>${SHORTCUTS.map(({ command, keys }) => html`
            <dt>${t(`shortcuts.${command}`)}</dt>
            <dd>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dd>`)}
          </dl>
          <div class="actions"><button class="primary" autofocus>${t("close")}</button></div>
        </form>
      </dialog>`;
  }

  get #dialog() {
    return this.renderRoot.querySelector("dialog");
  }
}

customElements.define("shortcuts-dialog", ShortcutsDialog);
