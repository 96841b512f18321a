import { LitElement, html } from "lit";
import { t } from "../texts.js";

class AgentsPage extends LitElement {
  render() {
    return html`<p>${t("agents.heading")}</p>`;
  }
}

customElements.define("agents-page", AgentsPage);
