/**
 * One conversation, as it is open on the page: what it is, its thread, and what the agent may do with it. It follows the live events from
 * `open` until `close`.
 *
 * What the agent does shows at once: `item` and `lines` are what the server has said, with the commands on their way taken for done. When a
 * command is decided, what it expected turns into what happened; when it is refused, it goes, and `notice` says why and by whom.
 *
 * The thread is loaded from its end, `PAGE_ENTRIES` at a time, without a gap: what was loaded is always one run of versions up to the newest.
 *
 * Events: `change`, whenever something that it shows has changed; `undoable`, see `Undo.offer`.
 */
import { api, Problem, withQuery } from "../api.js";
import { live } from "../live.js";
import { session } from "../session.js";
import { t } from "../texts.js";
import { atMoment, moment, nothingChanged, problemText, sentence } from "./sentences.js";
import { collisions, decided, expect, fold, lines, owners } from "./thread.js";

const PAGE_ENTRIES = 100;
const CATCH_UP_ENTRIES_MAX = 200;
/** Entries that are read to close a gap; where more has happened, the thread is begun anew from its end. */
const GAP_ENTRIES_MAX = 2_000;
/** Entries of one thread that are held; earlier ones are not shown. */
const ENTRIES_MAX = 20_000;
/** Entries that are read to find out since when the owner has it. */
const SINCE_ENTRIES_MAX = 1_000;
const RETRY_AFTER_MS = 3_000;

export class Conversation extends EventTarget {
  /** `loading`, `ready`, `missing` (there is no such conversation) or `failed`, with `problem`. */
  state = "loading";
  problem = null;
  /** What the agent has to be told: {text}, until she dismisses it or goes on; else null. */
  notice = null;
  /** Whether earlier entries are being loaded. */
  loadingEarlier = false;

  #me;
  #directory;
  #outbox;
  #closed = new AbortController();
  /** What the server has said, up to the version of the newest entry; null until it is loaded. */
  #item = null;
  #entries = [];
  /** Where the earlier entries begin; null if there are none. */
  #before = null;
  /** The newest version that is known to exist. */
  #version = 0;
  #catchingUp = false;
  #anew = false;
  /** Since when the owner has it, where an answer has said so that the loaded entries do not: {agentId, at}. */
  #since = null;
  /** References of commands that were sent here, so that their lines keep their keys when they turn from expected to decided. */
  #refs = new Set();
  /** Commands that are decided, for a version that is not here yet: {command, version}. */
  #ahead = [];
  #view = null;

  /** @param me {id, name, role, ownership} */
  constructor(id, { me, directory, outbox }) {
    super();
    this.id = id;
    this.#me = me;
    this.#directory = directory;
    this.#outbox = outbox;
  }

