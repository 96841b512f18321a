/**
 * Commands on their way to the server, of all conversations: in each, one after the other, in the order in which the agent gave them.
 *
 * A command carries the version that the agent decided on (`seen`), which goes along as `If-Match`. Where the conversation has moved on by
 * something that does not touch what she decided, the command is sent again for the new version; else it comes back with what has changed.
 * So nobody takes over, puts away or answers what has changed under her hands.
 *
 * A reply is never lost: it is in the browser's storage from the moment it is sent until it is decided, so a reload sends it on, and so does
 * another tab when its own was closed; while Baton cannot be reached or nobody is signed in, it waits; when it is refused, its text is put back into the draft. Its command ids are derived from
 * one reference and the version seen, and before it is sent for a new version the thread is searched for it: two tabs that send on the
 * same reply send it once.
 *
 * Events: `change` with {command} when one has been added, or waits; `decided` with {command, decision}; `refused` with {command, problem}. The
 * last two come when it is not among those of its conversation any more.
 */
import { api, newId, Problem, withQuery } from "../api.js";
import { live } from "../live.js";
import { session } from "../session.js";
import { browserStorage, parse } from "./drafts.js";

export const UNSENT_REPLIES_MAX = 20;
const TRY_AGAIN_AFTER_MS = 10_000;
/** How long after sending a reply it may still go out although the visitor has written meanwhile. */
const STILL_APT_MS = 30_000;
/** Versions that one command may be sent for. */
const ATTEMPTS_MAX = 6;
const CHANGES_MAX = 200;

const REQUESTS = {
  assign: (command) => ["PUT", "assignee", { agentId: command.agentId }],
  unassign: () => ["DELETE", "assignee"],
  complete: () => ["POST", "complete"],
  reopen: () => ["POST", "reopen"],
  reply: (command) => ["POST", "replies", { text: command.text }],
};

/** What a reply waits out. */
const TEMPORARY = new Set(["offline", "unavailable", "outcome-unknown", "overloaded", "unauthorized"]);

export class Outbox extends EventTarget {
  #me;
  #drafts;
  #storage;
  #prefix;
  /** The commands of each conversation, in order. */
  #lanes = new Map();

  constructor(me, drafts, storage = browserStorage()) {
    super();
    this.#me = me;
    this.#drafts = drafts;
    this.#storage = storage;
    this.#prefix = `baton-unsent:${me.id}:`;
    this.#resume();
    // What a tab that was closed has left: one tab takes it when Baton can be reached again, and whichever the agent looks at.
    live.addEventListener("state", () => live.state === "online" && live.leading && this.#resume());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#resume());
  }

  /** The commands of a conversation that are not decided yet: {ref, id, kind, agentId?, text?, at, seen, waiting}. */
  of(conversationId) {
    return this.#lanes.get(conversationId) ?? [];
  }

  /**
   * Sends a command. Resolves to the decision, or rejects with the Problem; where the conversation has moved on, `problem.changes` are the
   * entries since. A reply takes the place of its conversation's draft; the text of one that could not be sent is in the draft again by then.
   *
   * @param order {kind, agentId?, text?, seen, typedAt?}; without `seen` it does not matter what has happened; `typedAt` is the version
   *              that the agent saw when she began to type
   */
  send(conversationId, order) {
    const command = {
      ref: newId(), conversationId, at: new Date().toISOString(), waiting: false, attempts: 0, ...order,
    };
    if (command.kind === "reply") {
      if (this.#unsent().length >= UNSENT_REPLIES_MAX) {
        const problem = new Problem({ type: "too-many-unsent" });
        this.#tell("refused", { command, problem }); // the draft is still there
        return Promise.reject(problem);
      }
      command.kept = this.#store(command);
      this.#drafts.clear(conversationId);
    }
    return this.#enqueue(command);
  }

  #enqueue(command) {
    const { promise, resolve, reject } = Promise.withResolvers();
    Object.assign(command, { resolve, reject });
    promise.catch(() => {}); // whoever sent it may be gone: the draft and the events say it as well
    const lane = this.#lanes.get(command.conversationId);
    if (lane) {
      lane.push(command);
    } else {
      this.#lanes.set(command.conversationId, [command]);
      this.#drain(command.conversationId);
    }
    this.#tell("change", { command });
    return promise;
  }

