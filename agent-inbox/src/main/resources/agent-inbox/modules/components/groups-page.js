import { LitElement, html } from "lit";
import { t } from "../texts.js";

class GroupsPage extends LitElement {
  render() {
    return html`<p>${t("groups.heading")}</p>`;
  }
}

customElements.define("groups-page", GroupsPage);
