import { EventParser } from './sse.js';

const ANSWER_WITHIN_MS = 20_000;
/** The server says something every 15 s; who hears nothing for longer than two of those has lost the connection. */
const SILENT_MAX_MS = 40_000;

/** What went wrong, as far as one can know: `status` is 0 where no answer came. */
export class Problem extends Error {
  constructor(status, type, detail, retryAfterSeconds = 0) {
    super(detail);
    this.status = status;
    this.type = type;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same request may well succeed later. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get sessionOver() {
    return this.status === 401;
  }
}

/** The visitor's interface of webchat-channel. Every call has a deadline. */
export const channel = {
  /** Begins a session: {token, conversationId, visitorId, expiresAt}. */
  async begin(name) {
    return (await post('session', null, name ? { name } : {})).json();
  },

  /** Sends a message; returns when the log has it. The same messageId again has no second effect. */
  async send(token, messageId, text) {
    await post('messages', token, { messageId, text });
  },

  /**
   * Yields {id, type, data} for each reply behind the last one, and null for each other sign of life; ends when the server ends it. Ending
   * the iteration closes the connection.
   */
  async *replies(token, lastReplyId, signal) {
    const silent = new AbortController();
    let timer = setTimeout(() => silent.abort(), SILENT_MAX_MS);
    try {
      const headers = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' };
      if (lastReplyId) headers['Last-Event-ID'] = lastReplyId;
      const response = await request('stream', { headers, cache: 'no-store', signal: AbortSignal.any([signal, silent.signal]) });
      const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await pieces.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), SILENT_MAX_MS);
        yield null;
        yield* parser.push(value);
      }
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0, 'unreachable', String(error));
    } finally {
      clearTimeout(timer);
      silent.abort();
    }
  },
};

function post(path, token, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  return request(path, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(`/webchat/${path}`, { ...options, credentials: 'omit', redirect: 'error' });
  } catch (error) {
    throw new Problem(0, 'unreachable', String(error));
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const type = String(problem.type ?? '').replace('urn:baton:problem:', '');
  throw new Problem(response.status, type, String(problem.detail ?? ''), Number(response.headers.get('Retry-After')) || 0);
}
