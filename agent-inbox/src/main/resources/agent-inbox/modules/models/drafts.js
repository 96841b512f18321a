/**
 * What an agent has typed and not sent, one text per conversation. It goes into the browser's storage with every keystroke, so it survives a
 * reload, a crash and the end of a session; it never leaves the browser, and another agent at the same browser does not see it.
 *
 * At most `DRAFTS_MAX` are kept: the one that was changed longest ago makes room. Where the browser has no room for a text, or it is longer
 * than `KEPT_LENGTH_MAX`, it is held in memory only; `kept` says so, and the browser asks before it leaves the page.
 *
 * `change` is dispatched with {conversationId} when a draft has changed elsewhere: in another tab, or because a reply was sent or came back.
 */
export const DRAFTS_MAX = 100;
export const KEPT_LENGTH_MAX = 100_000;

export class Drafts extends EventTarget {
  #prefix;
  #storage;
  /** Drafts that could not be stored. */
  #unkept = new Map();

  constructor(agentId, storage = browserStorage()) {
    super();
    this.#prefix = `baton-draft:${agentId}:`;
    this.#storage = storage;
    globalThis.addEventListener("storage", (event) => this.#changedElsewhere(event));
    globalThis.addEventListener("beforeunload", (event) => this.#unkept.size > 0 && event.preventDefault());
  }

  /**
   * The draft {text, seen, returned, at}, or null: `seen` is the version that the agent saw when she began to type, `returned` whether it was
   * sent and came back.
   */
  get(conversationId) {
    return this.#unkept.get(conversationId) ?? this.#read(this.#prefix + conversationId);
  }

  /** Whether the draft would survive a reload. */
  kept(conversationId) {
    return !this.#unkept.has(conversationId);
  }

  /** Keeps a text; an empty one is none. */
  set(conversationId, text, seen, returned = false) {
    const key = this.#prefix + conversationId;
    this.#unkept.delete(conversationId);
    if (text === "") {
      this.#storage?.removeItem(key);
      return;
    }
    const draft = { text, seen, returned, at: Date.now() };
    if (text.length > KEPT_LENGTH_MAX || !this.#write(key, draft)) {
      this.#storage?.removeItem(key); // an older text must not come back in its place
      this.#unkept.set(conversationId, draft);
    }
  }

  /** Forgets it: it has been sent. */
  clear(conversationId) {
    this.set(conversationId, "", 0);
    this.#tell(conversationId);
  }

  /** Puts a text back that was not sent, before what has been typed since. */
  putBack(conversationId, text, seen) {
    const draft = this.get(conversationId);
    this.set(conversationId, draft ? `${text}\n\n${draft.text}` : text, draft ? Math.min(seen, draft.seen) : seen, true);
    this.#tell(conversationId);
  }

  #write(key, draft) {
    while (this.#others(key).length >= DRAFTS_MAX) {
      this.#dropOldest(key);
    }
    try {
      this.#storage.setItem(key, JSON.stringify(draft));
      return true;
    } catch { // no storage at all, or a full one: other drafts do not go for this one, which is still on the screen
      return false;
    }
  }

  #dropOldest(key) {
    const [oldest] = this.#others(key).map((other) => [this.#read(other)?.at ?? 0, other]).sort(([a], [b]) => a - b);
    this.#storage.removeItem(oldest[1]);
  }

  #others(key) {
    return Object.keys(this.#storage ?? {}).filter((other) => other.startsWith(this.#prefix) && other !== key);
  }

  #read(key) {
    const draft = parse(this.#storage?.getItem(key));
    return typeof draft?.text === "string" && draft.text !== ""
      ? { text: draft.text, seen: Number(draft.seen) || 0, returned: draft.returned === true, at: Number(draft.at) || 0 }
      : null;
  }

  #changedElsewhere({ key, storageArea }) {
    if (storageArea === this.#storage && key?.startsWith(this.#prefix)) {
      this.#tell(key.slice(this.#prefix.length));
    }
  }

  #tell(conversationId) {
    this.dispatchEvent(new CustomEvent("change", { detail: { conversationId } }));
  }
}

/** The browser's storage; null where it has none or forbids it. */
export function browserStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** What a stored text says; null where it is none, or not JSON. */
export function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
