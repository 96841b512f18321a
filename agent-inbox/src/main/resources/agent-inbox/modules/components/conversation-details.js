import { LitElement, html } from "lit";
import { t } from "../texts.js";

class ConversationDetails extends LitElement {
  render() {
    return html`<p>${t("details.heading")}</p>`;
  }
}

customElements.define("conversation-details", ConversationDetails);
