/**
 * What happens, as it happens: one stream per browser, shared by its tabs, since a browser opens only six connections to a host.
 *
 * The tab that holds the Web Lock reads the stream and passes everything on over a BroadcastChannel; the others listen. When it goes, the
 * next one gets the lock and resumes behind the last event that it has heard of. A tab whose leader is silent although alive (a browser
 * may freeze it) takes the lock from it. Where a browser lacks either, each tab has a stream of its own.
 *
 * Every tab dispatches the same events:
 * - `conversation`: detail {conversationId, version, type}: it has changed, to this version;
 * - `notification`: detail is an item of the feed, for this agent;
 * - `resync`: something may have been missed: ask anew for everything that is shown;
 * - `state`: `state` has changed.
 *
 * Nothing is dispatched twice: ids are vectors of positions, and what they do not move forward was there before. Nothing is missed: where
 * a stream cannot resume, `resync` says so. The inbox may be a moment behind the stream, so whoever asks for what a `conversation` tells of
 * asks for its version; what happened shortly before a stream began is covered by a second `resync`, a little later.
 */
import { api, pause } from "./api.js";
import { blocks } from "./event-stream.js";

const STREAM = "/api/notifications/stream";
/** The server writes a comment after 15 s of silence; a stream that is silent for so long is dead. */
const SILENCE_MAX_MS = 35_000;
const OPEN_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = 500;
const RETRY_AFTER_MAX_MS = 10_000;
/** How far the inbox may be behind the stream. */
const SETTLED_AFTER_MS = 3_000;
/** How often a tab asks whether its leader lives, and the silences after which it says that it does not know, and takes over. */
const ASK_LEADER_EVERY_MS = 4_000;
const LEADER_UNKNOWN_AFTER_MS = 10_000;
const LEADER_DEAD_AFTER_MS = 20_000;

class Live extends EventTarget {
  /** `connecting`, `online` or `offline`. */
  state = "connecting";
  /** Whether this tab reads the stream: what is to happen once per browser, such as an alert, happens here. */
  leading = false;

  #ends = null;
  #channel = null;
  #heardAt = 0;
  #queued = null;
  #lockLost = null;
  #wake = () => {};
  /** The positions in the newest id, and that id, to resume behind; null before the first. */
  #positions = new Map();
  #lastId = null;
  #settling;

  /** Whether it was begun and not ended. */
  get running() {
    return this.#ends !== null;
  }

  /** Begins, for this agent; ends what was before. */
  start(agentId) {
    this.stop();
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    this.#setState(navigator.onLine ? "connecting" : "offline");
    this.#resyncOnceSettled();
    addEventListener("online", () => this.#wake(), { signal });
    addEventListener("offline", () => this.#wake(), { signal });
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.resync(), { signal });
    if (navigator.locks && globalThis.BroadcastChannel) {
      this.#share(`baton-live-${agentId}`, signal);
    } else {
      this.#lead(signal);
    }
  }

  /** Ends. */
  stop() {
    this.#ends?.abort();
    this.#ends = null;
    this.#channel?.close();
    this.#channel = null;
    clearTimeout(this.#settling);
    this.#positions.clear();
    this.#lastId = null;
    this.leading = false;
    this.#setState("offline");
  }

  /** Has everything asked for anew: now, and once the inbox has caught up with what the stream says. */
  resync() {
    this.dispatchEvent(new CustomEvent("resync"));
    this.#resyncOnceSettled();
  }

  // Sharing one stream

  #share(name, signal) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#heardAt = performance.now();
    this.#queueForLock(name, signal);
    this.#say({ kind: "ask" });
    const asking = setInterval(() => this.#askLeader(name, signal), ASK_LEADER_EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(asking), { once: true });
  }

  async #queueForLock(name, signal, steal = false) {
    this.#queued?.abort(); // a tab stands in the queue once
    const queued = new AbortController();
    this.#queued = queued;
    try {
      const options = steal ? { steal } : { signal: AbortSignal.any([signal, queued.signal]) };
      await navigator.locks.request(name, options, () => this.#lead(signal));
    } catch {
      if (!signal.aborted && !queued.signal.aborted) { // a tab that found this one silent has taken the lock
        this.leading = false;
        this.#heardAt = performance.now();
        this.#lockLost?.abort();
        this.#queueForLock(name, signal);
      }
    }
  }

  #askLeader(name, signal) {
    if (this.leading || document.visibilityState !== "visible") {
      this.#heardAt = performance.now(); // a hidden tab's timers are slow, and nobody looks at it
      return;
    }
    const silence = performance.now() - this.#heardAt;
    if (silence > LEADER_DEAD_AFTER_MS) {
      this.#heardAt = performance.now();
      this.#queueForLock(name, signal, true);
    } else if (silence > LEADER_UNKNOWN_AFTER_MS) {
      this.#setState("connecting");
    }
    this.#say({ kind: "ask" });
  }

  #hear(message) {
    if (message.kind === "ask") {
      if (this.leading) {
        this.#say({ kind: "state", state: this.state, id: this.#lastId });
      }
    } else if (!this.leading) { // otherwise it is from a tab that was taken for dead
      this.#heardAt = performance.now();
      if (message.kind === "state") {
        this.#moveTo(message.id ?? ""); // so that this tab can go on behind it when the leader goes
        this.#setState(message.state);
      } else if (message.kind === "began") {
        this.#resyncOnceSettled();
      } else {
        this.#take(message);
      }
    }
  }

