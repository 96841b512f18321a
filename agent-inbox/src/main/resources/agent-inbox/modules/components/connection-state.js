import { LitElement, css, html } from "lit";
import { live } from "../live.js";
import { t } from "../texts.js";

/** Says at all times whether the page is live. */
class ConnectionState extends LitElement {
  static styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.375rem;
      font-size: var(--text-small);
      color: var(--ink-soft);
      white-space: nowrap;
    }

    .dot {
      width: 0.5rem;
      height: 0.5rem;
      border-radius: 50%;
      background: var(--good);
    }

    .connecting {
      background: transparent;
      box-shadow: inset 0 0 0 2px var(--warning);
    }

    .offline {
      border-radius: 0;
      background: var(--danger);
    }

    .said-offline {
      color: var(--danger);
      font-weight: 600;
    }
  `;

  #render = () => this.requestUpdate();

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener("state", this.#render);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.removeEventListener("state", this.#render);
  }

  render() {
    return html`<span class="dot ${live.state}" aria-hidden="true"></span
      ><span role="status" class="said-${live.state}">${t(`live.${live.state}`)}</span>`;
  }
}

customElements.define("connection-state", ConnectionState);
