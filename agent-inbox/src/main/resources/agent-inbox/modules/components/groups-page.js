import { LitElement, css, html, nothing } from "lit";
import { live as asItIs } from "lit/directives/live.js";
import { refusedFields, refusedId, refusedName } from "../models/field-rules.js";
import { list, t } from "../texts.js";
import { Watch } from "./watch.js";
import { formField, pageStyles } from "./form-field.js";
import { shared } from "./shared-styles.js";

const FIELDS = ["name", "id", "members"];
/** Members that a row of the table names, and agents that the form shows at once. */
const NAMED_MAX = 5;
const SHOWN_MAX = 100;

/** The groups, for supervisors: a table, a dialog with a form for one of them, and one that asks before a group is deleted. */
class GroupsPage extends LitElement {
  static properties = {
    me: { attribute: false },
    directory: { attribute: false },
    /** The group in the form; one without an id is new. */
    _edited: { state: true },
    /** The ids that are ticked in the form. */
    _members: { state: true },
    _search: { state: true },
    _deleted: { state: true },
    /** What was refused, by field; under "" what is about none. */
    _refused: { state: true },
    _busy: { state: true },
    _said: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, pageStyles, css`
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

  #watch = new Watch(this, () => [this.directory]);

  constructor() {
    super();
    this._edited = null;
    this._members = new Set();
    this._search = "";
    this._deleted = null;
    this._refused = {};
    this._busy = false;
    this._said = "";
    this._problem = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  render() {
    if (this.me.role !== "supervisor") {
      return html`<section><h2>${t("groups.heading")}</h2><p>${t("groups.supervisorsOnly")}</p></section>`;
    }
    return html`
      <section>
        <div class="head">
          <h2>${t("groups.heading")}</h2>
          <button class="primary" ?disabled=${!this.directory.loaded} @click=${() => this.#edit({ name: "", members: [] })}>${t("groups.add")}</button>
        </div>
        <p role="status" class="said">${this._said}</p>
        ${this._problem ? html`<div class="problem" role="alert"><p>${this._problem.text}</p>
          <div class="actions"><button @click=${this.#load}>${t("tryAgain")}</button></div></div>` : nothing}
        ${this.directory.loaded ? this.#table() : html`<p class="soft" aria-busy="true">${t("app.loading")}</p>`}
      </section>
      <dialog id="form" aria-labelledby="form-heading" @close=${this.#formClosed}>${this._edited ? this.#form(this._edited) : nothing}</dialog>
      <dialog id="confirm" aria-labelledby="confirm-heading" @close=${() => { this._deleted = null; }}>
        ${this._deleted ? this.#confirmation(this._deleted) : nothing}</dialog>`;
  }

  #table() {
    if (this.directory.groups.length === 0) {
      return html`<p class="soft">${t("groups.none")}</p>`;
    }
    return html`
      <table>
        <thead><tr><th scope="col">${t("field.name")}</th><th scope="col" class="wide">${t("field.id")}</th>
          <th scope="col">${t("groups.members")}</th><td></td></tr></thead>
        <tbody>${this.directory.groups.map((group) => html`
          <tr>
            <th scope="row">${group.name}</th>
            <td class="wide">${group.id}</td>
            <td>${this.#named(group.members)}</td>
            <td class="do">
              <button aria-label=${t("edit.label", group)} @click=${() => this.#edit(group)}>${t("edit")}</button>
              <button aria-label=${t("delete.label", group)} @click=${() => this.#askDelete(group)}>${t("delete")}</button>
            </td>
          </tr>`)}
        </tbody>
      </table>`;
  }

  #named(members) {
    if (members.length === 0) {
      return html`<span class="soft">${t("groups.nobody")}</span>`;
    }
    const names = members.slice(0, NAMED_MAX).map((id) => this.directory.name(id));
    const more = members.length - names.length;
    return list(more > 0 ? [...names, t("groups.more", { n: more })] : names);
  }

  #form(group) {
    const refused = this._refused;
    return html`
      <form novalidate @submit=${this.#submit}>
        <h2 id="form-heading">${group.id ? t("edit.label", group) : t("groups.add")}</h2>
        ${refused[""] ? html`<p class="problem" role="alert">${refused[""]}</p>` : nothing}
        ${formField({
          id: "name", label: t("field.name"), refused: refused.name,
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="name" autocomplete="off" .defaultValue=${group.name}
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        ${group.id ? nothing : formField({
          id: "id", label: t("field.id"), refused: refused.id, hint: t("groups.idHint"),
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="id" autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        <fieldset aria-describedby=${refused.members ? "members-refused" : nothing}>
          <legend>${t("groups.members")}</legend>
          <input type="search" aria-label=${t("groups.search")} placeholder=${t("groups.search")} autocomplete="off"
            .value=${asItIs(this._search)} @input=${(event) => { this._search = event.target.value; }} @keydown=${this.#searchKey}>
          <div class="members">${this.#agents()}</div>
          <p class="soft" role="status">${t("groups.chosen", { n: this._members.size })}</p>
          ${refused.members ? html`<p id="members-refused" class="refused" role="alert">${refused.members}</p>` : nothing}
        </fieldset>
        <div class="actions">
          <button type="button" @click=${() => this.#dialog("form").close()}>${t("cancel")}</button>
          <button class="primary" ?disabled=${this._busy}>${t("save")}</button>
        </div>
      </form>`;
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

  #confirmation(group) {
    return html`
      <h2 id="confirm-heading">${t("groups.deleteHeading", group)}</h2>
      ${this._refused[""] ? html`<p class="problem" role="alert">${this._refused[""]}</p>` : nothing}
      <p>${t("groups.deleteWhat")}</p>
      <div class="actions">
        <button @click=${() => this.#dialog("confirm").close()} autofocus>${t("cancel")}</button>
        <button class="danger" ?disabled=${this._busy} @click=${() => this.#delete(group)}>${t("delete")}</button>
      </div>`;
  }

  #dialog(id) {
    return this.renderRoot.querySelector(`#${id}`);
  }

  #load = async () => {
    this._problem = null;
    try {
      await this.directory.load();
    } catch (problem) {
      this._problem = problem;
    }
    this.requestUpdate();
  };

  async #edit(group) {
    this._edited = group;
    this._members = new Set(group.members);
    this._search = "";
    this._refused = {};
    this._said = "";
    await this.updateComplete;
    this.#dialog("form").showModal();
  }

  #formClosed = () => {
    this._edited = null;
    this._refused = {};
  };

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

