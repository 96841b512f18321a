import { LitElement, css, html, nothing } from "lit";
import { refusedFields, refusedId, refusedName } from "../models/field-rules.js";
import { t } from "../texts.js";
import { Watch } from "./watch.js";
import { formField } from "./form-field.js";
import { shared } from "./shared-styles.js";

/**
 * A page for supervisors of what the directory has of one kind: a table, a dialog with a form for one of them, and one that asks before
 * something is done. What is refused is said at the field, whether this page or the server refuses it.
 *
 * Each page says what is its own:
 * - `entries`: those that there are.
 * - `table()`: them, with a button for each that calls `edit`.
 * - `fields(edited)`: those of the form that come after name and id.
 * - `submitted({id, name}, form, edited)`: saves that and its own fields of the form, then calls `saved`; or calls `ask` first.
 * - `confirmation(asked)`: what the other dialog asks, {heading, what, action, act}: `act` does what the button `action` says.
 */
export class DirectoryPage extends LitElement {
  static properties = {
    me: { attribute: false },
    directory: { attribute: false },
    /** The one in the form; one without an id is new. */
    _edited: { state: true },
    /** What is to be done once she has confirmed. */
    _asked: { state: true },
    /** What was refused, by field; under "" what is about none. */
    _refused: { state: true },
    _busy: { state: true },
    _said: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: block;
    }

