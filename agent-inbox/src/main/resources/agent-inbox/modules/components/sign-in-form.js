import { LitElement, css, html } from "lit";
import { session } from "../session.js";
import { t } from "../texts.js";
import { shared } from "./shared-styles.js";

/**
 * Signs in. With `.expired`, the agent whose session has ended, it asks for her password, so that the page goes on where it was.
 */
class SignInForm extends LitElement {
  static properties = {
    expired: { attribute: false },
    _busy: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, css`
    :host {
      display: block;
    }

    form {
      display: grid;
      gap: var(--space-4);
    }

    .mark {
      width: 2.5rem;
      height: 2.5rem;
    }
  `];

  firstUpdated() {
    this.renderRoot.querySelector(this.expired ? "#password" : "#username").focus();
  }

  render() {
    return html`
      <form @submit=${this.#submit} aria-labelledby="heading">
        <img class="mark" src="/icons/baton.svg" alt="">
        <h1 id="heading">${t("signIn.heading")}</h1>
        ${this.expired ? html`<p class="soft">${t("signIn.expired")}</p>` : ""}
        <label class="field">${t("signIn.username")}
          <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="128"
            .value=${this.expired?.id ?? ""}>
        </label>
        <label class="field">${t("signIn.password")}
          <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000">
        </label>
        <div role="alert">${this._problem ? html`<p class="problem">${this._problem}</p>` : ""}</div>
        <button class="primary" ?disabled=${this._busy}>${t(this._busy ? "signIn.busy" : "signIn.button")}</button>
      </form>`;
  }

  async #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    this._busy = true;
    this._problem = "";
    try {
      await session.signIn(form.get("username").trim(), form.get("password"));
    } catch (problem) {
      this._problem = explain(problem);
      const password = this.renderRoot.querySelector("#password");
      password.focus();
      password.select();
    } finally {
      this._busy = false;
    }
  }
}

function explain(problem) {
  switch (problem.status) {
    case 401: return t("signIn.wrong");
    case 403: return problem.type === "forbidden" ? t("signIn.notAnAgent") : problem.text;
    case 429: return t("signIn.tooMany", { n: problem.retryAfter ?? 1 });
    default: return problem.text ?? String(problem);
  }
}

customElements.define("sign-in-form", SignInForm);
