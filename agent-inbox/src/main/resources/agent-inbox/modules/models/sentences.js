/** Sentences that tell what happened in a conversation, the same wherever they are said. */
import { dateTime, t, time } from "../texts.js";

/** What a line of a thread tells: "Ana assigned this conversation to Ben". */
export function sentence(line, directory, visitor) {
  if (line.kind === "message") {
    return t("status.wrote", { by: line.actor.name || visitor });
  }
  if (line.kind === "reply") {
    return t("status.replied", { by: directory.name(line.actor.id) });
  }
  const { what, by, from, to, replying, fromKnown } = line.change;
  const names = {
    by: by === null ? line.actor.name || visitor : directory.name(by), from: from && directory.name(from), to: to && directory.name(to),
  };
  const own = from === by;
  switch (what) {
    case "took":
      return t(replying ? "status.tookReplying" : from ? "status.tookFrom" : "status.took", names);
    case "assigned":
      return t(!from ? "status.assigned" : own ? "status.passedOn" : "status.reassigned", names);
    case "unassigned":
      return t(own ? "status.unassigned" : "status.unassignedFrom", names);
    case "completed":
      return t(from && !own ? "status.completedFrom" : from || !fromKnown ? "status.completed" : "status.completedUnassigned", names);
    default:
      return t(replying ? "status.reopenedReplying" : "status.reopened", names);
  }
}

/** Why something was refused. */
export function problemText(problem) {
  const { owner } = problem.body;
  if (owner && (problem.type === "not-owner" || problem.type === "version-mismatch")) {
    return t("refused.owner", { name: owner.name, when: moment(owner.since) });
  }
  return problem.type === "conversation-completed" ? t("refused.completed") : problem.text;
}

/** That nothing was changed, and why; of what may have been done all the same, only what went wrong. */
export function nothingChanged(problem, why = problemText(problem)) {
  return ["outcome-unknown", "offline"].includes(problem.type) ? why : t("refused.nothingChanged", { why });
}

/** "10:15" if it was today, else with the day. */
export function moment(iso) {
  return isToday(iso) ? time(iso) : dateTime(iso);
}

/** "at 10:15" if it was today, else "on …". */
export function atMoment(iso) {
  return isToday(iso) ? t("moment.today", { time: time(iso) }) : t("moment.earlier", { dateTime: dateTime(iso) });
}

function isToday(iso) {
  return new Date(iso).toDateString() === new Date().toDateString();
}
