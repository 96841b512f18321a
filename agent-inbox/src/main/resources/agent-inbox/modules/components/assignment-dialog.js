import { LitElement, css, html, nothing } from "lit";
import { number, t } from "../texts.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";

/**
 * Chooses whose conversations are listed. `show(assignment)` opens it with these ticked; `apply` is dispatched with the new ones.
 */
class AssignmentDialog extends LitElement {
  static properties = {
    directory: { attribute: false },
    counts: { attribute: false },
    _ticked: { state: true },
  };

  static styles = [shared, css`
    form {
      display: grid;
      gap: var(--space-4);
    }

    .choices {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
    }

    label {
      min-width: 0;
    }

    .name {
      flex: 1;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .actions .cancel {
      margin-inline-start: auto;
    }
  `];

  #watch = new Watch(this, () => [this.directory]);

  constructor() {
    super();
    this._ticked = new Set();
  }

  /** Opens. */
  show(assignment) {
    this._ticked = new Set(assignment);
    this.directory.refresh();
    this.#dialog.showModal();
  }

  render() {
    // One who is inactive may still own some, and may be in an address that was kept.
    const agents = this.directory.agents.filter(({ id, active }) =>
      active || this._ticked.has(`agent:${id}`) || this.counts?.byAgent[id] > 0);
    return html`
      <dialog aria-labelledby="heading" @click=${this.#clicked}>
        <form method="dialog" @submit=${this.#apply}>
          <h2 id="heading">${t("assignment.heading")}</h2>
          <div class="choices">
            ${this.#choice("unassigned", t("unassigned"), this.counts?.unassigned)}
            ${this.#choice("me", t("assignment.me"), this.counts?.mine)}
            ${this.#choice("others", t("assignment.others"), this.counts?.others)}
          </div>
          <fieldset>
            <legend>${t("assignment.agents")}</legend>
            <div class="choices">${agents.map(({ id, name, active }) =>
              this.#choice(`agent:${id}`, active ? name : t("assignment.inactive", { name }), this.counts?.byAgent[id]))}</div>
          </fieldset>
          ${this.directory.groups.length === 0 ? nothing : html`
            <fieldset>
              <legend>${t("assignment.groups")}</legend>
              <div class="choices">${this.directory.groups.map(({ id, name }) =>
                this.#choice(`group:${id}`, name, this.counts?.byGroup[id]))}</div>
            </fieldset>`}
          <div class="actions">
            <button type="button" class="plain" @click=${() => { this._ticked = new Set(); }}>${t("assignment.clear")}</button>
            <button type="button" class="cancel" @click=${() => this.#dialog.close()}>${t("cancel")}</button>
            <button class="primary">${t("assignment.apply")}</button>
          </div>
        </form>
      </dialog>`;
  }

  get #dialog() {
    return this.renderRoot.querySelector("dialog");
  }

  #choice(value, name, count) {
    return html`
      <label class="choice">
        <input type="checkbox" .checked=${this._ticked.has(value)} @change=${(event) => this.#tick(value, event.target.checked)}>
        <span class="name">${name}</span>
        ${count === undefined ? nothing : html`<span class="soft" aria-hidden="true">${number(count)}</span>`}
      </label>`;
  }

  #tick(value, ticked) {
    const next = new Set(this._ticked);
    next[ticked ? "add" : "delete"](value);
    this._ticked = next;
  }

  #apply() {
    this.dispatchEvent(new CustomEvent("apply", { detail: [...this._ticked] }));
  }

  /** A click beside it closes it. */
  #clicked(event) {
    if (event.target === event.currentTarget) {
      this.#dialog.close();
    }
  }
}

customElements.define("assignment-dialog", AssignmentDialog);
