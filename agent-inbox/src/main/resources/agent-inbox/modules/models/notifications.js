/**
 * What the agent is told: her feed, how much of it is unread, which alerts she has switched on, and giving them. `change` is dispatched
 * when any of it has changed.
 *
 * What is on screen is read: a row of the feed that has been shown, and what is told of a conversation that is open in a visible tab. All
 * tabs of a browser agree, since they tell each other; another browser learns what the server can be told, see feed.js.
 *
 * Alerts, where she has switched them on: a desktop notification and a tone, once per browser whichever tab gives them, none for what is on
 * screen in any tab, and few of them when much happens at once.
 */
import { desktop, sound } from "../alerts.js";
import { api, withQuery } from "../api.js";
import { live } from "../live.js";
import { SharedRecord } from "../shared-record.js";
import { t } from "../texts.js";
import { Feed } from "./feed.js";

const PATH = "/api/notifications";
const PAGE_ITEMS = 50;
const PAGE_ITEMS_MAX = 200;
/** How long what is seen is collected before the server is told. */
const MOVE_MARK_AFTER_MS = 500;
/** How long alerts are collected, in which a tab that shows the conversation says so. */
const ALERT_AFTER_MS = 250;
const TONE_EVERY_MS = 4_000;
/** So many desktop notifications in so much time are a burst: one that counts follows, instead of one each. */
const BURST_MAX = 3;
const BURST_WITHIN_MS = 10_000;
/** A conversation's notification that is replaced so soon does not pop up again. */
const AGAIN_AFTER_MS = 5_000;
/** How long another tab has to make the sound that this one may not. */
const HELD_BACK_AFTER_MS = 2_500;
/** Events whose alert a browser remembers, and open desktop notifications that a tab does. */
const GIVEN_MAX = 300;
const SHOWN_MAX = 30;

export class Notifications extends EventTarget {
  feed = new Feed();
  /** Whether the feed has been read once. */
  loaded = false;
  /** Why the newest of the feed could not be read, or null. */
  problem = null;
  /** {desktop, audio}, each true or false; null while not known. */
  settings = null;
  /** Whether a tone was due and the browser kept every tab silent. */
  soundHeldBack = false;

  #directory;
  #agentId = null;
  #conversationId = null;
  #tabs = null;
  #loading = null;
  #loadAgain = false;
  #older = null;
  #saving = Promise.resolve();
  /** Counts when a save of the settings begins, when it ends, and those of other tabs: what was asked for before shows older switches. */
  #saves = 0;
  #moving;
  #candidates = new Map();
  #alerting;
  /** The alerts that this browser has given, whichever tab: see `take`, `isQuiet` and `choose`. */
  #given = null;
  #shown = new Map();

  constructor(directory) {
    super();
    this.#directory = directory;
  }

  /** Begins, once, for this agent; `live` has begun. */
  start(agentId) {
    this.#agentId = agentId;
    this.#given = new SharedRecord(`alerts ${agentId}`, { desktop: [], audio: [], playedAt: 0, recent: [], more: 0 });
    this.#tabs = new BroadcastChannel(`baton-notifications-${agentId}`);
    this.#tabs.onmessage = ({ data }) => this.#hear(data);
    this.feed.learn(this.#kept("read") ?? { upTo: null, seen: [] });
    live.addEventListener("notification", ({ detail }) => this.#arrive(detail));
    live.addEventListener("resync", () => this.load());
    live.addEventListener("state", () => live.state === "online" && (!this.loaded || this.problem) && this.load());
    document.addEventListener("visibilitychange", () => this.#seeOpen());
    sound.addEventListener("change", () => this.#heldBack(this.soundHeldBack && sound.state === "blocked"));
    this.load();
  }

  /** Says which conversation this tab shows, or null. */
  lookAt(conversationId) {
    this.#conversationId = conversationId;
    this.#seeOpen();
  }

  // The feed

  /** Reads the newest, and the settings; what is asked for meanwhile is read once more. */
  load() {
    this.#loadAgain = true;
    this.#loading ??= (async () => {
      try {
        while (this.#loadAgain) {
          this.#loadAgain = false;
          await Promise.all([this.#loadFeed(), this.#loadSettings()]);
        }
        this.problem = null;
      } catch (problem) {
        this.problem = problem;
      } finally {
        this.#loading = null;
        this.#changed();
      }
    })();
    return this.#loading;
  }

  /** Loads older ones; throws a Problem. */
  more() {
    if (this.feed.nextBefore === null) {
      return Promise.resolve();
    }
    this.#older ??= api.get(withQuery(PATH, { limit: PAGE_ITEMS, before: this.feed.nextBefore })).then((page) => {
      this.feed.append(page);
      this.#changed();
    }).finally(() => {
      this.#older = null;
    });
    return this.#older;
  }

  /** These have been on her screen. */
  see(items) {
    if (this.feed.see(items)) {
      this.#shareRead();
      this.#changed();
      this.#moveMarkSoon();
    }
  }

  /** Marks all as read; throws a Problem. */
  async markAllRead() {
    if (this.feed.items.length > 0) {
      await this.#moveMark(this.feed.items[0].id);
    }
  }

  // Settings

  /** Switches alerts on or off, {desktop?, audio?}; throws a Problem. */
  saveSettings(change) {
    const saved = this.#saving.then(async () => {
      if (this.settings === null) {
        await this.#loadSettings();
      }
      const before = this.settings;
      this.#saves++;
      this.#setSettings({ ...before, ...change });
      try {
        this.#setSettings(await api.send("PUT", `${PATH}/settings`, this.settings));
        this.#tabs.postMessage({ settings: this.settings });
      } catch (problem) {
        this.#setSettings(before);
        throw problem;
      } finally {
        this.#saves++;
      }
    });
    this.#saving = saved.catch(() => {}); // told to whoever asked; the next one begins anew
    return saved;
  }

