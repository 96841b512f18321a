import { html, nothing } from "lit";

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
