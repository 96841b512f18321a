/**
 * Reads server-sent events with `fetch` (source of the format: WHATWG HTML, section 9.2).
 *
 * Not `EventSource`: that one hides the comments which tell that a silent stream lives, the id that a stream begins with, and the status
 * that it was refused with; and it gives up after some failures.
 */

/** Longest that an unfinished block may be, in characters: a stream that never ends one is broken. */
const BLOCK_LENGTH_MAX = 1_000_000;

/**
 * The blocks of a stream as they come: {id, event, data}, where what a block does not say is undefined. Comments come as blocks too,
 * with nothing in them: they are a sign of life.
 */
export async function* blocks(body) {
  let rest = "";
  for await (const chunk of chunks(body.pipeThrough(new TextDecoderStream()))) {
    const lines = (rest + chunk).split(/\r\n|\n|\r/);
    rest = lines.pop();
    let block = {};
    let begun = [];
    for (const line of lines) {
      if (line === "") {
        yield block;
        block = {};
        begun = [];
      } else {
        begun.push(line);
        take(block, line);
      }
    }
    rest = [...begun, rest].join("\n"); // a block that has not ended is read anew with what follows
    if (rest.length > BLOCK_LENGTH_MAX) {
      throw new Error("a block of the event stream does not end");
    }
  }
}

function take(block, line) {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  switch (field) {
    case "id":
    case "event":
      block[field] = value;
      break;
    case "data":
      block.data = block.data === undefined ? value : `${block.data}\n${value}`;
      break;
    default: // a comment, or a field that this page does not know
  }
}

/** Not every browser can iterate over a stream. */
async function* chunks(stream) {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield read.value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
