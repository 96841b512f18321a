import { css, html, nothing } from "lit";

/**
 * A field of a form: its label, its control, what is wrong with it and what it is for, tied together for screen readers.
 *
 * @param control makes the control from {id, invalid, describedBy}, which it puts into `id`, `aria-invalid` and `aria-describedby`
 * @param refused what is wrong, or undefined
 * @param hint    what it is for, or undefined
 */
export function formField({ id, label, control, refused, hint }) {
  const describedBy = [refused && `${id}-refused`, hint && `${id}-hint`].filter(Boolean).join(" ") || nothing;
  return html`
    <div class="form-field">
      <label for=${id}>${label}</label>
      ${control({ id, invalid: refused ? "true" : nothing, describedBy })}
      ${refused ? html`<p id="${id}-refused" class="refused">${refused}</p>` : nothing}
      ${hint ? html`<p id="${id}-hint" class="soft">${hint}</p>` : nothing}
    </div>`;
}

/** How supervisors' pages look: a section with a table, and dialogs with forms. */
export const pageStyles = css`
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
`;