  /** Loads it and follows it. */
  open() {
    const { signal } = this.#closed;
    live.addEventListener("conversation", ({ detail }) => detail.conversationId === this.id && this.#hear(detail.version), { signal });
    live.addEventListener("resync", () => this.reload(), { signal });
    const mine = ({ detail }) => detail.command.conversationId === this.id;
    this.#outbox.addEventListener("change", (event) => mine(event) && this.#changed(), { signal });
    this.#outbox.addEventListener("decided", (event) => mine(event) && this.#decided(event.detail), { signal });
    this.#outbox.addEventListener("refused", (event) => mine(event) && this.#refused(event.detail), { signal });
    session.addEventListener("change", () => session.me && this.problem && this.reload(), { signal });
    this.#directory.addEventListener("change", () => this.#changed(), { signal });
    return this.reload();
  }

  /** Stops following it. What it has sent goes on. */
  close() {
    this.#closed.abort();
  }

  // What it is

  /** As a list shows it, or null; with what the agent's commands are expected to make of it. */
  get item() {
    return this.#now().item;
  }

  /** The version that the agent sees; 0 before it is loaded. Entries that are only expected do not count. */
  get version() {
    return this.#item?.version ?? 0;
  }

  /** The thread, oldest line first, see `lines` of thread.js; what is only expected comes last. */
  get lines() {
    return this.#now().lines;
  }

  /** Whether there are earlier entries than those that are loaded. */
  get hasEarlier() {
    return this.#before !== null && this.#entries.length < ENTRIES_MAX;
  }

  /** Whether there are more entries than are ever shown. */
  get isCut() {
    return this.#before !== null && this.#entries.length >= ENTRIES_MAX;
  }

  /** The visitor's name, as good as it is known. */
  get visitor() {
    const visitor = this.#item?.visitor;
    return visitor ? visitor.name || t("visitor.unnamed", { id: visitor.id }) : "";
  }

  /** The owner {id, name, since}, or null; `since` is null while that is not known. */
  get owner() {
    const { item, owners: [last] } = this.#now();
    if (!item?.assignee) {
      return null;
    }
    const told = this.#since?.agentId === item.assignee ? this.#since.at : null;
    return {
      id: item.assignee, name: this.#directory.name(item.assignee), since: last?.agentId === item.assignee ? last.since ?? told : told,
    };
  }

  /** Who has owned it, newest first: {agentId, name, since, until}, as far as it is loaded. */
  get owners() {
    return this.#now().owners.map((owner) => ({ ...owner, name: this.#directory.name(owner.agentId) }));
  }

  /** Whether a command is on its way. */
  get busy() {
    return this.#outbox.of(this.id).length > 0;
  }

  /**
   * Whether the agent may `assign`, `unassign`, `complete`, `reopen` or `reply`, by the rules that the server decides by, and why not, with
   * the owner's name.
   */
  may(action) {
    const { item } = this;
    if (!item) {
      return { allowed: false, reason: t("thread.loading") };
    }
    if (action === "reply" || action === "reopen") {
      return { allowed: true, reason: null };
    }
    if (item.status === "completed") {
      return action === "assign" ? { allowed: false, reason: t("refused.completed") } : { allowed: true, reason: null };
    }
    const { owner } = this;
    if (!owner || owner.id === this.#me.id || this.#me.role === "supervisor" || this.#me.ownership === "open") {
      return { allowed: true, reason: null };
    }
    return {
      allowed: false,
      reason: owner.since ? t("owner.ruleSince", { name: owner.name, when: moment(owner.since) }) : t("owner.rule", { name: owner.name }),
    };
  }

  /** What colleagues have done since the agent began to type at version `seen`, as sentences; empty if nothing matters. */
  collisions(seen) {
    return collisions(this.#entries, seen, this.#me)
      .map((line) => t("reply.collision", { what: sentence(line, this.#directory, this.visitor), when: atMoment(line.at) }));
  }

  // What the agent does

  /** Gives it to an agent. */
  assign(agentId) {
    return this.#give("assign", { agentId });
  }

  /** Takes it from its owner; that can be undone. */
  unassign() {
    return this.#giveUndoably("unassign");
  }

  /** Puts it away; that can be undone. */
  complete() {
    return this.#giveUndoably("complete");
  }

  /** Brings it back. */
  reopen() {
    return this.#give("reopen", { seen: undefined });
  }

  /**
   * Answers the visitor. If it cannot be sent, the text is back in the draft.
   *
   * @param typedAt the version that the agent saw when she began to type
   */
  reply(text, typedAt) {
    return this.#give("reply", { text, typedAt });
  }

  /** Tells her something. */
  say(text) {
    this.notice = { text };
    this.#changed();
  }

  /** She has read the notice. */
  dismiss() {
    this.notice = null;
    this.#changed();
  }

  /** Resolves to the decision, or to null if it was refused, which `notice` tells. */
  async #give(kind, order = {}) {
    this.notice = null;
    try {
      return await this.#outbox.send(this.id, { kind, seen: this.version, ...order });
    } catch {
      return null;
    }
  }

  async #giveUndoably(kind) {
    const previous = this.item?.assignee ?? null;
    const decision = await this.#give(kind);
    if (decision?.events.length > 0) {
      this.dispatchEvent(new CustomEvent("undoable", { detail: { kind, conversationId: this.id, previous, version: decision.version } }));
    }
  }

  #decided({ command, decision }) {
    const entries = decided(decision, command, this.#me);
    if (this.#item && entries[0]?.version === this.version + 1) {
      this.#append(entries);
    } else {
      this.#ahead.push({ command, version: decision.version });
    }
    this.#hear(decision.version);
    this.#changed();
  }

  #refused({ command, problem }) {
    const { owner } = problem.body;
    if (owner) {
      this.#since = { agentId: owner.id, at: owner.since };
    }
    const changes = lines(problem.changes ?? [], (entry) => entry.version, false).filter((line) => line.actor.id !== this.#me.id);
    const last = (command.kind === "complete" || command.kind === "reply" ? changes : changes.filter((line) => line.kind === "status")).at(-1);
    const why = last
      ? t("refused.meanwhile", { what: sentence(last, this.#directory, this.visitor), when: atMoment(last.at) })
      : problemText(problem);
    if (command.kind !== "reply") {
      this.notice = { text: nothingChanged(problem, why) };
    } else if (!last || last.actor.type === "visitor") { // what colleagues have done is said by the reply box, see `collisions`
      this.notice = { text: t("refused.reply", { why }) };
    }
    this.#hear(problem.body.version ?? 0);
    if (problem.type === "outcome-unknown" || problem.type === "offline") {
      this.reload();
    }
    this.#changed();
  }

  // Reading

  /** Asks anew for what it is now. */
  reload() {
    this.#anew = true;
    return this.#catchUp();
  }

  /** Loads the entries before those that are loaded. */
  async loadEarlier() {
    if (this.loadingEarlier || !this.hasEarlier) {
      return;
    }
    this.loadingEarlier = true;
    this.#changed();
    try {
      await this.#readEarlier(PAGE_ENTRIES);
    } catch (problem) {
      if (this.#closed.signal.aborted) {
        return;
      }
      this.notice = { text: problemText(problem) };
    }
    this.loadingEarlier = false;
    this.#changed();
  }

  #hear(version) {
    if (version > this.#version) {
      this.#version = version;
      if (this.state === "missing") {
        this.reload(); // it was opened after this page had asked for it
      } else if (this.#item) {
        this.#catchUp();
      }
    }
  }

  /** Until the newest version that is known to exist is here. One at a time. */
  async #catchUp() {
    if (this.#catchingUp) {
      return;
    }
    this.#catchingUp = true;
    const { signal } = this.#closed;
    while (!signal.aborted && (this.#anew || this.#version > this.version)) {
      try {
        if (this.#anew) {
          this.#anew = false;
          await this.#readAnew();
        } else {
          await this.#readGap(this.#version);
        }
        this.state = "ready";
        this.problem = null;
      } catch (problem) {
        if (signal.aborted) {
          break;
        }
        this.problem = problem;
        this.state = problem.status === 404 ? "missing" : this.#item ? "ready" : "failed";
        this.#anew = this.state !== "missing";
        this.#changed();
        if (this.state === "missing" || problem.status === 401) {
          break; // after signing in, `resync` leads here again
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
      }
      this.#changed();
    }
    this.#catchingUp = false;
    this.#findSince();
  }

  async #readAnew() {
    const item = await this.#get("", { minVersion: this.#version || undefined });
    const page = await this.#get("/thread", { limit: PAGE_ENTRIES, minVersion: item.version });
    requireSeen(page.entries.at(-1)?.version === undefined || page.entries.at(-1).version >= item.version);
    if (this.#item && (page.entries.at(-1)?.version ?? 0) < this.version) {
      this.#anew = true; // meanwhile a command was decided, and is here already
      return;
    }
    const first = page.entries[0]?.version ?? 0;
    if (!this.#item || first > this.version + 1) {
      this.#entries = page.entries;
      this.#before = page.nextBefore;
    } else { // what was read before goes on without a gap
      this.#entries = [...this.#entries.filter((entry) => entry.version < first), ...page.entries];
    }
    this.#item = page.entries.filter((entry) => entry.version > item.version).reduce(fold, item);
    this.#version = Math.max(this.#version, this.version);
  }

  async #readGap(version) {
    let entries = [];
    let before;
    do {
      const page = await this.#get("/thread", {
        limit: Math.min(CATCH_UP_ENTRIES_MAX, version - this.version + 8), minVersion: version, before,
      });
      requireSeen(!page.stale);
      entries = [...page.entries, ...entries];
      before = page.nextBefore;
    } while (before !== null && before > this.version + 1 && entries.length < GAP_ENTRIES_MAX);
    if (before !== null && before > this.version + 1) {
      this.#entries = [];
      this.#item = null;
      this.#anew = true;
      return;
    }
    this.#append(entries.filter((entry) => entry.version > this.version));
  }

  async #readEarlier(limit) {
    const before = this.#before;
    const page = await this.#get("/thread", { limit, before });
    if (before === this.#before) { // nobody else was quicker, and the thread was not begun anew
      this.#entries = [...page.entries, ...this.#entries];
      this.#before = page.nextBefore;
    }
  }

  #append(entries) {
    this.#item = entries.reduce(fold, this.#item);
    this.#entries = [...this.#entries, ...entries];
    this.#version = Math.max(this.#version, this.version);
  }

  /** Reads back until it is known since when the owner has it, within bounds. */
  async #findSince() {
    const { signal } = this.#closed;
    try {
      while (!signal.aborted && this.owner && !this.owner.since && this.hasEarlier && !this.loadingEarlier && this.#entries.length < SINCE_ENTRIES_MAX) {
        await this.#readEarlier(CATCH_UP_ENTRIES_MAX);
        this.#changed();
      }
    } catch {
      // it is not said, then
    }
  }

