/**
 * What a browser can do so that an agent who looks elsewhere notices: a desktop notification (the Notification API) and a short tone
 * (WebAudio). When to do it, and how often, is said in models/notifications.js.
 */

const RESUMED_WITHIN_MS = 1_000;
/** A context that runs keeps the machine's audio awake: it is put to sleep when the tone has ended. */
const TONE_SECONDS = 0.9;
const IDLE_AFTER_MS = 2_000;

/** Desktop notifications of this browser. */
export const desktop = {
  /** `unsupported`, `default` (nobody has been asked), `granted` or `denied`. */
  get permission() {
    // On a page that came neither by https nor from this machine, browsers have the class and refuse its use.
    return globalThis.Notification && globalThis.isSecureContext ? Notification.permission : "unsupported";
  },

  /** Has the browser ask the agent, if nobody has; only while she clicks. Returns the permission. */
  async ask() {
    return this.permission === "default" ? Notification.requestPermission() : this.permission;
  },

  /**
   * Shows one, silently: the tone has a switch of its own. One with the same `tag` is replaced, and noticed anew if `again`.
   * Returns it, or null where the browser does not let a page show one.
   */
  show({ title, body, tag, again }, clicked) {
    try {
      const shown = new Notification(title, {
        body, tag, renotify: again, silent: true, lang: document.documentElement.lang, icon: "/icons/baton.svg",
      });
      shown.onclick = () => {
        window.focus();
        shown.close();
        clicked();
      };
      return shown;
    } catch { // a phone's browser has the class, and shows notifications of service workers only
      return null;
    }
  },
};

/** The tone. Browsers keep a tab silent until somebody has clicked or typed in it. `change` is dispatched when `state` has changed. */
class Sound extends EventTarget {
  /** `unsupported`, `blocked` (until the next gesture in this tab) or `ready`. */
  state = globalThis.AudioContext ? "blocked" : "unsupported";

  #context = null;
  #idle;
  #waits = false;

  /** Gets ready as soon as the browser allows it: now, or with the next gesture. */
  getReady() {
    if (this.#waits) {
      return;
    }
    this.#waits = true;
    const gesture = () => this.state === "blocked" && this.#resume();
    for (const type of ["pointerup", "keydown", "touchend"]) {
      addEventListener(type, gesture, { capture: true, passive: true });
    }
    gesture();
  }

  /** Plays the tone; returns whether it can be heard. */
  async play() {
    if (this.state === "unsupported" || !(await this.#resume())) {
      return false;
    }
    tone(this.#context, this.#context.currentTime + 0.02);
    return true;
  }

  /** Whether the context runs, or does within a moment. One that is made before a gesture would never. */
  async #resume() {
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) {
      return false;
    }
    this.#context ??= new AudioContext({ latencyHint: "balanced" });
    clearTimeout(this.#idle);
    await Promise.race([
      this.#context.resume().catch(() => {}), // refused: it does not run
      new Promise((resolve) => setTimeout(resolve, RESUMED_WITHIN_MS)),
    ]);
    const running = this.#context.state === "running";
    this.#idle = setTimeout(() => this.#context.suspend(), IDLE_AFTER_MS);
    this.#become(running ? "ready" : "blocked");
    return running;
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new CustomEvent("change"));
    }
  }
}

/** Two soft notes, a fourth apart, the second one quieter: noticed, and not startling. */
export function tone(context, at) {
  for (const [hertz, later, loudness] of [[587.33, 0, 0.16], [783.99, 0.13, 0.12]]) {
    const note = context.createOscillator();
    const volume = context.createGain();
    note.type = "sine";
    note.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at + later);
    volume.gain.linearRampToValueAtTime(loudness, at + later + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0005, at + TONE_SECONDS);
    note.connect(volume).connect(context.destination);
    note.start(at + later);
    note.stop(at + TONE_SECONDS);
  }
}

export const sound = new Sound();
