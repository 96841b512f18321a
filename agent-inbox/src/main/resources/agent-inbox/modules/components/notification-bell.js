import { LitElement, html } from "lit";
import { t } from "../texts.js";

class NotificationBell extends LitElement {
  render() {
    return html``;
  }
}

customElements.define("notification-bell", NotificationBell);