  #get(path, parameters) {
    return api.get(withQuery(`/api/inbox/conversations/${this.id}${path}`, parameters), { signal: this.#closed.signal });
  }

  // What it shows

  #now() {
    this.#view ??= this.#look();
    return this.#view;
  }

  #look() {
    let item = this.#item;
    let entries = this.#entries;
    if (item) {
      this.#ahead = this.#ahead.filter(({ version }) => version > item.version);
      const expected = [];
      for (const command of [...this.#ahead.map((decidedOne) => decidedOne.command), ...this.#outbox.of(this.id)]) {
        this.#refs.add(command.ref);
        if (this.#entries.some(({ commandId }) => this.#refOf(commandId) === command.ref)) {
          continue; // it is done, only its answer is not here: a stream may be quicker, and an answer can be lost
        }
        const made = expect(item, command, this.#me);
        item = made.reduce(fold, item);
        expected.push(...made);
      }
      entries = [...entries, ...expected];
    }
    const keyOf = (entry) => (this.#refs.has(this.#refOf(entry.commandId)) ? this.#refOf(entry.commandId) : entry.version);
    return { item, lines: lines(entries, keyOf, this.#before === null), owners: owners(entries) };
  }

  /** Command ids are a reference, and the version that they were sent for. */
  #refOf(commandId) {
    return commandId?.split(".")[0];
  }

  #changed() {
    this.#view = null;
    if (!this.#closed.signal.aborted) {
      this.dispatchEvent(new CustomEvent("change"));
    }
  }
}

/** The inbox follows the log; what it has not seen yet is asked for again. */
function requireSeen(seen) {
  if (!seen) {
    throw new Problem({ type: "unavailable" });
  }
}
