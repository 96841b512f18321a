import { css, html, nothing } from "lit";
import { live as asItIs } from "lit/directives/live.js";
import { list, t } from "../texts.js";
import { DirectoryPage } from "./directory-page.js";

/** Members that a row of the table names, and agents that the form shows at once. */
const NAMED_MAX = 5;
const SHOWN_MAX = 100;

/** The groups, for supervisors, who may delete them too. */
class GroupsPage extends DirectoryPage {
  static properties = {
    /** The ids that are ticked in the form. */
    _members: { state: true },
    _search: { state: true },
  };

  static styles = [super.styles, css`
    legend {
      margin-block-end: var(--space-1);
    }

    .members {
      height: 13rem;
      margin-block: var(--space-2) var(--space-1);
      padding: var(--space-1);
      border: 1px solid var(--edge);
      border-radius: var(--radius-small);
      overflow-y: auto;
    }

    .members p {
      padding: var(--space-2);
    }
  `];

  constructor() {
    super({ page: "groups", fields: ["name", "id", "members"], blank: { name: "", members: [] } });
    this._members = new Set();
    this._search = "";
  }

  get entries() {
    return this.directory.groups;
  }

  table() {
    if (this.entries.length === 0) {
      return html`<p class="soft">${t("groups.none")}</p>`;
    }
    return html`
      <table>
        <thead><tr><th scope="col">${t("field.name")}</th><th scope="col" class="wide">${t("field.id")}</th>
          <th scope="col">${t("groups.members")}</th><td></td></tr></thead>
        <tbody>${this.entries.map((group) => html`
          <tr>
            <th scope="row">${group.name}</th>
            <td class="wide">${group.id}</td>
            <td>${this.#named(group.members)}</td>
            <td class="do">
              <button aria-label=${t("edit.label", group)} @click=${() => this.edit(group)}>${t("edit")}</button>
              <button aria-label=${t("delete.label", group)} @click=${() => this.#askDelete(group)}>${t("delete")}</button>
            </td>
          </tr>`)}
        </tbody>
      </table>`;
  }

  fields() {
    const refused = this._refused;
    return html`
      <fieldset aria-describedby=${refused.members ? "members-refused" : nothing}>
        <legend>${t("groups.members")}</legend>
        <input type="search" aria-label=${t("groups.search")} placeholder=${t("groups.search")} autocomplete="off"
          .value=${asItIs(this._search)} @input=${(event) => { this._search = event.target.value; }} @keydown=${this.#searchKey}>
        <div class="members">${this.#agents()}</div>
        <p class="soft" role="status">${t("groups.chosen", { n: this._members.size })}</p>
        ${refused.members ? html`<p id="members-refused" class="refused" role="alert">${refused.members}</p>` : nothing}
      </fieldset>`;
  }

  confirmation(group) {
    return {
      heading: t("groups.deleteHeading", group),
      what: html`
        ${this._refused[""] ? html`<p class="problem" role="alert">${this._refused[""]}</p>` : nothing}
        <p>${t("groups.deleteWhat")}</p>`,
      action: t("delete"),
      act: () => this.#delete(group),
    };
  }

  async edit(group) {
    this._members = new Set(group.members);
    this._search = "";
    await super.edit(group);
  }

  async submitted({ id, name }) {
    await this.directory.saveGroup(id, { name, members: [...this._members] });
    this.saved({ name });
  }

  #named(members) {
    if (members.length === 0) {
      return html`<span class="soft">${t("groups.nobody")}</span>`;
    }
    const names = members.slice(0, NAMED_MAX).map((id) => this.directory.name(id));
    const more = members.length - names.length;
    return list(more > 0 ? [...names, t("groups.more", { n: more })] : names);
  }

  /** Those whose name or id has what is searched for. Agents who are not active can be left in or taken out, not put in. */
  #agents() {
    const searched = this._search.trim().toLocaleLowerCase();
    const found = this.directory.agents.filter(({ id, name, active }) => (active || this._edited.members.includes(id))
      && (name.toLocaleLowerCase().includes(searched) || id.toLowerCase().includes(searched)));
    if (found.length === 0) {
      return html`<p class="soft">${t("groups.noMatch")}</p>`;
    }
    return html`
      ${found.slice(0, SHOWN_MAX).map(({ id, name, active }) => html`
        <label class="choice"><input type="checkbox" .checked=${asItIs(this._members.has(id))} @change=${(event) => this.#tick(id, event.target.checked)}>
          ${active ? name : t("groups.notActive", { name })}</label>`)}
      ${found.length > SHOWN_MAX ? html`<p class="soft">${t("groups.searchMore", { n: found.length - SHOWN_MAX })}</p>` : nothing}`;
  }

  #tick(id, ticked) {
    const members = new Set(this._members);
    members[ticked ? "add" : "delete"](id);
    this._members = members;
  }

  /** Enter would send the form. */
  #searchKey = (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
    } else if (event.key === "Escape" && this._search !== "") {
      event.preventDefault(); // the first one clears, the next one closes
      this._search = "";
    }
  };

  async #askDelete(group) {
    this._refused = {};
    this._said = "";
    await this.ask(group);
  }

  async #delete(group) {
    this._busy = true;
    try {
      await this.directory.deleteGroup(group.id);
      this.#deleted(group);
    } catch (problem) {
      if (problem.status === 404) { // somebody else was quicker
        await this.load();
        this.#deleted(group);
      } else {
        this._refused = { "": problem.text ?? String(problem) };
      }
    } finally {
      this._busy = false;
    }
  }

  #deleted(group) {
    this.dialog("confirm").close();
    this._said = t("groups.deleted", group);
  }
}

customElements.define("groups-page", GroupsPage);