    section {
      max-width: 56rem;
      margin: var(--space-5) auto;
      padding: var(--space-4) var(--space-5) var(--space-5);
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface);
    }

    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
    }

    .said {
      min-height: 1.5rem;
      color: var(--good);
    }

    table {
      width: 100%;
      border-collapse: collapse;
    }

    th,
    td {
      padding: var(--space-2);
      border-block-start: 1px solid var(--edge);
      text-align: start;
      font-weight: inherit;
    }

    tbody th,
    td.wide {
      overflow-wrap: anywhere;
    }

    thead th,
    thead td {
      border: 0;
      color: var(--ink-soft);
      font-size: var(--text-small);
      font-weight: 600;
    }

    th:first-child,
    td:first-child {
      padding-inline-start: 0;
    }

    td.do {
      width: 0;
      padding-inline-end: 0;
      text-align: end;
      white-space: nowrap;
    }

    form {
      display: grid;
      gap: var(--space-4);
    }

    .form-field {
      display: grid;
      gap: var(--space-1);
    }

    .form-field > label {
      color: var(--ink-soft);
      font-size: var(--text-small);
      font-weight: 600;
    }

    .form-field > label.choice {
      margin-inline-start: calc(-1 * var(--space-2));
      color: var(--ink);
      font-size: inherit;
      font-weight: inherit;
    }

    [aria-invalid="true"] {
      border-color: var(--danger) !important;
    }

    .refused {
      color: var(--danger);
      font-size: var(--text-small);
    }

    dialog h2 {
      margin-block-end: var(--space-2);
      overflow-wrap: anywhere;
    }

    form h2 {
      margin: 0;
    }

    dialog p + p {
      margin-block-start: var(--space-3);
    }

    dialog .form-field p + p {
      margin-block-start: 0;
    }

    dialog > .actions {
      margin-block-start: var(--space-5);
    }

    button.danger {
      border-color: var(--danger);
      background: var(--danger);
      color: var(--surface);
      font-weight: 600;
    }

    button.danger:hover:not(:disabled, [aria-disabled="true"]) {
      border-color: var(--danger);
      background: var(--surface);
      color: var(--danger);
    }

    button.danger:disabled {
      background: var(--surface-hover);
    }

    @media (max-width: 719px) {
      section {
        margin: 0;
        border: 0;
        border-radius: 0;
        padding: var(--space-4);
      }

      .wide {
        display: none;
      }
    }
  `];

  #page;
  #fields;
  #blank;
  #watch = new Watch(this, () => [this.directory]);

  /**
   * @param page   whose texts are shown: `<page>.heading`, and so on
   * @param fields what the server may refuse
   * @param blank  what the form has for a new one
   */
  constructor({ page, fields, blank }) {
    super();
    this.#page = page;
    this.#fields = fields;
    this.#blank = blank;
    this._edited = null;
    this._asked = null;
    this._refused = {};
    this._busy = false;
    this._said = "";
    this._problem = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  render() {
    if (this.me.role !== "supervisor") {
      return html`<section><h2>${this.#text("heading")}</h2><p>${this.#text("supervisorsOnly")}</p></section>`;
    }
    return html`
      <section>
        <div class="head">
          <h2>${this.#text("heading")}</h2>
          <button class="primary" ?disabled=${!this.directory.loaded} @click=${() => this.edit(this.#blank)}>${this.#text("add")}</button>
        </div>
        <p role="status" class="said">${this._said}</p>
        ${this._problem ? html`<div class="problem" role="alert"><p>${this._problem.text}</p>
          <div class="actions"><button @click=${this.load}>${t("tryAgain")}</button></div></div>` : nothing}
        ${this.directory.loaded ? this.table() : html`<p class="soft" aria-busy="true">${t("app.loading")}</p>`}
      </section>
      <dialog id="form" aria-labelledby="form-heading" @close=${this.#formClosed}>${this._edited ? this.#form(this._edited) : nothing}</dialog>
      <dialog id="confirm" aria-labelledby="confirm-heading" @close=${() => { this._asked = null; }}>
        ${this._asked ? this.#question(this.confirmation(this._asked)) : nothing}</dialog>`;
  }

  #form(edited) {
    const refused = this._refused;
    return html`
      <form novalidate @submit=${this.#submit}>
        <h2 id="form-heading">${edited.id ? t("edit.label", edited) : this.#text("add")}</h2>
        ${refused[""] ? html`<p class="problem" role="alert">${refused[""]}</p>` : nothing}
        ${formField({
          id: "name", label: t("field.name"), refused: refused.name,
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="name" autocomplete="off" .defaultValue=${edited.name}
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        ${edited.id ? nothing : formField({
          id: "id", label: t("field.id"), refused: refused.id, hint: this.#text("idHint"),
          control: ({ id, invalid, describedBy }) => html`<input id=${id} name="id" autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-invalid=${invalid} aria-describedby=${describedBy}>`,
        })}
        ${this.fields(edited)}
        <div class="actions">
          <button type="button" @click=${() => this.dialog("form").close()}>${t("cancel")}</button>
          <button class="primary" ?disabled=${this._busy}>${t("save")}</button>
        </div>
      </form>`;
  }

  #question({ heading, what, action, act }) {
    return html`
      <h2 id="confirm-heading">${heading}</h2>
      ${what}
      <div class="actions">
        <button @click=${() => this.dialog("confirm").close()} autofocus>${t("cancel")}</button>
        <button class="danger" ?disabled=${this._busy} @click=${act}>${action}</button>
      </div>`;
  }

  /** Reads the directory; that it cannot be read is said. */
  async load() {
    this._problem = null;
    try {
      await this.directory.load();
    } catch (problem) {
      this._problem = problem;
    }
    this.requestUpdate();
  }

  /** Opens the form. */
  async edit(entry) {
    this._edited = entry;
    this._refused = {};
    this._said = "";
    await this.updateComplete;
    this.dialog("form").showModal();
  }

  /** Opens the dialog that asks; `confirmation` is given what is asked. */
  async ask(asked) {
    this._asked = asked;
    await this.updateComplete;
    this.dialog("confirm").showModal();
  }

  /** Does what the server may refuse; what it refuses is said in the form. */
  async attempt(act) {
    this._busy = true;
    try {
      await act();
    } catch (problem) {
      await this.#refuse(refusedFields(problem, this.#fields, this.#page));
    } finally {
      this._busy = false;
    }
  }

  /** Closes the form, and says that this one was saved. */
  saved({ name }) {
    this.dialog("form").close();
    this._said = t("saved", { name });
  }

  /** One of the two: "form" or "confirm". */
  dialog(id) {
    return this.renderRoot.querySelector(`#${id}`);
  }

  #submit(event) {
    event.preventDefault();
    if (this._busy) {
      return;
    }
    const form = new FormData(event.target);
    const edited = this._edited;
    const id = edited.id ?? form.get("id").trim();
    const name = form.get("name").trim();
    this.attempt(async () => {
      if (!edited.id) {
        await this.directory.load(); // somebody else may have added the same one
      }
      const refused = { name: refusedName(name), id: refusedId(id) };
      const taken = edited.id || refused.id ? undefined : this.entries.find((entry) => entry.id === id);
      if (taken) {
        refused.id = this.#text("idTaken", { name: taken.name });
      }
      if (refused.name || refused.id) {
        await this.#refuse(refused);
      } else {
        await this.submitted({ id, name }, form, edited);
      }
    });
  }

  async #refuse(refused) {
    this._refused = refused;
    await this.updateComplete;
    this.renderRoot.querySelector("#form [aria-invalid=true]")?.focus();
  }

  #formClosed() {
    this._edited = null;
    this._refused = {};
  }

  #text(key, values) {
    return t(`${this.#page}.${key}`, values);
  }
}
