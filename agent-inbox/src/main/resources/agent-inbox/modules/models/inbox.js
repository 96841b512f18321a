/**
 * The conversations that a filter lists, as far as one has scrolled, and the counts. `change` is dispatched when anything here has changed.
 *
 * Pages come by cursor. What the live stream tells of is collected for a moment, read in one request at the versions that were told, and
 * merged. The list never moves under the eyes of somebody who reads it: while it is held, a row that changes is changed where it is, one
 * that leaves stays and is `gone`, and one that arrives or moves up is held back and counted in `arrivals`. Let go, the list is as it
 * should be; only the conversation that is open stays until another is opened.
 *
 * After a gap in the stream everything down to what is visible is read anew.
 */
import { api, withQuery } from "../api.js";
import { live } from "../live.js";
import { sameList } from "./filter.js";

/** Rows of the first page, and of those that follow while one scrolls. */
const PAGE_FIRST_ROWS = 50;
const PAGE_ROWS = 200;
/** Rows that are kept; who wants to see more narrows the filter. */
export const ROWS_MAX = 20_000;
/** Rows that are held back; with more, the list is read anew. */
const HELD_BACK_MAX = 1_000;
const COLLECT_MS = 100;
/** Changed conversations that are read one by one; with more, the list is read anew. */
const CHANGED_MAX = 1_000;
/** Of one request: the interface's bound, and what every proxy takes. */
const READ_IDS_MAX = 100;
const READ_QUERY_LENGTH_MAX = 3_500;
const COUNTS_EVERY_MS = 500;
const TRY_AGAIN_AFTER_MS = 3_000;
/** Where those stand that do not wait, when the longest waiting come first. */
const LAST = Number.MAX_SAFE_INTEGER;

export class Inbox extends EventTarget {
  /**
   * What to show, in this order: rows as the interface has them, and `gone` on those that the filter no longer lists.
   * A row is changed in place.
   */
  rows = [];
  /** How many are held back, or would stand further up. */
  arrivals = 0;
  /** Whether rows are being read: the `first` ones, `more` of them, a `refresh` of what is shown; or null. */
  loading = null;
  /** Why the list could not be read, or null. */
  problem = null;
  /** Whether the last row is the last one that there is. */
  end = false;
  /** Whether some conversations are missing, because nobody answers for them. */
  incomplete = false;
  /** Whether the list is known to be behind. */
  stale = false;
  /** {unassigned, mine, others, completed, byAgent, byGroup}, or null before the first. */
  counts = null;

  #me;
  #directory;
  #filter = null;
  #openId = null;
  #held = false;
  #visibleEnd = 0;
  #byId = new Map();
  #arrived = new Map();
  #movedUp = new Set();
  #cursor = null;
  /** The last row that a page had: what sorts behind it is not known. */
  #horizon = null;
  #reading = new AbortController();
  #ends = null;
  /** Id to version of what the stream told of. */
  #changed = new Map();
  /** The same, of those that are being read. */
  #asked = new Map();
  #changedWhilePaging = new Map();
  #collecting = null;
  #flushing = false;
  #tryingAgain = null;
  /** Whether they are to be read, and what they must include. */
  #countsDue = false;
  #countsAfter = null;
  #countsTimer = null;
  #countsAt = -COUNTS_EVERY_MS;

  constructor({ me, directory }) {
    super();
    this.#me = me;
    this.#directory = directory;
  }