  /** Shows a desktop notification as an example; returns whether the browser did. */
  testDesktop() {
    return desktop.show({ title: t("alert.testTitle"), body: t("alert.testBody"), tag: "baton-test", again: true }, () => {}) !== null;
  }

  /** Plays the tone; returns whether it can be heard. */
  testSound() {
    return sound.play();
  }

  // Reading from the server

  async #loadFeed() {
    const limit = Math.min(PAGE_ITEMS_MAX, Math.max(PAGE_ITEMS, this.feed.items.length));
    const page = await api.get(withQuery(PATH, { limit }));
    const missed = page.items.filter((item) => !item.read && !this.feed.has(item));
    this.feed.replace(page);
    if (this.loaded) {
      missed.forEach((item) => this.#consider(item));
    }
    this.loaded = true;
    this.#seeOpen();
    this.#changed();
  }

  async #loadSettings() {
    const saves = this.#saves;
    const settings = await api.get(`${PATH}/settings`);
    if (saves === this.#saves) {
      this.#setSettings(settings);
    }
  }

  #setSettings({ desktop: onDesktop, audio }) {
    this.settings = { desktop: onDesktop, audio };
    if (audio) {
      sound.getReady();
    }
    this.#changed();
  }

  #arrive(item) {
    if (this.feed.add(item)) {
      this.#seeOpen();
      this.#changed();
      this.#consider(item);
    }
  }

  // What is read

  #seeOpen() {
    if (this.#conversationId !== null && document.visibilityState === "visible") {
      this.see(this.feed.items.filter((item) => item.conversationId === this.#conversationId));
    }
  }

  #moveMarkSoon() {
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      const to = this.feed.movableTo;
      if (to !== null) {
        this.#moveMark(to).catch(() => {}); // it stays seen here, and the next mark takes it along
      }
    }, MOVE_MARK_AFTER_MS);
  }

  async #moveMark(upTo) {
    await api.send("POST", `${PATH}/read`, { upTo });
    this.feed.marked(upTo);
    this.#shareRead();
    this.#changed();
  }

  #shareRead() {
    this.feed.learn(this.#kept("read") ?? { upTo: null, seen: [] });
    this.#keep("read", this.feed.read);
    this.#tabs.postMessage({ read: this.feed.read });
  }

  #hear({ read, settings }) {
    if (read) {
      this.feed.learn(read);
      this.#changed();
    } else if (settings) {
      this.#saves++;
      this.#setSettings(settings);
    }
  }

  // Alerts

  #consider(item) {
    if (this.feed.isRead(item)) {
      return;
    }
    this.#candidates.set(item.eventId, item);
    this.#alerting ??= setTimeout(() => {
      this.#alerting = undefined;
      const items = [...this.#candidates.values()].filter((candidate) => !this.feed.isRead(candidate));
      this.#candidates.clear();
      this.#alert(items);
    }, ALERT_AFTER_MS);
  }

  async #alert(items) {
    if (items.length === 0 || this.settings === null) {
      return;
    }
    const mayShow = this.settings.desktop && desktop.permission === "granted";
    const mayPlay = this.settings.audio && sound.state === "ready";
    const plan = await this.#given.change((given) => ({
      shown: mayShow ? choose(given, take(given, "desktop", items)) : [],
      played: mayPlay && take(given, "audio", items).length > 0 && isQuiet(given),
    }));
    plan.shown.forEach((alert) => this.#show(alert));
    if (plan.played) {
      this.#heldBack(!(await sound.play()));
    } else if (this.settings.audio && sound.state === "blocked") {
      setTimeout(() => this.#lookWhetherHeldBack(items), HELD_BACK_AFTER_MS);
    }
  }

  #show({ item, more, again }) {
    const key = item?.conversationId ?? "";
    const { who, what } = item ? describe(item, this.#directory) : {};
    const shown = item
      ? desktop.show({ title: who, body: what, tag: `baton-${key}`, again }, () => this.#open(key))
      : desktop.show({ title: t("alert.more", { n: more }), body: "", tag: "baton more", again: false }, () => this.#open(null));
    if (shown) {
      this.#shown.delete(key); // the newest last
      this.#shown.set(key, { shown, item });
      if (this.#shown.size > SHOWN_MAX) {
        this.#shown.delete(this.#shown.keys().next().value);
      }
    }
  }

  /** `open` is dispatched when a desktop notification was clicked: with the conversation that it tells of, or null for the feed. */
  #open(conversationId) {
    this.dispatchEvent(new CustomEvent("open", { detail: conversationId }));
  }

  async #lookWhetherHeldBack(items) {
    const untold = await this.#given.change((given) => items.filter(({ eventId }) => !given.audio.includes(eventId)));
    this.#heldBack(untold.some((item) => !this.feed.isRead(item)) && sound.state === "blocked");
  }

  #heldBack(heldBack) {
    if (this.soundHeldBack !== heldBack) {
      this.soundHeldBack = heldBack;
      this.#changed();
    }
  }

  // Bookkeeping

  #changed() {
    for (const [key, { shown, item }] of this.#shown) {
      if (item ? this.feed.isRead(item) : this.feed.unread === 0) {
        shown.close();
        this.#shown.delete(key);
      }
    }
    this.dispatchEvent(new CustomEvent("change"));
  }

  #kept(what) {
    try {
      return JSON.parse(localStorage.getItem(`baton-${what}-${this.#agentId}`));
    } catch { // no storage, or nothing that this page has written
      return null;
    }
  }

  #keep(what, value) {
    try {
      localStorage.setItem(`baton-${what}-${this.#agentId}`, JSON.stringify(value));
    } catch {
      // no storage, or a full one: this tab knows, and the others hear of it
    }
  }
}

