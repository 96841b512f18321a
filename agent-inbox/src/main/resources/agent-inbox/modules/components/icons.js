/** The icons, 24 by 24, drawn with the colour of the text around them; what they mean is said beside them or in a label. */
import { svg } from "lit";

const icon = (shape) => svg`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;

export const icons = {
  back: icon(svg`<path d="M15 5l-7 7 7 7"/>`),
  bell: icon(svg`<path d="M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7z"/><path d="M10 20a2 2 0 0 0 4 0"/>`),
  check: icon(svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  down: icon(svg`<path d="M6 9.5l6 6 6-6"/>`),
  filter: icon(svg`<path d="M4 6h16M7 12h10M10 18h4"/>`),
  panel: icon(svg`<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M14.5 5v14"/>`),
  up: icon(svg`<path d="M6 14.5l6-6 6 6"/>`),
};
