/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2) out of pieces of text, wherever they were cut. An EventSource
 * would do the same, but cannot send the visitor's token in a header, and in an address it would end up in logs.
 */
export class EventParser {
  #rest = '';
  #afterReturn = false;
  #data = [];
  #type = '';
  #id = '';

  /** Takes a piece; returns the events that it completes, as {id, type, data}. */
  push(piece) {
    const events = [];
    // A line ends with \n, \r or \r\n, and the piece may end between the two.
    const text = this.#afterReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') this.#afterReturn = piece.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop();
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return null; // what begins with a colon is a comment, and other fields are nobody's
  }

  #dispatch() {
    const event = this.#data.length === 0 ? null : { id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') };
    this.#data = [];
    this.#type = '';
    return event;
  }
}
