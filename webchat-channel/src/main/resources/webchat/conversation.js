import { channel, Problem } from './channel.js';

/** Entries that are kept; the oldest go first. */
const ENTRIES_MAX = 300;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 30_000;

/**
 * One visitor's conversation: what she wrote and what she was answered, in the order in which this browser learned of it. Emits `change`
 * when there is something new to show, and `connection` when its state changes.
 *
 * What she writes is kept first and sent then, with an id that stays the same however often it has to be sent, so nothing is lost and
 * nothing comes twice. Of several windows one sends, and one listens to the stream; they share what they know through the store.
 */
export class Conversation extends EventTarget {
  #store;
  #state;
  #sending = false;
  #listening = null;
  #wakers = new Set();
  #news = typeof BroadcastChannel === 'function' ? new BroadcastChannel('baton-webchat') : null;

  /** Of the stream: idle, connecting, connected, waiting. */
  connection = 'idle';
  /** Whether messages wait because they could not be sent. */
  held = false;

  constructor(store) {
    super();
    this.#store = store;
    this.#state = this.#read();
    store.onChange(() => {
      const before = this.#state.session?.conversationId;
      this.#state = this.#read();
      this.#emit('change');
      if (this.#state.session?.conversationId !== before) this.#listen();
    });
    if (this.#news) this.#news.onmessage = ({ data }) => this.#connected(data, false);
    window.addEventListener('online', () => this.#wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      this.#wake();
      this.#listen(true);
    });
  }

  /** Goes on where an earlier page stopped. */
  start() {
    this.#listen(document.visibilityState === 'visible');
    this.#send();
  }

  get entries() {
    return this.#state.entries;
  }

  get begun() {
    return this.#state.session !== null || this.#state.entries.length > 0;
  }

  /** Adds a message and sends it as soon as that is possible. */
  write(text, name) {
    this.#update((state) => {
      if (name) state.name = name;
      state.entries.push({ kind: 'own', id: messageId(), text, at: Date.now(), state: 'pending' });
    });
    this.#send();
  }

  /** Sends again what was refused. */
  retry(id) {
    this.#update((state) => {
      const entry = state.entries.find((known) => known.id === id);
      if (entry) Object.assign(entry, { state: 'pending', reason: undefined });
    });
    this.#send();
  }

  /** Removes what was refused; returns its text. */
  discard(id) {
    let text = '';
    this.#update((state) => {
      text = state.entries.find((known) => known.id === id)?.text ?? '';
      state.entries = state.entries.filter((known) => known.id !== id);
    });
    return text;
  }

  /** Forgets everything. */
  end() {
    this.#listening?.abort();
    this.#store.clear();
    this.#state = this.#read();
    this.#connected('idle', true);
    this.#emit('change');
  }

  // --- sending -------------------------------------------------------------------------------------------------------------------

  async #send() {
    if (this.#sending) {
      this.#wake();
      return;
    }
    this.#sending = true;
    try {
      await exclusively('baton-webchat-send', () => this.#sendAll());
    } finally {
      this.#sending = false;
      this.#hold(false);
    }
    if (this.#next()) this.#send(); // written while the last one went out
  }

  async #sendAll() {
    let wait = WAIT_MIN_MS;
    let fresh = false; // a session that is refused as soon as it has begun would be begun again at once, for ever
    for (let entry = this.#next(); entry; entry = this.#next()) {
      try {
        fresh = this.#state.session === null;
        const session = this.#state.session ?? (await this.#begin());
        await channel.send(session.token, entry.id, entry.text);
        this.#mark(entry.id, { state: 'sent' });
        this.#hold(false);
        wait = WAIT_MIN_MS;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        if (problem.sessionOver) this.#sessionOver();
        if (problem.sessionOver && !fresh) continue;
        if (problem.sessionOver || problem.passing) {
          this.#hold(true);
          await this.#pause(Math.max(wait, problem.retryAfterSeconds * 1_000));
          wait = Math.min(WAIT_MAX_MS, wait * 2);
        } else {
          this.#mark(entry.id, { state: 'failed', reason: problem.type });
        }
      }
    }
  }

  #next() {
    if (this.#store.kept) this.#state = this.#read();
    return this.#state.entries.find((entry) => entry.kind === 'own' && entry.state === 'pending');
  }

  async #begin() {
    const session = await channel.begin(this.#state.name);
    this.#update((state) => { state.session = session; });
    this.#listen(true);
    return session;
  }

  #mark(id, change) {
    this.#update((state) => {
      const entry = state.entries.find((known) => known.id === id);
      if (entry) Object.assign(entry, change);
    });
  }

  #hold(held) {
    if (this.held !== held) {
      this.held = held;
      this.#emit('change');
    }
  }

  // --- listening -----------------------------------------------------------------------------------------------------------------

  /** Listens to the stream in this window; `now` takes it over from another one, which may be asleep. */
  async #listen(now = false) {
    const session = this.#state.session;
    if (this.#listening?.conversationId === session?.conversationId && !this.#listening?.signal.aborted) {
      if (!now || this.#listening?.holds) return;
    }
    this.#listening?.abort();
    if (!session) return;
    const listening = Object.assign(new AbortController(), { conversationId: session.conversationId, holds: false });
    this.#listening = listening;
    const follow = async () => {
      listening.holds = true;
      try {
        await this.#follow(listening);
      } finally {
        listening.holds = false;
      }
    };
    // Where nothing is shared, each window has a conversation of its own.
    const name = `baton-webchat-stream-${session.conversationId}`;
    for (let steal = now; !listening.signal.aborted; steal = false) {
      try {
        await (this.#store.kept ? exclusively(name, follow, steal ? { steal } : { signal: listening.signal }) : follow());
        return;
      } catch (error) {
        if (listening.signal.aborted) return;
        if (error?.name !== 'AbortError') throw error;
        listening.stolen?.abort(); // another window has taken over; wait until that one is gone
      }
    }
  }

  async #follow(listening) {
    const stolen = new AbortController();
    listening.stolen = stolen;
    const signal = AbortSignal.any([listening.signal, stolen.signal]);
    let wait = WAIT_MIN_MS;
    while (!signal.aborted) {
      this.#connected('connecting', true);
      try {
        for await (const event of channel.replies(this.#state.session?.token, lastReplyId(this.#state), signal)) {
          this.#connected('connected', true);
          wait = WAIT_MIN_MS;
          if (event?.type === 'reply') this.#take(JSON.parse(event.data));
        }
      } catch (problem) {
        if (signal.aborted) return;
        if (!(problem instanceof Problem)) throw problem;
        if (problem.sessionOver) {
          this.#sessionOver();
          return;
        }
        wait = Math.max(wait, problem.retryAfterSeconds * 1_000);
      }
      if (signal.aborted) return;
      this.#connected('waiting', true);
      await this.#pause(wait);
      wait = Math.min(WAIT_MAX_MS, wait * 2);
    }
  }

  #take(reply) {
    this.#update((state) => {
      if (!isOf(state.session, reply.replyId)) return; // it has ended meanwhile, in another window
      if (version(reply.replyId) <= version(lastReplyId(state))) return;
      state.lastReplyId = reply.replyId;
      state.entries.push({ kind: 'reply', id: reply.replyId, text: reply.text, at: Date.parse(reply.at) });
    });
  }

  #connected(connection, tell) {
    if (this.connection === connection) return;
    this.connection = connection;
    if (tell && this.#store.kept) this.#news?.postMessage(connection);
    this.#emit('connection');
  }

  // --- state ---------------------------------------------------------------------------------------------------------------------

  #sessionOver() {
    this.#listening?.abort();
    this.#update((state) => {
      state.session = null;
      if (state.entries.length > 0 && state.entries.at(-1).kind !== 'ended') {
        const pending = state.entries.filter((entry) => entry.state === 'pending');
        const rest = state.entries.filter((entry) => entry.state !== 'pending');
        state.entries = rest.length === 0 ? pending : [...rest, { kind: 'ended', id: messageId(), at: Date.now() }, ...pending];
      }
    });
    this.#connected('idle', true);
  }

  /** Changes what is stored now, which another window may have changed since this one looked. */
  #update(change) {
    const state = this.#store.kept ? this.#read() : this.#state;
    change(state);
    state.entries = state.entries.slice(-ENTRIES_MAX);
    this.#state = state;
    this.#store.write(state);
    this.#emit('change');
  }

  #read() {
    const state = this.#store.read();
    return {
      session: typeof state?.session?.token === 'string' ? state.session : null,
      name: typeof state?.name === 'string' ? state.name : '',
      entries: Array.isArray(state?.entries) ? state.entries : [],
      lastReplyId: typeof state?.lastReplyId === 'string' ? state.lastReplyId : null, // its entry may be gone
    };
  }

  /** Waits, but not longer than until the network is back or the visitor looks again. */
  #pause(ms) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms * (0.8 + 0.4 * Math.random())); // not all pages at the same moment
      this.#wakers.add(wake);
    });
  }

  #wake() {
    for (const wake of [...this.#wakers]) wake();
  }

  #emit(type) {
    this.dispatchEvent(new Event(type));
  }
}

/**
 * Does something that only one window does at a time. Where the browser has no locks (plain http), or lets a frame of another site have none
 * (it shares nothing with other windows then), every window does it.
 */
async function exclusively(name, work, options = {}) {
  let begun = false;
  try {
    return await (navigator.locks ? navigator.locks.request(name, options, () => {
      begun = true;
      return work();
    }) : work());
  } catch (error) {
    if (error?.name !== 'SecurityError' || begun) throw error;
    return work();
  }
}

/** Up to where the replies of the present conversation are known, or null: another one's place would be refused. */
function lastReplyId(state) {
  return isOf(state.session, state.lastReplyId) ? state.lastReplyId : null;
}

function isOf(session, replyId) {
  return session !== null && replyId?.startsWith(`${session.conversationId}:`) === true;
}

/** A reply's place in its conversation; 0 for none. */
function version(replyId) {
  return Number(replyId?.split(':')[1] ?? 0);
}

function messageId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
