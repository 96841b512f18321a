const KEY = 'baton-webchat';

/**
 * Keeps one value over reloads and shares it among this browser's windows. In a frame of another site a browser may refuse to keep
 * anything: then it lives as long as the page, and `kept` is false.
 */
export class Store {
  #memory = null;
  #storage = null;

  constructor() {
    try {
      const storage = window.localStorage; // reading the property may throw already
      storage.setItem(`${KEY}-probe`, '1');
      storage.removeItem(`${KEY}-probe`);
      this.#storage = storage;
    } catch {
      // memory it is
    }
  }

  get kept() {
    return this.#storage !== null;
  }

  read(name = '') {
    try {
      return JSON.parse(this.#storage === null ? (this.#memory?.[name] ?? 'null') : this.#storage.getItem(KEY + name));
    } catch {
      return null; // somebody else has written there
    }
  }

  write(value, name = '') {
    const json = JSON.stringify(value);
    try {
      this.#storage?.setItem(KEY + name, json);
    } catch {
      this.#storage = null; // full, or taken away meanwhile
    }
    this.#memory = { ...this.#memory, [name]: json };
  }

  clear() {
    this.#memory = null;
    for (const name of ['', '-draft']) this.#storage?.removeItem(KEY + name);
  }

  /** Calls back when another window has changed the value. */
  onChange(callback) {
    window.addEventListener('storage', (event) => {
      if (event.key === KEY || event.key === null) callback();
    });
  }
}