/** What an item says: who did something, and what. */
export function describe({ type, by, visitor, text }, directory) {
  const name = visitor?.name ?? t("visitor.unnamed", { id: visitor?.id ?? "" });
  const who = by === null ? name : directory.name(by);
  switch (type) {
    case "message.received": return { who, what: text };
    case "conversation.assigned": return { who, what: t("notification.assigned", { visitor: name }) };
    case "conversation.unassigned": return { who, what: t("notification.unassigned", { visitor: name }) };
    case "conversation.reopened": return { who, what: t("notification.reopened", { text }) };
    default: return { who, what: t("notification.changed", { visitor: name }) };
  }
}

/** Those of the items for which no tab has given this kind of alert; from now on this one has. */
function take(given, kind, items) {
  const mine = items.filter(({ eventId }) => !given[kind].includes(eventId));
  given[kind] = [...given[kind], ...mine.map(({ eventId }) => eventId)].slice(-GIVEN_MAX);
  return mine;
}

/** Whether the last tone is long enough ago; from now on it is not. */
function isQuiet(given) {
  const now = Date.now();
  const quiet = Math.abs(now - given.playedAt) >= TONE_EVERY_MS;
  given.playedAt = quiet ? now : given.playedAt;
  return quiet;
}

/** What to show for these items: the newest of each conversation, and one that counts where that would be too many. */
function choose(given, items) {
  const now = Date.now();
  given.recent = given.recent.filter(({ at }) => Math.abs(now - at) < BURST_WITHIN_MS);
  given.more = given.recent.length < BURST_MAX ? 0 : given.more;
  const newest = new Map(items.map((item) => [item.conversationId, item]));
  const shown = [];
  const before = given.more;
  for (const [conversationId, item] of newest) {
    const replaced = given.recent.find((one) => one.conversationId === conversationId);
    if (replaced) {
      const again = now - replaced.at >= AGAIN_AFTER_MS;
      replaced.at = again ? now : replaced.at;
      shown.push({ item, again });
    } else if (given.recent.length < BURST_MAX) {
      given.recent.push({ conversationId, at: now });
      shown.push({ item, again: true });
    } else {
      given.more += items.filter((one) => one.conversationId === conversationId).length;
    }
  }
  return given.more > before ? [...shown, { more: given.more }] : shown;
}
