import { LitElement, html } from "lit";
import { t } from "../texts.js";

class ConversationThread extends LitElement {
  render() {
    return html`<p>${t("thread.none")}</p>`;
  }
}

customElements.define("conversation-thread", ConversationThread);
