/**
 * A reactive controller that renders its host whenever a model in one of its properties dispatches `change`:
 * `#follow = new Follow(this, "inbox", "address");`
 */
export class Follow {
  #host;
  #properties;
  #followed = new Map();
  #render;

  constructor(host, ...properties) {
    this.#host = host;
    this.#properties = properties;
    this.#render = () => host.requestUpdate();
    host.addController(this);
  }

  hostConnected() {
    this.#host.requestUpdate(); // what changed while it was not in the page
  }

  hostUpdate() {
    for (const property of this.#properties) {
      const model = this.#host[property];
      const before = this.#followed.get(property);
      if (model !== before) {
        before?.removeEventListener("change", this.#render);
        model?.addEventListener("change", this.#render);
        this.#followed.set(property, model);
      }
    }
  }

  hostDisconnected() {
    for (const model of this.#followed.values()) {
      model?.removeEventListener("change", this.#render);
    }
    this.#followed.clear();
  }
}
