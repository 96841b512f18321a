import { LitElement, html } from "lit";
import { t } from "../texts.js";

class ConversationList extends LitElement {
  render() {
    return html`<p>${t("list.heading")}</p>`;
  }
}

customElements.define("conversation-list", ConversationList);
