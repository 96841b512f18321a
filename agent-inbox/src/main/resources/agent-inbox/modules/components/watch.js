/** Renders a component again whenever one of its models dispatches `change`. */
export class Watch {
  #host;
  #models;
  #watched = [];
  #changed;

  /**
   * @param models  gives the models that the component has at present; one that is missing is left out
   * @param changed is told of each change, before the component renders
   */
  constructor(host, models, changed = () => {}) {
    this.#host = host;
    this.#models = models;
    this.#changed = (event) => {
      changed(event);
      host.requestUpdate();
    };
    host.addController(this);
  }

  hostConnected() {
    this.#host.requestUpdate(); // what happened while it was not on the page
  }

  hostUpdate() {
    const models = this.#models().filter(Boolean);
    if (models.length !== this.#watched.length || models.some((model, index) => model !== this.#watched[index])) {
      this.hostDisconnected();
      models.forEach((model) => model.addEventListener("change", this.#changed));
      this.#watched = models;
    }
  }

  hostDisconnected() {
    this.#watched.forEach((model) => model.removeEventListener("change", this.#changed));
    this.#watched = [];
  }
}
