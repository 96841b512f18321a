/**
 * Which conversations are listed and which one is open: a plain frozen object, and its text in the query of an address, so that it can be
 * kept and shared.
 *
 * {assignment: ["unassigned", "me", "others", "agent:<id>", "group:<id>"], status: "open" | "completed",
 *  sort: "newest" | "waiting" | "oldest", conversation: <id> | null}
 *
 * No assignment means all of them. What an address says wrongly is taken as if it were not said.
 */
export const SORTS = ["newest", "waiting", "oldest"];
const STATUSES = ["open", "completed"];
const ASSIGNMENT = /^(unassigned|me|others|(agent|group):[A-Za-z0-9._~-]{1,128})$/;
const ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** What is shown at the bare address: all that are open, newest first. */
export const EVERYTHING = filter({});

/** The tabs, and what each selects. */
export const TABS = {
  mine: { assignment: ["me"], status: "open" },
  unassigned: { assignment: ["unassigned"], status: "open" },
  all: { assignment: [], status: "open" },
  completed: { assignment: [], status: "completed" },
};

/** A filter with these parts, the rest as it is by itself. */
export function filter({ assignment = [], status = "open", sort = "newest", conversation = null }) {
  return Object.freeze({ assignment: Object.freeze([...assignment]), status, sort, conversation });
}

/** Reads the query of an address. */
export function fromSearch(search) {
  const query = new URLSearchParams(search);
  return filter({
    assignment: [...new Set(query.getAll("assignment"))].filter((one) => ASSIGNMENT.test(one)),
    status: STATUSES.find((status) => status === query.get("status")),
    sort: SORTS.find((sort) => sort === query.get("sort")),
    conversation: ID.test(query.get("conversation") ?? "") ? query.get("conversation") : null,
  });
}

/** The query of an address: empty, or beginning with `?`. What is as it is by itself is left out. */
export function toSearch({ assignment, status, sort, conversation }) {
  const query = new URLSearchParams(assignment.map((one) => ["assignment", one]));
  if (status !== EVERYTHING.status) {
    query.set("status", status);
  }
  if (sort !== EVERYTHING.sort) {
    query.set("sort", sort);
  }
  if (conversation !== null) {
    query.set("conversation", conversation);
  }
  const text = query.toString().replaceAll("%3A", ":");
  return text && `?${text}`;
}

/** The tab that a filter is: `mine`, `unassigned`, `all`, `completed`; or `custom`. */
export function tab({ assignment, status }) {
  const text = JSON.stringify(assignment);
  return Object.keys(TABS).find((name) => TABS[name].status === status && JSON.stringify(TABS[name].assignment) === text) ?? "custom";
}

/** Whether two filters list the same in the same order, whichever conversation is open. */
export function sameList(a, b) {
  return a.status === b.status && a.sort === b.sort && JSON.stringify(a.assignment) === JSON.stringify(b.assignment);
}
