/**
 * The last thing that can be undone: a conversation was completed, or taken from its owner. Undoing brings it back and gives it to whom it
 * belonged, unless somebody else has taken it since. That is no going back in time: it is a change of its own, which the thread shows.
 *
 * The offer stands for `OFFERED_FOR_MS`, and as long as `hold` says so. `change` is dispatched when it changes.
 */
import { t } from "../texts.js";
import { problemText } from "./sentences.js";

const OFFERED_FOR_MS = 8_000;
const FAILURE_SHOWN_FOR_MS = 12_000;

export class Undo extends EventTarget {
  /** What has happened, or null. */
  text = null;

  #outbox;
  #directory;
  #offered = null;
  #left = 0;
  #since = 0;
  #timer = null;
  #held = false;

  constructor({ outbox, directory }) {
    super();
    this.#outbox = outbox;
    this.#directory = directory;
  }

  /** Whether it can be undone at this moment. */
  get possible() {
    return this.#offered !== null;
  }

  /** Offers to undo {kind: "complete" | "unassign", conversationId, previous, version}; what was offered before is over. */
  offer(done) {
    this.#offered = done;
    this.#say(t(done.kind === "complete" ? "undo.completed" : "undo.unassigned"), OFFERED_FOR_MS);
  }

  /** Tells something that cannot be undone. */
  tell(text) {
    this.#offered = null;
    this.#say(text, FAILURE_SHOWN_FOR_MS);
  }

  /** Undoes it. */
  async undo() {
    const done = this.#offered;
    if (!done) {
      return;
    }
    this.drop();
    try {
      if (done.kind === "unassign") {
        await this.#giveBack(done, done.version);
        return;
      }
      const { assignee, version } = await this.#outbox.send(done.conversationId, { kind: "reopen" });
      if (assignee === null && done.previous) {
        await this.#giveBack(done, version);
      } else if (assignee !== null && assignee !== done.previous) {
        this.tell(t("undo.taken", { name: this.#directory.name(assignee) }));
      }
    } catch (problem) {
      this.tell(t("undo.failed", { why: problemText(problem) }));
    }
  }

  #giveBack({ conversationId, previous }, seen) {
    return this.#outbox.send(conversationId, { kind: "assign", agentId: previous, seen });
  }

  /** Takes the offer back. */
  drop() {
    clearTimeout(this.#timer);
    this.#offered = null;
    this.#held = false;
    this.text = null;
    this.#changed();
  }

  /** Whether the time stands still: while the agent is at it. */
  hold(held) {
    if (held === this.#held) {
      return;
    }
    this.#held = held;
    if (held) {
      clearTimeout(this.#timer);
      this.#left -= performance.now() - this.#since;
    } else if (this.text) {
      this.#run();
    }
  }

  #say(text, shownFor) {
    clearTimeout(this.#timer);
    this.text = text;
    this.#left = shownFor;
    if (!this.#held) {
      this.#run();
    }
    this.#changed();
  }

  #run() {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.drop(), Math.max(1_000, this.#left));
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