  #say(message) {
    this.#channel?.postMessage(message);
  }

  // Reading the stream

  /** Keeps a stream open until the end; the lock is held as long. */
  async #lead(signal) {
    this.#lockLost = new AbortController();
    const until = AbortSignal.any([signal, this.#lockLost.signal]);
    this.leading = !until.aborted;
    let failures = 0;
    while (!until.aborted) {
      let wait = 0;
      try {
        await this.#read(until, () => {
          failures = 0;
        });
      } catch (failure) {
        wait = (failure.retryAfter ?? 0) * 1_000;
      }
      if (!until.aborted) {
        this.#tell(failures === 0 && navigator.onLine ? "connecting" : "offline");
        wait = Math.max(wait, Math.min(RETRY_AFTER_MAX_MS, RETRY_AFTER_MS * 2 ** failures) * (0.5 + Math.random() / 2));
        failures++;
        await this.#pauseUnlessWoken(wait, until);
      }
    }
  }

  async #read(until, opened) {
    const broken = new AbortController();
    const signal = AbortSignal.any([until, broken.signal]);
    const breakIt = () => broken.abort();
    let deadline = setTimeout(breakIt, OPEN_WITHIN_MS);
    addEventListener("offline", breakIt, { signal });
    try {
      const resumeFrom = this.#lastId;
      const path = resumeFrom === null ? STREAM : `${STREAM}?lastEventId=${encodeURIComponent(resumeFrom)}`;
      const begunAt = performance.now();
      const response = await fetch(path, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal });
      if (!response.ok) {
        throw api.problem(response, await response.json().catch(() => ({})), STREAM, begunAt);
      }
      let first = true;
      for await (const block of blocks(response.body)) {
        signal.throwIfAborted();
        clearTimeout(deadline);
        deadline = setTimeout(breakIt, SILENCE_MAX_MS);
        if (first) {
          first = false;
          opened();
          this.#tell("online");
          if (resumeFrom === null) { // what happened before, no tab was told of
            this.#say({ kind: "began" });
            this.#resyncOnceSettled();
          }
        }
        if (block.id !== undefined) {
          const message = { kind: "event", id: block.id, name: block.event, detail: block.data && JSON.parse(block.data) };
          this.#say(message);
          this.#take(message);
        }
      }
    } finally {
      clearTimeout(deadline);
      broken.abort();
    }
  }

  #tell(state) {
    this.#setState(state);
    this.#say({ kind: "state", state, id: this.#lastId });
  }

  /** Waits, but not on when the network or the agent comes back. */
  #pauseUnlessWoken(milliseconds, until) {
    const woken = new AbortController();
    this.#wake = () => navigator.onLine && document.visibilityState === "visible" && woken.abort();
    return pause(milliseconds, AbortSignal.any([until, woken.signal])).catch(() => {}).finally(() => {
      this.#wake = () => {};
    });
  }

  // Telling this tab

  #take({ id, name, detail }) {
    if (name === "resync") {
      this.#positions.clear();
      this.#moveTo(id);
      this.resync();
    } else if (this.#moveTo(id) && name !== undefined) {
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }
  }

  /** Whether the id, such as `c0.12_c1.5_n0.3`, is further than all before. */
  #moveTo(id) {
    let further = false;
    for (const [, slot, next] of id.matchAll(/([a-z]\d+)\.(\d+)/g)) {
      if (Number(next) > (this.#positions.get(slot) ?? -1)) {
        this.#positions.set(slot, Number(next));
        further = true;
      }
    }
    if (further) {
      this.#lastId = [...this.#positions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([slot, next]) => `${slot}.${next}`).join("_");
    }
    return further;
  }

  #resyncOnceSettled() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.dispatchEvent(new CustomEvent("resync")), SETTLED_AFTER_MS);
  }

  #setState(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new CustomEvent("state"));
    }
  }
}

export const live = new Live();
