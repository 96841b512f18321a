/** Where the page is: its address, as a place and a filter. `change` is dispatched when it has changed, by `go` or by the browser's buttons. */
import { filter, fromSearch, toSearch } from "./filter.js";

const PLACES = { "/": "inbox", "/agents": "agents", "/groups": "groups" };

export class Address extends EventTarget {
  /** `inbox`, `agents` or `groups`. */
  place;
  /** See filter.js. */
  filter;

  constructor() {
    super();
    this.#read();
    addEventListener("popstate", () => {
      this.#read();
      this.dispatchEvent(new CustomEvent("change"));
    });
  }

  /** Goes to a place. */
  goTo(place) {
    this.#push(Object.keys(PLACES).find((path) => PLACES[path] === place), this.filter, false);
  }

  /**
   * Changes some parts of the filter, at the inbox.
   *
   * @param replace whether the browser's back button leaves this step out
   */
  change(parts, { replace = false } = {}) {
    this.#push("/", filter({ ...this.filter, ...parts }), replace);
  }

  #push(path, next, replace) {
    const target = path + (path === "/" ? toSearch(next) : "");
    if (target !== location.pathname + location.search) {
      history[replace ? "replaceState" : "pushState"](null, "", target);
    }
    this.place = PLACES[path];
    this.filter = next;
    this.dispatchEvent(new CustomEvent("change"));
  }

  #read() {
    this.place = PLACES[location.pathname] ?? "inbox";
    this.filter = this.place === "inbox" ? fromSearch(location.search) : this.filter ?? fromSearch("");
  }
}