  async #drain(conversationId) {
    const lane = this.#lanes.get(conversationId);
    await null; // who enqueues has the promise before anything happens
    while (lane.length > 0) {
      const [command] = lane;
      let decision;
      let problem;
      try {
        decision = await this.#decide(command);
      } catch (failure) {
        problem = failure;
      }
      lane.shift();
      if (lane.length === 0) {
        this.#lanes.delete(conversationId);
      }
      if (decision) {
        this.#forget(command);
        follow(lane, decision);
        this.#tell("decided", { command, decision });
        command.resolve(decision);
      } else {
        this.#refuse(command, problem);
        command.reject(problem);
      }
    }
  }

  async #decide(command) {
    for (;;) {
      command.id = command.seen === undefined ? command.ref : `${command.ref}.${command.seen}`;
      try {
        const [method, path, body] = REQUESTS[command.kind](command);
        return await api.send(method, `/api/conversations/${command.conversationId}/${path}`, body, { key: command.id, match: command.seen });
      } catch (problem) {
        if (command.kind === "reply" && TEMPORARY.has(problem.type)) {
          await this.#wait(command);
        } else if (problem.type === "version-mismatch") {
          const sent = await this.#lookAgain(command, problem);
          if (sent) {
            return sent;
          }
        } else {
          throw problem;
        }
      }
    }
  }

  /** Prepares the command for the conversation's new version; a decision if it turns out to be there already; throws if it must not go on. */
  async #lookAgain(command, problem) {
    command.attempts += 1;
    let entries;
    try {
      const path = `/api/inbox/conversations/${command.conversationId}/thread`;
      const thread = await api.get(withQuery(path, { limit: CHANGES_MAX, minVersion: problem.body.version }));
      if (thread.stale) {
        throw new Problem({ type: "unavailable" }); // what has changed is not there to be looked at
      }
      ({ entries } = thread);
    } catch (failure) {
      if (command.kind === "reply" && TEMPORARY.has(failure.type)) {
        command.attempts -= 1;
        await this.#wait(command);
        return null; // the same id again gives the same refusal again, and leads here
      }
      throw problem;
    }
    const changes = entries.filter((entry) => entry.version > command.seen);
    const mine = changes.filter((entry) => entry.commandId?.startsWith(command.ref));
    if (mine.length > 0) {
      return { conversationId: command.conversationId, version: mine.at(-1).version, events: [], duplicate: true };
    }
    const version = Math.max(problem.body.version, ...entries.map((entry) => entry.version));
    const complete = entries.length < CHANGES_MAX || entries[0].version <= command.seen + 1;
    if (!complete || command.attempts > ATTEMPTS_MAX || touches(command, changes, this.#me)) {
      throw Object.assign(problem, { changes });
    }
    command.seen = version;
    if (command.kept && this.#storage.getItem(this.#prefix + command.ref) !== null) {
      this.#store(command);
    }
    return null;
  }

  /** Until something has changed for the better, or for a while. */
  async #wait(command) {
    command.waiting = true;
    this.#tell("change", { command });
    const over = new AbortController();
    await new Promise((resolve) => {
      const { signal } = over;
      const timer = setInterval(() => session.me && resolve(), TRY_AGAIN_AFTER_MS);
      signal.addEventListener("abort", () => clearInterval(timer));
      live.addEventListener("state", () => live.state === "online" && resolve(), { signal });
      session.addEventListener("change", () => session.me && resolve(), { signal });
      globalThis.addEventListener("online", resolve, { signal });
    });
    over.abort();
    command.waiting = false;
    this.#tell("change", { command });
  }

  #refuse(command, problem) {
    // Whichever tab takes a reply out of the storage puts its text back, so that it is there once.
    if (command.kind === "reply" && this.#forget(command)) {
      this.#drafts.putBack(command.conversationId, command.text, command.typedAt ?? command.seen);
    }
    this.#tell("refused", { command, problem });
  }

  // Replies in the browser's storage

  /** Sends those that this tab is not sending; another one may be, which does no harm. */
  #resume() {
    const sending = new Set([...this.#lanes.values()].flat().map(({ ref }) => ref));
    const others = this.#unsent().filter(({ ref }) => !sending.has(ref));
    for (const command of others.sort((a, b) => a.at.localeCompare(b.at))) {
      this.#enqueue({ ...command, waiting: false, attempts: 0, kept: true });
    }
  }

  #unsent() {
    return Object.keys(this.#storage ?? {}).filter((key) => key.startsWith(this.#prefix)).map((key) => parse(this.#storage.getItem(key)))
      .filter((command) => command?.ref && command.kind === "reply" && typeof command.text === "string");
  }

  /** Whether there was room. Where there is none, a reply is sent all the same, and held in memory until it is decided. */
  #store({ ref, conversationId, kind, text, at, seen, typedAt }) {
    try {
      this.#storage.setItem(this.#prefix + ref, JSON.stringify({ ref, conversationId, kind, text, at, seen, typedAt }));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether it was this tab's to forget. */
  #forget(command) {
    if (!command.kept) {
      return true;
    }
    const key = this.#prefix + command.ref;
    const there = this.#storage.getItem(key) !== null;
    this.#storage.removeItem(key);
    return there;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Whether what others have done meanwhile touches what the agent decided. What she has done herself, she knows. */
function touches(command, changes, me) {
  const byOthers = changes.filter((entry) => entry.actor.type !== "agent" || entry.actor.id !== me.id);
  const status = byOthers.some((entry) => entry.kind === "status");
  const message = byOthers.some((entry) => entry.kind === "message");
  switch (command.kind) {
    case "reply":
      return byOthers.some((entry) => entry.actor.type === "agent") || message && Date.now() - Date.parse(command.at) > STILL_APT_MS;
    case "complete":
      return status || message; // she must not put away what she has not read
    default:
      return status;
  }
}

/** Commands behind this one were given knowing of it: where nothing came between, they are for the version that it made. */
function follow(lane, decision) {
  for (const later of lane) {
    if (later.seen !== undefined && later.seen + 1 === decision.events[0]?.version) {
      later.seen = decision.version;
    }
  }
}