  /** Follows the live stream from now on. */
  start() {
    this.stop();
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    live.addEventListener("conversation", ({ detail }) => this.#noteChange(detail), { signal });
    live.addEventListener("resync", () => this.refresh(), { signal });
    this.#directory.addEventListener("change", () => {
      if (this.#filter?.assignment.some((one) => one.startsWith("group:"))) {
        this.refresh(); // its members may have changed
      }
    }, { signal });
    this.#countLater(null);
  }

  /** Ends. */
  stop() {
    this.#ends?.abort();
    this.#ends = null;
    this.#reading.abort();
    for (const timer of [this.#collecting, this.#tryingAgain, this.#countsTimer]) {
      clearTimeout(timer);
    }
  }

  /** Lists what this filter selects. */
  show(filter) {
    if (this.#filter && sameList(filter, this.#filter)) {
      return;
    }
    this.#filter = filter;
    this.#clear();
    this.#loadFirst();
  }

  /** Which conversation is open: its row stays for as long. */
  open(conversationId) {
    if (this.#openId !== conversationId) {
      this.#openId = conversationId;
      this.#settleUnlessHeld();
    }
  }

  /** Whether somebody reads the list at this moment, and how many rows down she sees. */
  hold(held, visibleEnd) {
    this.#visibleEnd = visibleEnd;
    if (this.#held !== held) {
      this.#held = held;
      this.#settleUnlessHeld();
    }
  }

  /** Shows what was held back. */
  showArrivals() {
    this.#settle();
    this.#tell();
  }

  /** Whether there is more than is kept. */
  get full() {
    return this.rows.length >= ROWS_MAX && !this.end;
  }

  /** Reads the next page, unless there is none or one is being read. */
  async more() {
    if (this.loading || this.end || this.#cursor === null || this.problem || this.full) {
      return;
    }
    await this.#page("more", async (signal) => {
      const page = await this.#read(PAGE_ROWS, this.#cursor, signal);
      for (const item of page.items) {
        this.#take(item, true);
      }
    });
  }

  /** Tries again what has failed. */
  retry() {
    this.problem = null;
    if (this.#horizon === null && !this.end) {
      this.#loadFirst();
    } else {
      this.more();
    }
  }

  /** Reads anew what is shown, without moving it. */
  async refresh() {
    if (!this.#filter || this.loading === "first") {
      return;
    }
    this.#countLater(null);
    this.#reading.abort();
    const rowsMin = Math.max(PAGE_FIRST_ROWS, Math.min(this.#visibleEnd + PAGE_FIRST_ROWS, this.rows.length));
    await this.#page("refresh", async (signal) => {
      const fresh = [];
      let page = { nextCursor: undefined };
      do {
        page = await this.#read(rowsMin > PAGE_FIRST_ROWS ? PAGE_ROWS : PAGE_FIRST_ROWS, page.nextCursor, signal);
        fresh.push(...page.items);
      } while (page.nextCursor !== null && fresh.length < rowsMin);
      this.#replace(fresh);
    });
  }

  // Pages

  #clear() {
    this.#reading.abort();
    clearTimeout(this.#tryingAgain);
    this.rows = [];
    this.#byId.clear();
    this.#arrived.clear();
    this.#movedUp.clear();
    this.#cursor = null;
    this.#horizon = null;
    Object.assign(this, { arrivals: 0, loading: null, problem: null, end: false, incomplete: false, stale: false });
  }

  #loadFirst() {
    return this.#page("first", async (signal) => {
      const page = await this.#read(PAGE_FIRST_ROWS, null, signal);
      for (const item of page.items) {
        this.#take(item, true);
      }
    });
  }

  /** Runs one reading of pages; what the stream tells of meanwhile is read again afterwards, because a page may be older. */
  async #page(kind, read) {
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    this.loading = kind;
    this.#changedWhilePaging = new Map([...this.#asked, ...this.#changed]);
    this.#tell();
    try {
      await read(signal);
      this.problem = null;
      this.stale = false;
      for (const [id, version] of this.#changedWhilePaging) {
        this.#noteChange({ conversationId: id, version });
      }
    } catch (problem) {
      if (signal.aborted) {
        return;
      }
      const again = kind === "refresh" ? () => this.refresh() : () => this.retry();
      if (kind === "refresh") {
        this.stale = true;
      } else {
        this.problem = problem;
      }
      if (problem.status === 0 || problem.status >= 500) {
        this.#tryAgainLater(again); // anything else does not become better by itself
      }
    }
    this.loading = null;
    this.#settleUnlessHeld();
  }

  async #read(limit, cursor, signal) {
    const { assignment, status, sort } = this.#filter;
    const page = await api.get(withQuery("/api/inbox", { assignment, status, sort, limit, cursor }), { signal });
    signal.throwIfAborted();
    this.#cursor = page.nextCursor;
    this.end = page.nextCursor === null;
    this.#horizon = page.items.length > 0 ? this.#entry(page.items.at(-1)) : this.#horizon;
    this.incomplete = page.partitionsMissing.length > 0;
    if (this.incomplete) {
      this.#tryAgainLater(() => this.refresh());
    }
    return page;
  }

  #tryAgainLater(again) {
    clearTimeout(this.#tryingAgain);
    this.#tryingAgain = setTimeout(again, TRY_AGAIN_AFTER_MS);
  }

  /** Everything down to the horizon was read anew. */
  #replace(fresh) {
    const freshIds = new Set(fresh.map((item) => item.conversationId));
    this.rows = this.rows.filter((row) => {
      if (freshIds.has(row.conversationId)) {
        return true;
      }
      row.gone = true;
      const known = this.#reaches(row) || row.conversationId === this.#openId;
      if (!known) {
        this.#byId.delete(row.conversationId); // it is further down, and comes when one scrolls there
      }
      return known;
    });
    this.#arrived.clear();
    for (const item of fresh) {
      const row = this.#byId.get(item.conversationId);
      if (row) {
        row.gone = false;
      }
      this.#take(item, false);
    }
  }

  // What is live

  #noteChange({ conversationId, version }) {
    remember(this.#changed, conversationId, version);
    if (this.loading) {
      remember(this.#changedWhilePaging, conversationId, version);
    }
    if (this.#changed.size > CHANGED_MAX) {
      this.#changed.clear();
      this.refresh();
      this.#tryAgainLater(() => this.refresh()); // the first one may be ahead of what the inbox has taken in
      return;
    }
    this.#collecting ??= setTimeout(() => {
      this.#collecting = null;
      this.#flush();
    }, COLLECT_MS);
  }

  async #flush() {
    if (this.#flushing || !this.#filter) {
      return;
    }
    this.#flushing = true;
    try {
      while (this.#changed.size > 0 && this.#ends) {
        const asked = this.#takeSome();
        this.#asked = asked;
        const ids = [...asked].map(([id, version]) => `${id}@${version}`);
        const read = await api.get(withQuery("/api/inbox/conversations", { id: ids }), { signal: this.#ends.signal });
        for (const item of read.items) {
          this.#take(item, false);
        }
        this.#countLater([...asked].at(-1).join("@"));
        this.#again(asked, read);
        this.#settleUnlessHeld();
      }
    } catch (problem) {
      if (!this.#ends?.signal.aborted && problem.status !== 401) { // after signing in again, everything is asked for anew
        this.stale = true;
        this.#tryAgainLater(() => this.refresh());
        this.#tell();
      }
    } finally {
      this.#flushing = false;
      this.#asked = new Map();
    }
  }

  /** As many changes as one request can ask for. */
  #takeSome() {
    const some = new Map();
    let length = 0;
    for (const [id, version] of this.#changed) {
      length += id.length + String(version).length + "&id=@@@".length;
      if (some.size >= READ_IDS_MAX || length > READ_QUERY_LENGTH_MAX) {
        break;
      }
      some.set(id, version);
      this.#changed.delete(id);
    }
    return some;
  }

  /** What the inbox did not have yet is asked for again; the server has waited for it already. */
  #again(asked, { items, partitionsMissing, stale }) {
    this.stale = stale;
    this.incomplete ||= partitionsMissing.length > 0;
    if (partitionsMissing.length > 0) {
      this.#tryAgainLater(() => this.refresh());
    } else if (stale) {
      const versions = new Map(items.map((item) => [item.conversationId, item.version]));
      for (const [id, version] of asked) {
        if ((versions.get(id) ?? 0) < version) {
          this.#noteChange({ conversationId: id, version });
        }
      }
    }
  }

  // Merging

  /** @param paged whether it comes with a page that one scrolled to, so that nothing is pushed away by it */
  #take(item, paged) {
    const id = item.conversationId;
    const row = this.#entry(item);
    const shown = this.#byId.get(id);
    if (shown) {
      if (row.version >= shown.version) {
        if (!row.gone && this.#compare(row, shown) < 0) {
          this.#movedUp.add(id);
        }
        Object.assign(shown, row);
      }
    } else if (row.gone || !(paged || this.#reaches(row))) {
      this.#arrived.delete(id);
    } else if (paged || (this.rows.length > 0 && this.#compare(row, this.rows.at(-1)) > 0)) {
      this.#arrived.delete(id);
      this.#byId.set(id, row);
      this.rows.push(row); // below what there is: nobody is disturbed
    } else if (row.version >= (this.#arrived.get(id)?.version ?? 0)) {
      this.#arrived.set(id, row);
    }
  }

  #settleUnlessHeld() {
    if (!this.#held) {
      this.#settle();
    }
    if (this.#arrived.size > HELD_BACK_MAX || this.rows.length > ROWS_MAX + HELD_BACK_MAX) {
      this.#arrived.clear();
      this.#tryAgainLater(() => this.refresh());
    }
    this.arrivals = this.#arrived.size + this.#movedUp.size;
    this.#tell();
  }

  #settle() {
    for (const [id, row] of this.#arrived) {
      this.#byId.set(id, row);
      this.rows.push(row);
    }
    this.#arrived.clear();
    this.#movedUp.clear();
    this.rows = this.rows.filter((row) => {
      const stays = !row.gone || row.conversationId === this.#openId;
      if (!stays) {
        this.#byId.delete(row.conversationId);
      }
      return stays;
    }).sort((a, b) => this.#compare(a, b));
    this.arrivals = 0;
  }

  /** Whether one has scrolled as far as to where this row stands. */
  #reaches(row) {
    return this.end || (this.#horizon !== null && this.#compare(row, this.#horizon) <= 0);
  }

  #entry(item) {
    const at = this.#filter.sort === "waiting" ? item.waitingSince : item.lastActivityAt;
    return { ...item, place: at === null ? LAST : Date.parse(at), gone: !this.#lists(item) };
  }

  /** The order of the server's lists. */
  #compare(a, b) {
    const order = a.place - b.place || (a.conversationId < b.conversationId ? -1 : Number(a.conversationId > b.conversationId));
    return this.#filter.sort === "newest" ? -order : order;
  }

  /** Whether the filter selects this conversation. */
  #lists({ status, assignee }) {
    const { assignment } = this.#filter;
    return status === this.#filter.status && (assignment.length === 0 || assignment.some((one) => {
      switch (one) {
        case "unassigned": return assignee === null;
        case "me": return assignee === this.#me.id;
        case "others": return assignee !== null && assignee !== this.#me.id;
        default: {
          const [kind, id] = [one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1)];
          // While nobody here knows the members, whoever sent the row does; when they are known, everything is asked for anew.
          return kind === "agent" ? assignee === id : !this.#directory.loaded || (this.#directory.group(id)?.members.includes(assignee) ?? false);
        }
      }
    }));
  }

  // Counts

  #countLater(after) {
    this.#countsDue = true;
    this.#countsAfter = after ?? this.#countsAfter;
    const wait = Math.max(0, this.#countsAt + COUNTS_EVERY_MS - performance.now());
    this.#countsTimer ??= setTimeout(() => this.#count(), wait);
  }

  async #count() {
    const after = this.#countsAfter;
    this.#countsDue = false;
    this.#countsAfter = null;
    this.#countsAt = performance.now();
    try {
      this.counts = await api.get(withQuery("/api/inbox/counts", { after }), { signal: this.#ends?.signal });
      this.#tell();
    } catch (problem) {
      if (problem.status === 0 || problem.status >= 500) { // anything else does not become better by itself
        this.#countsDue = true;
        this.#countsAfter ??= after;
        this.#countsAt = performance.now() + TRY_AGAIN_AFTER_MS;
      }
    } finally {
      this.#countsTimer = null;
      if (this.#countsDue && this.#ends) { // they may have been counted before what they are asked for happened
        this.#countLater(null);
      }
    }
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}

function remember(versions, id, version) {
  versions.set(id, Math.max(version, versions.get(id) ?? 0));
}
