import { LitElement, css, html, nothing } from "lit";
import { desktop, sound } from "../alerts.js";
import { t } from "../texts.js";
import { Watch } from "./watch.js";
import { shared } from "./shared-styles.js";

/**
 * The agent's alerts: `show()` opens it. A switch takes effect at once, on every device of hers; whether a browser may show desktop
 * notifications is that browser's own matter, is asked only when she switches them on, and is explained where it may not.
 */
class SettingsDialog extends LitElement {
  static properties = {
    notifications: { attribute: false },
    _said: { state: true },
    _problem: { state: true },
  };

  static styles = [shared, css`
    h2 {
      margin-block-end: var(--space-2);
    }

    .alert {
      padding-block: var(--space-4);
      border-block-end: 1px solid var(--edge);
    }

    .switch {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
    }

    .switch label {
      flex: 1;
      margin-inline-start: calc(-1 * var(--space-2));
      font-weight: 600;
    }

    .soft {
      margin-block-start: var(--space-1);
    }

    .warning,
    .good {
      margin-block-start: var(--space-2);
      padding: var(--space-2) var(--space-3);
      border-radius: var(--radius-small);
      font-size: var(--text-small);
    }

    .warning {
      background: var(--warning-surface);
    }

    .good {
      background: var(--surface-selected);
    }

    .actions {
      margin-block-start: var(--space-5);
    }
  `];

  #watch = new Watch(this, () => [this.notifications, this.sound]);

  constructor() {
    super();
    this.sound = sound;
    this._said = {};
    this._problem = null;
  }

  /** Opens it, with the settings as they are now. */
  show() {
    this._said = {};
    this._problem = null;
    this.renderRoot.querySelector("dialog").showModal();
    this.#try(() => this.notifications.load());
  }

  render() {
    const { settings } = this.notifications;
    return html`
      <dialog aria-labelledby="heading">
        <h2 id="heading">${t("settings.heading")}</h2>
        ${this._problem ? html`<p class="problem" role="alert">${this._problem.text}</p>` : nothing}
        ${this.#alert("desktop", settings?.desktop, desktop.permission === "unsupported", this.#switchDesktop, this.#testDesktop)}
        ${this.#alert("sound", settings?.audio, sound.state === "unsupported", this.#switchSound, this.#testSound)}
        <div class="actions"><button class="primary" @click=${this.#close}>${t("close")}</button></div>
      </dialog>`;
  }

  #alert(name, on, unsupported, change, test) {
    const said = this._said[name] ?? this.#warning(name, on);
    return html`
      <div class="alert">
        <div class="switch">
          <label class="choice"><input type="checkbox" aria-describedby="${name}-what" .checked=${on ?? false}
            ?disabled=${on === undefined || unsupported && !on} @change=${change}> ${t(`settings.${name}`)}</label>
          <button aria-label=${t(`settings.${name}TestLabel`)} ?disabled=${unsupported} @click=${test}>${t("settings.test")}</button>
        </div>
        <p class="soft" id="${name}-what">${t(`settings.${name}What`)}</p>
        <div role="status">${said ? html`<p class=${said.good ? "good" : "warning"}>${t(said.text)}</p>` : nothing}</div>
      </div>`;
  }

  /** Why this browser does not give an alert that is switched on, or cannot. */
  #warning(name, on) {
    if (name === "desktop") {
      const { permission } = desktop;
      return permission === "unsupported" || permission === "denied" && on || permission === "default" && on
        ? { text: `settings.desktop.${permission}` } : null;
    }
    return sound.state === "unsupported" || sound.state === "blocked" && on ? { text: `settings.sound.${sound.state}` } : null;
  }

  #switchDesktop = ({ target }) => this.#switch(target, "desktop", async () => {
    if (target.checked && await desktop.ask() !== "granted") {
      return `settings.desktop.${desktop.permission}`;
    }
    await this.notifications.saveSettings({ desktop: target.checked });
    return null;
  });

  #switchSound = ({ target }) => this.#switch(target, "sound", async () => {
    await this.notifications.saveSettings({ audio: target.checked });
    return null;
  });

  async #switch(box, name, change) {
    this.#say(name, null);
    const refused = await this.#try(change);
    if (refused) {
      this.#say(name, { text: refused });
    }
    const { settings } = this.notifications;
    box.checked = (name === "desktop" ? settings?.desktop : settings?.audio) ?? false; // what she ticked may not have come to be
  }

  #testDesktop = () => {
    if (desktop.permission !== "granted") {
      this.#say("desktop", { text: desktop.permission === "default" ? "settings.desktop.switchOnFirst" : `settings.desktop.${desktop.permission}` });
    } else {
      const shown = this.notifications.testDesktop();
      this.#say("desktop", { good: shown, text: shown ? "settings.desktop.tested" : "settings.desktop.unsupported" });
    }
  };

  #testSound = async () => {
    const heard = await this.notifications.testSound();
    this.#say("sound", { good: heard, text: heard ? "settings.sound.tested" : `settings.sound.${sound.state}` });
  };

  #say(name, said) {
    this._said = { ...this._said, [name]: said };
  }

  async #try(work) {
    this._problem = null;
    try {
      return await work();
    } catch (problem) {
      this._problem = problem;
      return undefined;
    }
  }

  #close() {
    this.renderRoot.querySelector("dialog").close();
  }
}

customElements.define("settings-dialog", SettingsDialog);
