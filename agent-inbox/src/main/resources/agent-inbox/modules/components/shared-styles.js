/**
 * How controls look, for the shadow root of every component: `static styles = [shared, css`…`]`. Only by element and a few classes:
 *
 * - `button` is quiet, `button.primary` is the one that one most likely wants, `button.plain` has no edge, `button.icon` is square;
 * - `input`, `select`, `textarea` with a `label.field` around them;
 * - `.soft` is less important text, `.problem` says what went wrong, `.visually-hidden` is for screen readers only;
 * - `dialog` is modal: `showModal()`.
 */
import { css } from "lit";

export const shared = css`
  :host {
    box-sizing: border-box;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  h1, h2, h3 {
    margin: 0;
    font-size: var(--text-large);
    font-weight: 650;
    line-height: 1.3;
  }

  h3 {
    font-size: var(--text);
  }

  p {
    margin: 0;
  }

  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--target);
    min-width: var(--target);
    padding: 0 var(--space-3);
    border: 1px solid var(--edge-control);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    cursor: pointer;
    transition: background-color var(--quick);
  }

  button:hover:not(:disabled, [aria-disabled="true"]) {
    background: var(--surface-hover);
  }

  button:disabled,
  button[aria-disabled="true"] {
    color: var(--ink-soft);
    border-color: var(--edge);
    cursor: default;
  }

  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-ink);
    font-weight: 600;
  }

  button.primary:hover:not(:disabled, [aria-disabled="true"]) {
    border-color: var(--accent-hover);
    background: var(--accent-hover);
  }

  button.primary:disabled,
  button.primary[aria-disabled="true"] {
    border-color: var(--edge);
    background: var(--surface-hover);
    color: var(--ink-soft);
  }

  button.plain {
    border-color: transparent;
    background: transparent;
  }

  button.icon {
    padding: 0;
    width: var(--target);
  }

  button svg {
    width: 1.125rem;
    height: 1.125rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  label.field {
    display: grid;
    gap: var(--space-1);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }

  input:not([type="checkbox"], [type="radio"]),
  select,
  textarea {
    min-height: var(--target);
    width: 100%;
    padding: var(--space-1) var(--space-2);
    border: 1px solid var(--edge-control);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-size: max(1rem, var(--text));
  }

  input[type="checkbox"],
  input[type="radio"] {
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--accent);
  }

  label.choice {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--target);
    padding: 0 var(--space-2);
    border-radius: var(--radius-small);
    cursor: pointer;
  }

  label.choice:hover {
    background: var(--surface-hover);
  }

  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }

  legend {
    padding: 0;
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink-soft);
  }

  a {
    color: var(--accent);
  }

  dialog {
    width: min(28rem, calc(100vw - 2 * var(--space-4)));
    max-height: calc(100dvh - 2 * var(--space-5));
    padding: var(--space-5);
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--surface-raised);
    color: var(--ink);
    box-shadow: var(--shadow);
    overflow: auto;
  }

  dialog::backdrop {
    background: var(--backdrop, rgb(12 16 26 / 45%)); /* tokens do not reach here in every browser */
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--space-2);
  }

  .soft {
    color: var(--ink-soft);
    font-size: var(--text-small);
  }

  .problem {
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-small);
    background: var(--danger-surface);
    color: var(--danger);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
