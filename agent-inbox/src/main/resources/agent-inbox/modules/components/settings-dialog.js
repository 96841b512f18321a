import { LitElement, html } from "lit";
import { t } from "../texts.js";

class SettingsDialog extends LitElement {
  render() {
    return html``;
  }
}

customElements.define("settings-dialog", SettingsDialog);