  #submit = async (event) => {
    event.preventDefault();
    if (this._busy) {
      return;
    }
    const form = new FormData(event.target);
    const group = this._edited;
    const id = group.id ?? form.get("id").trim();
    const name = form.get("name").trim();
    this._busy = true;
    try {
      if (!group.id) {
        await this.directory.load(); // somebody else may have added the same one
      }
      const refused = { name: refusedName(name), id: refusedId(id) };
      if (!group.id && !refused.id && this.directory.group(id)) {
        refused.id = t("groups.idTaken", { name: this.directory.group(id).name });
      }
      if (refused.name || refused.id) {
        await this.#refuse(refused);
      } else {
        await this.directory.saveGroup(id, { name, members: [...this._members] });
        this.#dialog("form").close();
        this._said = t("saved", { name });
      }
    } catch (problem) {
      await this.#refuse(refusedFields(problem, FIELDS, "groups"));
    } finally {
      this._busy = false;
    }
  };

  async #refuse(refused) {
    this._refused = refused;
    await this.updateComplete;
    this.renderRoot.querySelector("#form [aria-invalid=true]")?.focus();
  }

  async #askDelete(group) {
    this._deleted = group;
    this._refused = {};
    this._said = "";
    await this.updateComplete;
    this.#dialog("confirm").showModal();
  }

  async #delete(group) {
    this._busy = true;
    try {
      await this.directory.deleteGroup(group.id);
      this.#deleted(group);
    } catch (problem) {
      if (problem.status === 404) { // somebody else was quicker
        await this.#load();
        this.#deleted(group);
      } else {
        this._refused = { "": problem.text ?? String(problem) };
      }
    } finally {
      this._busy = false;
    }
  }

  #deleted(group) {
    this.#dialog("confirm").close();
    this._said = t("groups.deleted", group);
  }
}

customElements.define("groups-page", GroupsPage);
