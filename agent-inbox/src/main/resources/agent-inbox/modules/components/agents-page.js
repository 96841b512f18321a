import { css, html, nothing } from "lit";
import { api } from "../api.js";
import { filter, toSearch } from "../models/filter.js";
import { session } from "../session.js";
import { t } from "../texts.js";
import { DirectoryPage } from "./directory-page.js";
import { formField } from "./form-field.js";
import "./agent-chip.js";

const ROLES = ["agent", "supervisor"];

/**
 * The agents, for supervisors. Before an agent is deactivated, it is said what happens to her conversations. Agents are never removed: what
 * they did keeps its name.
 */
class AgentsPage extends DirectoryPage {
  static styles = [super.styles, css`
    .inactive {
      color: var(--ink-soft);
    }
  `];

  constructor() {
    super({ page: "agents", fields: ["name", "id", "role", "active"], blank: { name: "", role: "agent", active: true } });
  }

  get entries() {
    return this.directory.agents;
  }

  table() {
    return html`
      <table>
        <thead><tr>
          <th scope="col">${t("field.name")}</th><th scope="col" class="wide">${t("field.id")}</th><th scope="col">${t("agents.role")}</th>
          <th scope="col">${t("agents.active")}</th><td></td>
        </tr></thead>
        <tbody>${this.entries.map((agent) => html`
          <tr class=${agent.active ? "" : "inactive"}>
            <th scope="row"><agent-chip .agentId=${agent.id} .name=${this.#called(agent)}></agent-chip></th>
            <td class="wide">${agent.id}</td>
            <td>${t(`role.${agent.role}`)}</td>
            <td>${t(agent.active ? "yes" : "no")}</td>
            <td class="do"><button aria-label=${t("edit.label", agent)} @click=${() => this.edit(agent)}>${t("edit")}</button></td>
          </tr>`)}
        </tbody>
      </table>`;
  }

  fields(agent) {
    const refused = this._refused;
    return html`
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
      </div>`;
  }

  /** What it means that an agent is deactivated; how many conversations it leaves with her is null where that is not known. */
  confirmation({ agent, change, conversations }) {
    const mine = this.me.id === agent.id;
    const left = conversations === null ? t("agents.keepsUnknown", agent)
      : conversations === 0 ? t("agents.keepsNone", agent) : t("agents.keeps", { name: agent.name, n: conversations });
    return {
      heading: t("agents.deactivateHeading", agent),
      what: html`
        <p>${mine ? t("agents.deactivateMe") : t("agents.deactivateWhat", agent)}</p>
        <p>${left}</p>
        ${conversations === 0 ? nothing : html`
          <p>${t(this.me.ownership === "open" ? "agents.freeOpen" : "agents.freeOwner", { n: conversations })}</p>
          <p><a href="/${toSearch(filter({ assignment: [`agent:${agent.id}`] }))}" target="_blank">
            ${t("agents.showConversations", { n: conversations })}</a></p>`}`,
      action: t("agents.deactivate"),
      act: () => this.#deactivate(change),
    };
  }

  async submitted({ id, name }, form, agent) {
    const change = { id, name, role: form.get("role"), active: form.has("active") };
    if (agent.active && agent.id && !change.active) {
      await this.#askDeactivate(agent, change);
    } else {
      await this.#save(change);
    }
  }

  #called(agent) {
    return agent.id === this.me.id ? t("agent.you", agent) : agent.name;
  }

  async #askDeactivate(agent, change) {
    const counts = await api.get("/api/inbox/counts").catch(() => null); // then it is said without a number
    if (this._edited === agent) { // she has not closed the form meanwhile
      await this.ask({ agent, change, conversations: counts ? counts.byAgent[change.id] ?? 0 : null });
    }
  }

  async #deactivate(change) {
    await this.attempt(() => this.#save(change));
    this.dialog("confirm").close();
  }

  async #save(change) {
    await this.directory.saveAgent(change.id, change);
    this.saved(change);
    if (change.id === this.me.id) {
      session.check(); // her name or role may have changed, or she is no agent any more
    }
  }
}

customElements.define("agents-page", AgentsPage);
