import { LitElement, css, html, nothing } from "lit";
import { dateTime, t, time, waited } from "../texts.js";
import { icons } from "./icons.js";
import { shared } from "./shared-styles.js";
import { Watch } from "./watch.js";
import "./agent-chip.js";

/** How often what is said of the time that has passed is said anew. */
const TICK_MS = 20_000;

/** Beside the thread: the visitor, how long she has waited, and through whose hands the conversation has gone. */
class ConversationDetails extends LitElement {
  static properties = {
    conversation: { attribute: false },
    directory: { attribute: false },
    me: { attribute: false },
  };

  static styles = [shared, css`
    aside {
      padding: var(--space-4);
    }

    header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-height: var(--target);
      margin-block-end: var(--space-3);
    }

    .close {
      display: none;
    }

    dl {
      display: grid;
      gap: var(--space-3);
      margin: 0;
    }

    dt,
    .label {
      color: var(--ink-soft);
      font-size: var(--text-small);
      font-weight: 600;
    }

    dd {
      margin: 0;
      overflow-wrap: anywhere;
    }

    dd p,
    .history p {
      color: var(--ink-soft);
      font-size: var(--text-small);
    }

    .history {
      margin-block-start: var(--space-5);
    }

    ol {
      display: grid;
      gap: var(--space-3);
      margin: var(--space-2) 0;
      padding: 0;
      list-style: none;
    }

    @media (max-width: 1099px) {
      .close {
        display: inline-flex;
      }
    }
  `];

  #ticking = 0;

  constructor() {
    super();
    new Watch(this, () => [this.conversation, this.directory]);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#ticking = setInterval(() => this.requestUpdate(), TICK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#ticking);
  }

  render() {
    return html`
      <aside aria-label=${t("details.heading")}>
        <header>
          <h2>${t("details.heading")}</h2>
          <button class="icon plain close" aria-label=${t("details.close")} @click=${this.#close}>${icons.close}</button>
        </header>
        ${this.conversation?.item ? this.#renderConversation(this.conversation) : nothing}
      </aside>`;
  }

  #renderConversation(conversation) {
    const { item, owner } = conversation;
    return html`
      <dl>
        <div><dt>${t("details.visitor")}</dt><dd>${conversation.visitor}${item.visitor.name ? html`<p>${item.visitor.id}</p>` : nothing}</dd></div>
        <div><dt>${t("details.channel")}</dt><dd>${item.channel}</dd></div>
        <div><dt>${t("details.waiting")}</dt><dd>${item.waitingSince
          ? html`${waited(item.waitingSince)}<p>${t("details.since", { when: dateTime(item.waitingSince) })}</p>` : t("details.notWaiting")}</dd></div>
        <div><dt>${t("details.owner")}</dt><dd>
          <agent-chip .agentId=${owner?.id ?? null} .name=${owner?.name ?? ""}></agent-chip>
          ${owner?.since ? html`<p>${t("details.since", { when: dateTime(owner.since) })}</p>` : nothing}</dd></div>
        ${item.status === "completed" ? html`<div><dt>${t("details.status")}</dt><dd>${t("details.completed")}</dd></div>` : nothing}
      </dl>
      ${this.#renderHistory(conversation)}`;
  }

  #renderHistory(conversation) {
    const { owners, hasEarlier } = conversation;
    const handovers = owners.filter(({ agentId }, index) => index > 0 && agentId !== owners[index - 1].agentId).length;
    if (owners.length === 0 && !hasEarlier) {
      return nothing;
    }
    return html`
      <div class="history">
        <h3 class="label">${t("details.history")}</h3>
        <p>${handovers === 0 && !hasEarlier ? t("details.handoversNone")
          : t(hasEarlier ? "details.handoversAtLeast" : "details.handovers", { n: handovers })}</p>
        <ol ?hidden=${owners.length === 1 && owners[0].until === null}>${owners.map((owner) => html`
          <li>
            <agent-chip .agentId=${owner.agentId} .name=${owner.name}></agent-chip>
            <p>${period(owner)}</p>
          </li>`)}
        </ol>
        ${hasEarlier ? html`
          <button ?disabled=${conversation.loadingEarlier} @click=${() => conversation.loadEarlier()}>${t("details.earlier")}</button>` : nothing}
      </div>`;
  }

  #close() {
    this.dispatchEvent(new CustomEvent("toggle-details", { bubbles: true, composed: true }));
  }
}

function period({ since, until }) {
  if (since === null) {
    return t("details.until", { until: dateTime(until) });
  }
  if (until === null) {
    return t("details.since", { when: dateTime(since) });
  }
  const sameDay = new Date(since).toDateString() === new Date(until).toDateString();
  return t("details.period", { since: dateTime(since), until: sameDay ? time(until) : dateTime(until) });
}

customElements.define("conversation-details", ConversationDetails);
