/**
 * Who the agents are, and the groups. `change` is dispatched when they have changed.
 *
 * Nobody is told by the live stream that an agent was renamed; so this asks now and then, whenever somebody comes back to the page, when
 * an id turns up that it does not know, and when somebody is about to choose: see `refresh`.
 */
import { api } from "../api.js";
import { compareNames, t } from "../texts.js";

const ASK_EVERY_MS = 60_000;
const ASK_FOR_UNKNOWN_EVERY_MS = 5_000;

export class Directory extends EventTarget {
  /** All agents {id, name, role, active}: active ones first, then by name. */
  agents = [];
  /** All groups {id, name, members}, by name. */
  groups = [];
  /** Whether they have been read. */
  loaded = false;

  #byId = new Map();
  #askedAt = 0;
  #loading = null;
  #ends = null;

  /** Reads, and goes on reading now and then. */
  start() {
    this.stop();
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    const askIfSeen = () => {
      if (document.visibilityState === "visible" && performance.now() - this.#askedAt > ASK_FOR_UNKNOWN_EVERY_MS) {
        this.refresh();
      }
    };
    const asking = setInterval(askIfSeen, ASK_EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(asking), { once: true });
    document.addEventListener("visibilitychange", askIfSeen, { signal });
    addEventListener("focus", askIfSeen, { signal });
    return this.load();
  }

  /** Ends. */
  stop() {
    this.#ends?.abort();
    this.#ends = null;
  }

  /** Reads both; throws a Problem. */
  load() {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Reads both if that can be done; what is known stays meanwhile. */
  refresh() {
    this.load().catch(() => {});
  }

  /** The agent with this id, or undefined. */
  agent(id) {
    const agent = this.#byId.get(id);
    if (!agent && this.loaded && performance.now() - this.#askedAt > ASK_FOR_UNKNOWN_EVERY_MS) {
      this.refresh();
    }
    return agent;
  }

  /** The agent's name; her id while it is not known. */
  name(id) {
    return this.agent(id)?.name ?? t("agent.unknown", { id });
  }

  /** The group with this id, or undefined. */
  group(id) {
    return this.groups.find((group) => group.id === id);
  }

  /** Makes or changes an agent; throws a Problem. */
  async saveAgent(id, { name, role, active }) {
    await api.send("PUT", `/api/agents/${encodeURIComponent(id)}`, { name, role, active });
    await this.#loadChange();
  }

  /** Makes or changes a group; throws a Problem. */
  async saveGroup(id, { name, members }) {
    await api.send("PUT", `/api/groups/${encodeURIComponent(id)}`, { name, members });
    await this.#loadChange();
  }

  /** Removes a group; its members stay. Throws a Problem. */
  async deleteGroup(id) {
    await api.send("DELETE", `/api/groups/${encodeURIComponent(id)}`);
    await this.#loadChange();
  }

  /** Reads what was changed: what is being read already may be from before. The change is made, whether or not this succeeds. */
  async #loadChange() {
    await this.#loading?.catch(() => {});
    await this.load().catch(() => {});
  }

  async #load() {
    this.#askedAt = performance.now();
    const [agents, groups] = await Promise.all([api.get("/api/agents"), api.get("/api/groups")]);
    const before = JSON.stringify([this.agents, this.groups]);
    this.agents = agents.items.toSorted((a, b) => b.active - a.active || compareNames(a.name, b.name) || compareNames(a.id, b.id));
    this.groups = groups.items.toSorted((a, b) => compareNames(a.name, b.name) || compareNames(a.id, b.id));
    this.#byId = new Map(this.agents.map((agent) => [agent.id, agent]));
    this.loaded = true;
    if (before !== JSON.stringify([this.agents, this.groups])) {
      this.dispatchEvent(new CustomEvent("change"));
    }
  }
}
