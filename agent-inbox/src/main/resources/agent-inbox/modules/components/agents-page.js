import { LitElement, css, html, nothing } from "lit";
import { api } from "../api.js";
import { refusedFields, refusedId, refusedName } from "../models/field-rules.js";
import { filter, toSearch } from "../models/filter.js";
import { session } from "../session.js";
import { t } from "../texts.js";
import { Watch } from "./watch.js";
import { formField, pageStyles } from "./form-field.js";
import { shared } from "./shared-styles.js";
import "./agent-chip.js";

const ROLES = ["agent", "supervisor"];
const FIELDS = ["name", "id", "role", "active"];

/**
 * The agents, for supervisors: a table, and a dialog with a form for one of them. What the server refuses is said at the field; before an
 * agent is deactivated, it is said what happens to her conversations. Agents are never removed: what they did keeps its name.
 */
class AgentsPage extends LitElement {
  static properties = {
    me: { attribute: false },
    directory: { attribute: false },
    /** The agent in the form; one without an id is new. */
    _edited: { state: true },
    /** What was refused, by field; under "" what is about none. */
    _refused: { state: true },
    /** What is to be saved once she has confirmed, and how many conversations it leaves with her: {agent, change, conversations}. */
    _deactivated: { state: true },
    _busy: { state: true },
    _said: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, pageStyles, css`
    .inactive {
      color: var(--ink-soft);
    }
  `];

  #watch = new Watch(this, () => [this.directory]);

  constructor() {
    super();
    this._edited = null;
    this._refused = {};
    this._deactivated = null;
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
      return html`<section><h2>${t("agents.heading")}</h2><p>${t("agents.supervisorsOnly")}</p></section>`;
    }
    return html`
      <section>
        <div class="head">
          <h2>${t("agents.heading")}</h2>
          <button class="primary" ?disabled=${!this.directory.loaded} @click=${() => this.#edit({ name: "", role: "agent", active: true })}>
            ${t("agents.add")}</button>
        </div>
        <p role="status" class="said">${this._said}</p>
        ${this._problem ? html`<div class="problem" role="alert"><p>${this._problem.text}</p>
          <div class="actions"><button @click=${this.#load}>${t("tryAgain")}</button></div></div>` : nothing}
        ${this.directory.loaded ? this.#table() : html`<p class="soft" aria-busy="true">${t("app.loading")}</p>`}
      </section>
      <dialog id="form" aria-labelledby="form-heading" @close=${this.#formClosed}>${this._edited ? this.#form(this._edited) : nothing}</dialog>
      <dialog id="confirm" aria-labelledby="confirm-heading" @close=${() => { this._deactivated = null; }}>
        ${this._deactivated ? this.#confirmation(this._deactivated) : nothing}</dialog>`;
  }

  #table() {
    return html`
      <table>
        <thead><tr>
          <th scope="col">${t("field.name")}</th><th scope="col" class="wide">${t("field.id")}</th><th scope="col">${t("agents.role")}</th>
          <th scope="col">${t("agents.active")}</th><td></td>
        </tr></thead>
        <tbody>${this.directory.agents.map((agent) => html`
          <tr class=${agent.active ? "" : "inactive"}>
            <th scope="row"><agent-chip .agentId=${agent.id} .name=${this.#called(agent)}></agent-chip></th>
            <td class="wide">${agent.id}</td>
            <td>${t(`role.${agent.role}`)}</td>
            <td>${t(agent.active ? "yes" : "no")}</td>
            <td class="do"><button aria-label=${t("edit.label", agent)} @click=${() => this.#edit(agent)}>${t("edit")}</button></td>
          </tr>`)}
        </tbody>
      </table>`;
  }

  #form(agent) {
    const refused = this._refused;
    return html`
      <form novalidate @submit=${this.#submit}>
        <h2 id="form-heading">${agent.id ? t("edit.label", agent) : t("agents.add")}</h2>
        ${refused[""] ? html`<p class="problem" role="alert">${refused[""]}</p>` : nothing}
        ${formField({
          id: "name", label: t("field.name"), refused: refused.name,
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="name" autocomplete="off" .defaultValue=${agent.name}
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        ${agent.id ? nothing : formField({
          id: "id", label: t("field.id"), refused: refused.id, hint: t("agents.idHint"),
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="id" autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        ${formField({
          id: "role", label: t("agents.role"), refused: refused.role, hint: t("agents.roleHint"),
          control: ({ id, invalid, describedBy }) => html`
            <select id=${id} name="role" aria-invalid=${invalid} aria-describedby=${describedBy}>
              ${ROLES.map((role) => html`<option value=${role} .defaultSelected=${role === agent.role}>${t(`role.${role}`)}</option>`)}
            </select>`,
        })}
        <div class="form-field">
          <label class="choice"><input type="checkbox" name="active" .defaultChecked=${agent.active}
            aria-invalid=${refused.active ? "true" : nothing} aria-describedby=${refused.active ? "active-refused" : nothing}> ${t("agents.active")}</label>
          ${refused.active ? html`<p id="active-refused" class="refused">${refused.active}</p>` : nothing}
        </div>
        <div class="actions">
          <button type="button" @click=${() => this.#dialog("form").close()}>${t("cancel")}</button>
          <button class="primary" ?disabled=${this._busy}>${t("save")}</button>
        </div>
      </form>`;
  }

  /** What it means that an agent is deactivated. */
  #confirmation({ agent, change, conversations }) {
    const mine = this.me.id === agent.id;
    const left = conversations === null ? t("agents.keepsUnknown", agent)
      : conversations === 0 ? t("agents.keepsNone", agent) : t("agents.keeps", { name: agent.name, n: conversations });
    return html`
      <h2 id="confirm-heading">${t("agents.deactivateHeading", agent)}</h2>
      <p>${mine ? t("agents.deactivateMe") : t("agents.deactivateWhat", agent)}</p>
      <p>${left}</p>
      ${conversations === 0 ? nothing : html`
        <p>${t(this.me.ownership === "open" ? "agents.freeOpen" : "agents.freeOwner", { n: conversations })}</p>
        <p><a href="/${toSearch(filter({ assignment: [`agent:${agent.id}`] }))}" target="_blank">
          ${t("agents.showConversations", { n: conversations })}</a></p>`}
      <div class="actions">
        <button @click=${() => this.#dialog("confirm").close()} autofocus>${t("cancel")}</button>
        <button class="danger" ?disabled=${this._busy} @click=${() => this.#confirmed(change)}>${t("agents.deactivate")}</button>
      </div>`;
  }

  #called(agent) {
    return agent.id === this.me.id ? t("agent.you", agent) : agent.name;
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

  async #edit(agent) {
    this._edited = agent;
    this._refused = {};
    this._said = "";
    await this.updateComplete;
    this.#dialog("form").showModal();
  }

  #formClosed = () => {
    this._edited = null;
    this._refused = {};
  };

