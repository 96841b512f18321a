/**
 * An agent's notifications as far as they have been read from the server, newest first, each event once; and which of them she has read.
 *
 * The server knows one mark: up to where she has read. Above it, this browser knows which single ones she has seen (`seen`), so that what
 * was on her screen is not counted although something older still waits; when nothing older waits any more, the mark can move
 * (`movableTo`). Plain state: nothing here waits or asks.
 */

/** The server keeps 500 of her own and 500 of everybody's. */
const ITEMS_MAX = 1_000;
const SEEN_MAX = 1_000;

const ID = /^(\d{1,15})-(\d{1,18})-(.+)$/;

/** Orders ids of notifications, oldest first, as the server does: by time, conversation and version. */
export function compareIds(a, b) {
  const [, atA, versionA, conversationA] = ID.exec(a);
  const [, atB, versionB, conversationB] = ID.exec(b);
  return atA - atB || (conversationA === conversationB ? versionA - versionB : conversationA < conversationB ? -1 : 1);
}

export class Feed {
  /** Newest first. */
  items = [];
  /** What to ask for older ones with; null if there are none. */
  nextBefore = null;

  #events = new Set();
  /** It and all before are read; null if that is not known. */
  #upTo = null;
  #seen = new Set();
  /** How many older than the last item the server counts as unread. */
  #unreadBeyond = 0;

  /** How many she has not read, of those too that have not been loaded. */
  get unread() {
    const last = this.items.at(-1);
    const seenBeyond = last ? [...this.#seen].filter((id) => compareIds(id, last.id) < 0).length : 0;
    return this.items.filter((item) => !this.isRead(item)).length + Math.max(0, this.#unreadBeyond - seenBeyond);
  }

  /** Whether she has read an item. */
  isRead({ id }) {
    return this.#isMarked(id) || this.#seen.has(id);
  }

  /** Whether it is in. */
  has({ eventId }) {
    return this.#events.has(eventId);
  }

  /** Takes the newest page instead of what was there. What is newer than the page's last item stays: the stream may be ahead of pages. */
  replace(page) {
    const before = this.items;
    this.items = [];
    this.#events.clear();
    this.append(page);
    const last = this.items.at(-1);
    before.filter((item) => page.nextBefore === null || compareIds(item.id, last.id) > 0).forEach((item) => this.add(item));
  }

  /** Takes a page of older ones. */
  append({ items, nextBefore, unread }) {
    const read = items.find((item) => item.read);
    if (read) {
      this.#mark(read.id);
    }
    const known = this.items.length;
    for (const item of items) {
      if (!this.has(item)) {
        this.#events.add(item.eventId);
        this.items.push(item);
      }
    }
    if (known === 0) {
      this.#unreadBeyond = unread;
    }
    this.#unreadBeyond = items.length > 0 && this.#isMarked(items.at(-1).id) ? 0 : Math.max(0, this.#unreadBeyond - items.length);
    this.nextBefore = nextBefore;
    this.items.sort((a, b) => compareIds(b.id, a.id));
    this.#keepBounds();
  }

  /** Takes one that has just come. Returns whether it was not in. */
  add(item) {
    if (this.has(item)) {
      return false;
    }
    const at = this.items.findIndex((other) => compareIds(other.id, item.id) < 0);
    if (at < 0 && this.nextBefore !== null) {
      this.#unreadBeyond += this.#isMarked(item.id) ? 0 : 1; // its place has not been loaded
      return true;
    }
    this.#events.add(item.eventId);
    this.items.splice(at < 0 ? this.items.length : at, 0, item);
    this.#keepBounds();
    return true;
  }

  /** She has seen these. Returns whether that changes anything. */
  see(items) {
    const unread = items.filter((item) => !this.isRead(item));
    unread.forEach(({ id }) => this.#seen.add(id));
    this.#keepBounds();
    return unread.length > 0;
  }

  /** The server has marked this one, and all before, as read. */
  marked(id) {
    this.#mark(id);
  }

  /** Up to where the server can be told that she has read, since nothing before is unread; null if no further than it knows. */
  get movableTo() {
    if (this.#unreadBeyond > 0) {
      return null;
    }
    let to = null;
    for (const { id } of this.items.toReversed()) {
      if (this.#seen.has(id)) {
        to = id;
      } else if (!this.#isMarked(id)) {
        break;
      }
    }
    return to;
  }

  /** What other tabs, and this one after a reload, have to know. */
  get read() {
    return { upTo: this.#upTo, seen: [...this.#seen] };
  }

  /** Adds what another tab, or this one before a reload, knew. */
  learn({ upTo, seen }) {
    seen.filter((id) => ID.test(id)).forEach((id) => this.#seen.add(id));
    if (upTo !== null && ID.test(upTo)) {
      this.#mark(upTo);
    }
    this.#keepBounds();
  }

  #isMarked(id) {
    return this.#upTo !== null && compareIds(id, this.#upTo) <= 0;
  }

  #mark(id) {
    if (this.#isMarked(id)) {
      return;
    }
    this.#upTo = id;
    this.#seen = new Set([...this.#seen].filter((seen) => !this.#isMarked(seen)));
    const last = this.items.at(-1);
    if (last && compareIds(last.id, id) <= 0) {
      this.#unreadBeyond = 0;
    }
  }

  #keepBounds() {
    while (this.items.length > ITEMS_MAX) {
      const { id, eventId } = this.items.pop();
      this.#events.delete(eventId);
      this.#unreadBeyond += this.#isMarked(id) ? 0 : 1;
      this.nextBefore = this.items.at(-1).id;
    }
    if (this.#seen.size > SEEN_MAX) {
      this.#seen = new Set([...this.#seen].sort(compareIds).slice(-SEEN_MAX));
    }
  }
}
