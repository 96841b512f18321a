/**
 * The page's words, dates and numbers, in the agent's language and time zone.
 *
 * The language is the first one of the browser's that there is a file for, with the country that the browser says, so that an agent with
 * `en-GB` reads British dates. Every word comes from such a file: a text that is missing in one language is taken from English.
 */
import { en } from "./texts/en.js";

/** The languages that there are: a line and a file each. */
const LANGUAGES = {
  en: async () => en,
};

const tag = navigator.languages.find((language) => language.split("-")[0] in LANGUAGES) ?? "en";
const texts = await LANGUAGES[tag.split("-")[0]]();

const plurals = new Intl.PluralRules(tag);
const numbers = new Intl.NumberFormat(tag);
const lists = new Intl.ListFormat(tag, { type: "conjunction" });
const dates = new Intl.DateTimeFormat(tag, { weekday: "long", year: "numeric", month: "long", day: "numeric" });
const days = new Intl.DateTimeFormat(tag, { month: "short", day: "numeric" });
const daysOfYears = new Intl.DateTimeFormat(tag, { year: "numeric", month: "short", day: "numeric" });
const times = new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" });
const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
const collator = new Intl.Collator(tag, { sensitivity: "base", numeric: true });

const SECOND = 1_000;
const UNITS = [["day", 86_400 * SECOND], ["hour", 3_600 * SECOND], ["minute", 60 * SECOND]];
const spans = new Map(UNITS.map(([unit]) => [unit, new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "short" })]));

document.documentElement.lang = tag;

/** The text of a key, with its values in it. Numbers are written as the language writes them. */
export function t(key, values = {}) {
  const text = texts[key] ?? en[key];
  if (text === undefined) {
    throw new Error(`there is no text ${key}`);
  }
  const form = typeof text === "string" ? text : text[plurals.select(values.n)] ?? text.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name] ?? ""));
}

/** Whether there is a text with this key. */
export function hasText(key) {
  return key in texts || key in en;
}

/** Day of the week, date and time: "Sunday, November 22, 2026, 10:15". */
export function dateTime(iso) {
  const at = new Date(iso);
  return t("dateTime", { date: dates.format(at), time: times.format(at) });
}

/** Day of the week and date: "Sunday, November 22, 2026". */
export function day(iso) {
  return dates.format(new Date(iso));
}

/** The time of the day. */
export function time(iso) {
  return times.format(new Date(iso));
}

/** Short, for lists: the time if it is today, else the day. */
export function when(iso) {
  const at = new Date(iso);
  const now = new Date();
  if (at.toDateString() === now.toDateString()) {
    return times.format(at);
  }
  return (at.getFullYear() === now.getFullYear() ? days : daysOfYears).format(at);
}

/** How long ago: "5 minutes ago". */
export function ago(iso) {
  const [unit, n] = span(Date.now() - Date.parse(iso));
  return relative.format(-n, unit);
}

/** How long since then: "5 min", "<1 min". */
export function waited(iso) {
  const [unit, n] = span(Date.now() - Date.parse(iso));
  return n === 0 ? t("lessThan", { span: spans.get(unit).format(1) }) : spans.get(unit).format(n);
}

/** A number. */
export function number(n) {
  return numbers.format(n);
}

/** Names in a row: "Ana, Ben, and Chloe". */
export function list(names) {
  return lists.format(names);
}

/** Compares two names as a dictionary would. */
export function compareNames(a, b) {
  return collator.compare(a, b);
}

/** In the largest unit that it fills, whole minutes at least; a clock that runs ahead gives zero. */
function span(milliseconds) {
  const [unit, size] = UNITS.find(([, least]) => milliseconds >= least) ?? UNITS.at(-1);
  return [unit, Math.max(0, Math.floor(milliseconds / size))];
}
