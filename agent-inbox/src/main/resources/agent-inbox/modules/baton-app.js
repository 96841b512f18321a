import { LitElement, css, html } from "lit";

/** The whole page: says who is signed in. */
class BatonApp extends LitElement {
  static properties = { me: { state: true } };

  static styles = css`
    :host { display: block; padding: 2rem; }
  `;

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  async #load() {
    const response = await fetch("/api/me");
    this.me = response.ok ? await response.json() : null;
  }

  render() {
    if (this.me === undefined) {
      return html`<p aria-busy="true">Loading…</p>`;
    }
    return this.me ? html`<p>Signed in as ${this.me.name}.</p>` : html`<p>Nobody is signed in.</p>`;
  }
}

customElements.define("baton-app", BatonApp);