  #submit = async (event) => {
    event.preventDefault();
    if (this._busy) {
      return;
    }
    const form = new FormData(event.target);
    const agent = this._edited;
    const change = {
      id: agent.id ?? form.get("id").trim(), name: form.get("name").trim(), role: form.get("role"), active: form.has("active"),
    };
    this._busy = true;
    try {
      if (!agent.id) {
        await this.directory.load(); // somebody else may have added the same one
      }
      const refused = { name: refusedName(change.name), id: refusedId(change.id) };
      if (!agent.id && !refused.id && this.directory.agents.some(({ id }) => id === change.id)) {
        refused.id = t("agents.idTaken", { name: this.directory.name(change.id) });
      }
      if (refused.name || refused.id) {
        await this.#refuse(refused);
      } else if (agent.active && agent.id && !change.active) {
        await this.#confirm(change);
      } else {
        await this.#save(change);
      }
    } catch (problem) {
      await this.#refuse(refusedFields(problem, FIELDS, "agents"));
    } finally {
      this._busy = false;
    }
  };

  async #confirm(change) {
    const counts = await api.get("/api/inbox/counts").catch(() => null); // then it is said without a number
    this._deactivated = { agent: this._edited, change, conversations: counts ? counts.byAgent[change.id] ?? 0 : null };
    await this.updateComplete;
    this.#dialog("confirm").showModal();
  }

  async #confirmed(change) {
    this._busy = true;
    try {
      await this.#save(change);
    } catch (problem) {
      await this.#refuse(refusedFields(problem, FIELDS, "agents"));
    } finally {
      this._busy = false;
      this.#dialog("confirm").close();
    }
  }

  async #save(change) {
    await this.directory.saveAgent(change.id, change);
    this.#dialog("form").close();
    this._said = t("saved", change);
    if (change.id === this.me.id) {
      session.check(); // her name or role may have changed, or she is no agent any more
    }
  }

  async #refuse(refused) {
    this._refused = refused;
    await this.updateComplete;
    this.renderRoot.querySelector("#form [aria-invalid=true]")?.focus();
  }
}

customElements.define("agents-page", AgentsPage);
