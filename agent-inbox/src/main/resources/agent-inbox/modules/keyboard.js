/**
 * The keys that work all over the page, and the commands that they are. None of them works while one types, with a modifier, or in a
 * dialog; `g` begins a sequence of two keys. Those of a character can be switched off, since whoever speaks to her computer sets them off
 * without wanting to (WCAG 2.2, 2.1.4).
 */
import { browserStorage } from "./models/drafts.js";

const OFF = "baton-shortcuts-off";
const COMMANDS = {
  j: "next", k: "previous", Enter: "open", ".": "show-arrivals",
  r: "reply", a: "assign", u: "unassign", e: "complete", Escape: "back",
  "/": "filter", "?": "help",
  "g m": "tab-mine", "g u": "tab-unassigned", "g a": "tab-all", "g c": "tab-completed",
};
const SEQUENCE_WITHIN_MS = 1_500;

/** For the help dialog: commands in the order in which one meets them, each with its keys. */
export const SHORTCUTS = [
  { command: "next", keys: ["j"] },
  { command: "previous", keys: ["k"] },
  { command: "open", keys: ["Enter"] },
  { command: "show-arrivals", keys: ["."] },
  { command: "reply", keys: ["r"] },
  { command: "send", keys: ["Ctrl", "Enter"] },
  { command: "assign", keys: ["a"] },
  { command: "unassign", keys: ["u"] },
  { command: "complete", keys: ["e"] },
  { command: "filter", keys: ["/"] },
  { command: "tab-mine", keys: ["g", "m"] },
  { command: "tab-unassigned", keys: ["g", "u"] },
  { command: "tab-all", keys: ["g", "a"] },
  { command: "tab-completed", keys: ["g", "c"] },
  { command: "help", keys: ["?"] },
  { command: "back", keys: ["Esc"] },
];

/** Whether the keys of characters are commands, in this browser. */
export const characterKeys = {
  get on() {
    return browserStorage()?.getItem(OFF) !== "true";
  },

  set on(on) {
    try {
      browserStorage()?.setItem(OFF, String(!on));
    } catch {
      // a full storage: they stay as they were, which the switch shows
    }
  },
};

let begun = "";
let begunAt = 0;

/** The command of a `keydown`, or undefined. */
export function commandOf(event) {
  const path = event.composedPath();
  const switchedOff = [...event.key].length === 1 && !characterKeys.on;
  if (switchedOff || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey
    || isTyping(path[0]) || path.some((node) => node instanceof HTMLDialogElement)) {
    begun = "";
    return undefined;
  }
  const sequence = begun && event.timeStamp - begunAt < SEQUENCE_WITHIN_MS ? `${begun} ${event.key}` : event.key;
  begun = event.key === "g" ? "g" : "";
  begunAt = event.timeStamp;
  const command = COMMANDS[sequence];
  // On a control, Enter is the control's own.
  return command === "open" && path[0] instanceof Element && path[0].matches("button, a, summary, [role=option], [role=menuitem]")
    ? undefined : command;
}

function isTyping(node) {
  return node instanceof HTMLElement
    && (node.isContentEditable || node.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"));
}
