/**
 * Baton's HTTP interface. The session's cookie goes along by itself.
 *
 * Every request has a deadline. What goes wrong is a `Problem`, whatever went wrong; only a caller's own `signal` makes an `AbortError`.
 */
import { hasText, t } from "./texts.js";

const ANSWER_WITHIN_MS = 15_000;
/** Repeats of one request, and how long they may take together. */
const REPEATS_MAX = 5;
const REPEATS_WITHIN_MS = 20_000;
const REPEAT_AFTER_MS = 300;
const REPEAT_AFTER_MAX_MS = 5_000;

/** Why something was not done: a problem of RFC 9457, or of type `offline` where no answer came. */
export class Problem extends Error {
  /**
   * @param type       the last part of the problem's URN, such as `not-owner`
   * @param body       the whole problem, with its further members, such as `owner`
   * @param retryAfter seconds after which it may be tried again, or null
   */
  constructor({ status = 0, type, title = "", detail = "", body = {}, retryAfter = null }) {
    super(detail || title || type);
    this.name = "Problem";
    Object.assign(this, { status, type, title, detail, body, retryAfter });
  }

  /** What to tell the agent. */
  get text() {
    if (hasText(`problem.${this.type}`)) {
      return t(`problem.${this.type}`);
    }
    return this.detail || this.title || t("problem.unexpected", { status: this.status });
  }
}

/** Says `unauthorized`, with {begunAt} of the request by `performance.now()`, and `forbidden` whenever an answer under /api does. */
class Api extends EventTarget {
  /** Reads. Asks again where the server says that it cannot answer yet. */
  get(path, { signal } = {}) {
    return this.#repeat(["unavailable", "overloaded"], signal, () => this.#request("GET", path, { signal }));
  }

  /**
   * Changes something, at most once: every repeat has the same key.
   *
   * @param key    the command id; one is made unless given
   * @param match  the version that the agent saw, for `If-Match`
   * @param repeat whether to send it again where the outcome is not known
   */
  send(method, path, body, { key = newId(), match, signal, repeat = true } = {}) {
    const headers = { "Idempotency-Key": key };
    if (match !== undefined) {
      headers["If-Match"] = `"${match}"`;
    }
    const types = repeat ? ["outcome-unknown", "unavailable", "overloaded", "offline"] : [];
    return this.#repeat(types, signal, () => this.#request(method, path, { body, headers, signal }));
  }

  async #repeat(types, signal, attempt) {
    const begun = performance.now();
    for (let repeats = 0; ; repeats++) {
      try {
        return await attempt();
      } catch (problem) {
        const wait = problem.retryAfter === null || problem.retryAfter === undefined
          ? Math.min(REPEAT_AFTER_MAX_MS, REPEAT_AFTER_MS * 2 ** repeats) * (0.5 + Math.random() / 2)
          : problem.retryAfter * 1_000;
        const late = performance.now() - begun + wait > REPEATS_WITHIN_MS;
        if (!(problem instanceof Problem) || !types.includes(problem.type) || repeats >= REPEATS_MAX || late) {
          throw problem;
        }
        await pause(wait, signal);
      }
    }
  }

  async #request(method, path, { body, headers = {}, signal }) {
    const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const begunAt = performance.now();
    let response;
    let text;
    try {
      response = await fetch(path, {
        method,
        headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      text = await response.text();
    } catch (failure) {
      if (signal?.aborted) {
        throw failure;
      }
      throw new Problem({ type: "offline", title: t("problem.offline") });
    }
    const json = parse(text);
    if (response.ok && json !== undefined) {
      return json;
    }
    throw this.problem(response, json ?? {}, path, begunAt);
  }

  /** The problem that an answer is, to a request that began then. */
  problem(response, body, path, begunAt) {
    const type = String(body.type ?? "").split(":").at(-1) || (response.status >= 502 && response.status <= 504 ? "unavailable" : "unexpected");
    const problem = new Problem({
      status: response.status, type, title: body.title, detail: body.detail, body, retryAfter: seconds(response.headers.get("Retry-After")),
    });
    if (problem.status === 401 && path.startsWith("/api/")) {
      this.dispatchEvent(new CustomEvent("unauthorized", { detail: { begunAt } }));
    } else if (problem.type === "forbidden" && path.startsWith("/api/")) {
      this.dispatchEvent(new CustomEvent("forbidden"));
    }
    return problem;
  }
}

/** An id that nobody else has. Not `crypto.randomUUID`: browsers have that for pages that came by https or from this machine only. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Waits, unless the signal ends it. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) {
      stop();
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** A path with its query; what is undefined or null is left out, and a list is repeated. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null) {
        query.append(name, one);
      }
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function parse(text) {
  if (text === "") {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function seconds(header) {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

export const api = new Api();
