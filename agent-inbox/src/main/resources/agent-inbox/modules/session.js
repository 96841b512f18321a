/**
 * Who is signed in. The session itself is a cookie that no script can read; what is known of it is what `GET /api/me` says.
 *
 * `change` is dispatched when that changes, in this tab or in another one of the browser.
 */
import { api, pause, Problem } from "./api.js";

const ASK_AGAIN_AFTER_MS = 3_000;
/** The longest that a browser's timer can be set to. */
const TIMER_MAX_MS = 2 ** 31 - 1;

class Session extends EventTarget {
  /** The agent: {id, name, role, ownership, expiresAt}; null if nobody is signed in; undefined while that is not known. */
  me;
  /** Who was signed in before the session ended by itself, so that the page can go on where it was; else null. */
  expired = null;
  /** Why it is not known who is signed in, or null. */
  problem = null;

  #otherTabs = new BroadcastChannel("baton-session");
  #expiry;
  #checking = 0;
  /** When the answer was asked for that named her last, by `performance.now()`. */
  #askedAt = -Infinity;

  constructor() {
    super();
    api.addEventListener("unauthorized", ({ detail }) => this.#lost(detail.begunAt));
    api.addEventListener("forbidden", () => this.me && !this.#checking && this.check()); // her role may be another, or she is no agent any more
    this.#otherTabs.onmessage = () => this.check();
  }

  /** Asks who is signed in, until there is an answer. */
  async check() {
    this.#checking++;
    try {
      await this.#check();
    } finally {
      this.#checking--;
    }
  }

  async #check() {
    for (;;) {
      try {
        this.#set(await this.#ask());
        return;
      } catch (problem) {
        if (problem.status === 401) {
          return; // #lost has been told
        }
        if (problem.status === 403) { // a token of somebody who is no agent any more
          this.#set(null);
          return;
        }
        this.problem = problem;
        this.dispatchEvent(new CustomEvent("change"));
        await pause(ASK_AGAIN_AFTER_MS);
      }
    }
  }

  /** Signs in; throws a Problem. */
  async signIn(username, password) {
    await api.send("POST", "/session", { username, password }, { repeat: false });
    this.#set(await this.#ask());
    this.#otherTabs.postMessage("signed in");
  }

  /** Signs out; throws a Problem if the cookie could not be taken away. */
  async signOut() {
    await api.send("DELETE", "/session");
    this.#otherTabs.postMessage("signed out");
    location.assign("/"); // nothing that was on the page stays in memory
  }

  #set(me) {
    const before = this.me ?? this.expired;
    if (before && me && before.id !== me.id) {
      location.assign("/"); // somebody else signed in in another tab: what waits here would be sent in her name
      return;
    }
    clearTimeout(this.#expiry);
    if (me?.expiresAt) {
      const left = Date.parse(me.expiresAt) - Date.now();
      this.#expiry = setTimeout(() => this.check(), Math.min(TIMER_MAX_MS, Math.max(1_000, left + 1_000)));
    }
    this.expired = me ? null : this.expired ?? this.me ?? null;
    this.me = me;
    this.problem = null;
    this.dispatchEvent(new CustomEvent("change"));
  }

  async #ask() {
    const askedAt = performance.now();
    const me = await api.get("/api/me");
    this.#askedAt = Math.max(this.#askedAt, askedAt);
    return me;
  }

  /** Not by a request from before she signed in, whose answer comes late. */
  #lost(begunAt) {
    if (this.me !== null && begunAt >= this.#askedAt) {
      this.#set(null);
    }
  }
}

export { Problem };
export const session = new Session();
