/**
 * One small record that all tabs of a browser change together: each change sees what the one before has left, whichever tab made it.
 *
 * It is kept in IndexedDB, whose transactions exclude each other. (The values of localStorage reach other tabs a moment later, under a Web
 * Lock too: two tabs did the same thing after the same event.) Where there is no IndexedDB, each tab has a record of its own.
 */
const DATABASE = "baton";
const STORE = "records";
const OPENED_WITHIN_MS = 2_000;

export class SharedRecord {
  #name;
  #initial;
  #own;
  #opened;

  /** @param initial what it is before the first change */
  constructor(name, initial) {
    this.#name = name;
    this.#initial = initial;
  }

  /** Has `change` change the record in place, at once and without waiting; returns what it returns. */
  async change(change) {
    try {
      this.#opened ??= open();
      return await this.#changeIn(await this.#opened, change);
    } catch {
      this.#opened = undefined;
      this.#own ??= structuredClone(this.#initial);
      return change(this.#own);
    }
  }

  #changeIn(database, change) {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      const reading = store.get(this.#name);
      let result;
      reading.onsuccess = () => {
        const record = { ...structuredClone(this.#initial), ...reading.result };
        result = change(record);
        store.put(record, this.#name);
      };
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => {
      opening.result.onversionchange = () => opening.result.close(); // a tab with a newer page does not wait for this one
      resolve(opening.result);
    };
    opening.onerror = () => reject(opening.error);
    setTimeout(() => reject(new Error("the database does not open")), OPENED_WITHIN_MS); // another tab may keep an older one open
  });
}
