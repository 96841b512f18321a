/**
 * What entries of a thread mean. Pure functions over entries as `GET …/thread` gives them; where an entry is only expected (its command is
 * on its way), it has `pending`, and versions that it would have if nobody comes before it.
 */

/** Entries of one command are at most two versions apart: reopened, sent, assigned. */
const COMMAND_SPAN = 2;

/** The conversation after an entry; the rules are those of the inbox's rows. */
export function fold(item, entry) {
  const next = { ...item, version: entry.version };
  switch (entry.kind) {
    case "message":
      next.lastMessage = { from: "visitor", text: entry.text, at: entry.at };
      next.lastActivityAt = entry.at;
      next.waitingSince = item.waitingSince ?? entry.at;
      break;
    case "reply":
      next.lastMessage = { from: "agent", text: entry.text, at: entry.at };
      next.lastActivityAt = entry.at;
      next.waitingSince = null;
      break;
    default:
      next.assignee = entry.type === "conversation.assigned" ? entry.assignee : null;
      next.status = entry.type === "conversation.completed" ? "completed"
        : entry.type === "conversation.reopened" ? "open" : item.status;
  }
  return next;
}

/**
 * The entries that a command is expected to make, by the table of the server's rules. What the server decides counts; this is only what is
 * shown until then. A reply that waits is expected to be a reply, and no more: who will own the conversation by then, nobody knows.
 *
 * @param command {kind, agentId?, text?, ref, at, waiting}
 * @param me      the agent who gives it
 */
export function expect(item, command, me) {
  const entries = [];
  const add = (kind, more) => entries.push({
    kind, version: item.version + entries.length + 1, at: command.at, actor: { type: "agent", id: me.id, name: me.name },
    commandId: command.ref, pending: true, waiting: command.waiting, ...more,
  });
  const status = (type, more) => add("status", { type, by: me.id, assignee: null, previousAssignee: null, reason: null, ...more });
  const { assignee } = item;
  const completed = item.status === "completed";
  switch (command.kind) {
    case "assign":
      if (!completed && assignee !== command.agentId) {
        status("conversation.assigned", { assignee: command.agentId, previousAssignee: assignee, reason: "manual" });
      }
      break;
    case "unassign":
      if (assignee) {
        status("conversation.unassigned", { previousAssignee: assignee, reason: "manual" });
      }
      break;
    case "complete":
      if (assignee) {
        status("conversation.unassigned", { previousAssignee: assignee, reason: "completed" });
      }
      if (!completed) {
        status("conversation.completed");
      }
      break;
    case "reopen":
      if (completed) {
        status("conversation.reopened");
      }
      break;
    case "reply":
      if (completed && !command.waiting) {
        status("conversation.reopened");
      }
      add("reply", { text: command.text });
      if ((completed || !assignee) && !command.waiting) {
        status("conversation.assigned", { assignee: me.id, reason: "first-reply" });
      }
      break;
  }
  return entries;
}

/** The entries that a decision tells of, for a command of `me`. Opened and received are never an agent's doing. */
export function decided(decision, command, me) {
  return decision.events.map((event) => {
    const said = event.type === "reply.sent";
    return {
      kind: said ? "reply" : "status", version: event.version, at: event.at, actor: { type: "agent", id: me.id, name: me.name },
      commandId: command.id,
      ...(said ? { text: command.text } : {
        type: event.type, by: me.id, assignee: event.assignee ?? null, previousAssignee: event.previousAssignee ?? null,
        reason: event.reason ?? null,
      }),
    };
  });
}

/**
 * The lines of a thread: what was said, and one line for all status entries of one command.
 *
 * @param keyOf gives an entry's key, which stays the same while it turns from expected to decided
 * @param whole whether the entries begin where the thread does
 * @return {key, kind: "message" | "reply" | "status", version, at, actor, pending, text?, change?} in order
 */
export function lines(entries, keyOf, whole) {
  const result = [];
  const statusOf = new Map();
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "status") {
      result.push({ key: `${keyOf(entry)}:${entry.kind}`, ...entry, pending: Boolean(entry.pending) });
      continue;
    }
    const first = statusOf.get(entry.commandId);
    if (first && entry.version - first.version <= COMMAND_SPAN) {
      first.key = `${keyOf(entry)}:status`;
      first.change = merge(first.change, entry);
      continue;
    }
    const line = {
      key: `${keyOf(entry)}:status`, kind: "status", version: entry.version, at: entry.at, actor: entry.actor,
      pending: Boolean(entry.pending), change: change(entry, index > 0 || whole),
    };
    statusOf.set(entry.commandId, line);
    result.push(line);
  }
  return result;
}

/**
 * A change of ownership, as one sentence can say it.
 *
 * `what` is `took`, `assigned`, `unassigned`, `completed` or `reopened`; `from` and `to` are agents' ids or null; `replying` whether it came
 * with a reply; `fromKnown` whether the entry that would say from whom is among those that were looked at.
 */
function change(entry, beforeKnown) {
  const common = { by: entry.by, from: entry.previousAssignee ?? null, to: entry.assignee ?? null, replying: false, fromKnown: true };
  switch (entry.type) {
    case "conversation.assigned":
      return { ...common, what: entry.by === entry.assignee ? "took" : "assigned", replying: entry.reason === "first-reply" };
    case "conversation.unassigned":
      return { ...common, what: entry.reason === "completed" ? "completed" : "unassigned" };
    case "conversation.completed":
      return { ...common, what: "completed", fromKnown: beforeKnown };
    default:
      return { ...common, what: "reopened" };
  }
}

/** Unassigned and completed, or reopened and assigned: the second half of a command adds what the first did not say. */
function merge(first, entry) {
  return {
    ...first,
    from: first.from ?? entry.previousAssignee ?? null,
    to: entry.assignee ?? first.to,
    replying: first.replying || entry.reason === "first-reply",
    what: entry.type === "conversation.completed" ? "completed" : first.what,
  };
}

/**
 * What an agent has to know before she sends what she began to type at version `seen`: the last reply of a colleague, and the last time
 * that a colleague gave the conversation to somebody else or put it away. Oldest first, at most two; empty if there is nothing.
 */
export function collisions(entries, seen, me) {
  let reply = null;
  let status = null;
  for (const line of lines(entries.filter((entry) => entry.version > seen && !entry.pending), (entry) => entry.version, false)) {
    if (line.actor.type !== "agent" || line.actor.id === me.id) {
      if (line.kind === "status" && line.change.to === me.id) {
        status = null; // it became hers afterwards
      }
      continue;
    }
    if (line.kind === "reply") {
      reply = line;
    } else if (line.change.to !== me.id && line.change.what !== "reopened") {
      status = line;
    } else {
      status = null;
    }
  }
  return [reply, status].filter(Boolean).sort((a, b) => a.version - b.version);
}

/** Who has owned the conversation, newest first: {agentId, since, until}; `until` is null for who owns it now. */
export function owners(entries) {
  const result = [];
  for (const entry of entries) {
    if (entry.kind !== "status" || entry.pending) {
      continue;
    }
    const last = result.at(-1);
    if (last && last.until === null && entry.type !== "conversation.completed" && entry.type !== "conversation.reopened") {
      last.until = entry.at;
    } else if (!last && entry.previousAssignee) {
      result.push({ agentId: entry.previousAssignee, since: null, until: entry.at });
    }
    if (entry.type === "conversation.assigned") {
      result.push({ agentId: entry.assignee, since: entry.at, until: null });
    }
  }
  return result.reverse();
}
