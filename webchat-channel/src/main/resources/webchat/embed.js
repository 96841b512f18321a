/**
 * Puts the chat on any page: <script src="https://chat.example/webchat/embed.js" async></script>
 *
 * A button in the corner, and a frame that it opens. Everything is inside a shadow root, styled by a constructed style sheet, so the page's own
 * styles do not reach in, and a content security policy has to allow this origin in script-src and frame-src and nothing else. The frame is
 * loaded when it is opened for the first time. One global: batonWebchat, with open() and close().
 */
(() => {
  'use strict';

  const script = document.currentScript;
  if (window.batonWebchat || !script?.src) return;

  const page = new URL('../webchat', script.src);
  // Every word outside the frame. Those inside are in texts.js, which would be one more file for each page that the chat is on.
  const texts = { open: 'Open chat', close: 'Close chat', chat: 'Chat' };
  const style = `
    :host { all: initial; color-scheme: light dark; }
    .launcher {
      position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
      display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
      background: #1d5d8c; color: #fff; cursor: pointer; box-shadow: 0 2px 6px rgb(20 35 50 / 25%), 0 8px 24px rgb(20 35 50 / 20%);
    }
    .launcher:hover { background: #154a70; }
    .launcher:focus-visible { outline: 3px solid #fff; outline-offset: -6px; box-shadow: 0 0 0 3px #0b6bcb; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .badge {
      position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px;
      background: #b3261e; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center;
    }
    .panel {
      position: fixed; inset-block-end: 88px; inset-inline-end: 20px; z-index: 2147483000;
      width: min(380px, calc(100vw - 40px)); height: min(640px, calc(100dvh - 108px));
      border-radius: 16px; overflow: hidden; background: Canvas;
      box-shadow: 0 0 0 1px rgb(20 35 50 / 8%), 0 4px 12px rgb(20 35 50 / 15%), 0 16px 48px rgb(20 35 50 / 25%);
    }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    [hidden] { display: none; }
    @media (max-width: 480px) {
      .panel { inset: 0; width: auto; height: auto; border-radius: 0; }
      .panel:not([hidden]) ~ .launcher { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: appear 150ms ease-out; }
      @keyframes appear { from { opacity: 0; transform: translateY(8px); } }
    }
    @media print { :host { display: none; } }
  `;

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];

  const panel = make('div', { class: 'panel', role: 'dialog', 'aria-label': texts.chat, id: 'panel' });
  const launcher = make('button', { class: 'launcher', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'panel' });
  const badge = make('span', { class: 'badge', 'aria-hidden': 'true' });
  const chat = icon('M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z');
  const cross = icon('M6 6l12 12M18 6L6 18');
  let frame = null;
  let ready = false;
  let isOpen = false;
  let unread = '';

  panel.hidden = true;
  badge.hidden = true;
  launcher.append(chat, cross, badge);
  root.append(panel, launcher);
  show();

  function show() {
    launcher.setAttribute('aria-expanded', String(isOpen));
    launcher.setAttribute('aria-label', isOpen ? texts.close : unread ? `${texts.open}, ${unread}` : texts.open);
    chat.toggleAttribute('hidden', isOpen);
    cross.toggleAttribute('hidden', !isOpen);
    badge.hidden = isOpen || !unread;
    panel.hidden = !isOpen;
  }

  function open() {
    if (isOpen) return;
    if (!frame) {
      frame = make('iframe', { title: texts.chat, src: page.href });
      panel.append(frame);
    }
    isOpen = true;
    show();
    frame.focus();
    tell('shown');
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    show();
    tell('hidden');
    launcher.focus();
  }

  function tell(type) {
    if (ready) frame.contentWindow.postMessage({ to: 'baton-webchat', type }, page.origin);
  }

  launcher.addEventListener('click', () => (isOpen ? close() : open()));
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  window.addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== page.origin || data?.from !== 'baton-webchat') return;
    if (data.type === 'ready') {
      ready = true;
      tell(isOpen ? 'shown' : 'hidden');
    } else if (data.type === 'close') {
      close();
    } else if (data.type === 'unread') {
      unread = String(data.words);
      badge.textContent = String(data.count);
      show();
    }
  });

  window.batonWebchat = Object.freeze({ open, close });
  if (document.body) document.body.append(host);
  else document.addEventListener('DOMContentLoaded', () => document.body.append(host));

  function make(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function icon(path) {
    const namespace = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(namespace, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS(namespace, 'path');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  }
})();
