import { Conversation } from './conversation.js';
import { Store } from './store.js';
import { texts } from './texts.js';

/** As in event-contract's Limits: characters, not UTF-16 units. */
const TEXT_LENGTH_MAX = 10_000;
const COUNT_FROM = TEXT_LENGTH_MAX - 500;
/** Messages of one side that come within this are shown as one group. */
const GROUP_MS = 3 * 60_000;
const HEIGHT_MAX_PX = 160;

const byId = (id) => document.getElementById(id);
const [log, list, form, text, nameRow, name, send, count, notice, newest, connection, end, close, confirm] = [
  'log', 'entries', 'form', 'text', 'name-row', 'name', 'send', 'count', 'notice', 'newest', 'connection', 'end', 'close', 'confirm',
].map(byId);

const store = new Store();
const conversation = new Conversation(store);
const host = window.parent === window ? null : window.parent;
const shown = new Map(); // entry id → its element
let embedded = false; // whether embed.js is around this page, and answers
let visible = host === null;
let unread = 0;

for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[element.dataset.text];
for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', texts[element.dataset.label]);
text.placeholder = texts.placeholder;

// --- what was said -----------------------------------------------------------------------------------------------------------------

function show() {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const { entries } = conversation;
  const ids = new Set(entries.map((entry) => entry.id));
  for (const [id, element] of shown) {
    if (!ids.has(id)) {
      element.remove();
      shown.delete(id);
    }
  }
  const fresh = [];
  let before = null;
  let place = list.firstElementChild;
  for (const entry of entries) {
    let element = shown.get(entry.id);
    if (!element) {
      element = bubble(entry);
      shown.set(entry.id, element);
      fresh.push(entry);
    }
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
    arrange(element, entry, before);
    before = entry;
  }
  byId('welcome').hidden = entries.length > 0;
  nameRow.hidden = conversation.begun;
  end.hidden = !conversation.begun;
  tell(!store.kept ? texts.notKept : '');
  if (fresh.length === 0) return;
  const replies = fresh.filter((entry) => entry.kind === 'reply').length;
  if (atEnd || fresh.at(-1).kind === 'own') toEnd();
  else if (replies > 0) newest.hidden = false;
  if (replies > 0 && ready) countUnread(replies);
}

function bubble(entry) {
  const element = document.createElement('li');
  element.className = `entry ${entry.kind}`;
  if (entry.kind === 'ended') {
    element.textContent = texts.ended;
    return element;
  }
  const who = node('span', 'unseen', `${entry.kind === 'own' ? texts.you : texts.team}: `);
  const words = node('div', 'words');
  words.dir = 'auto';
  words.append(...(entry.kind === 'reply' ? linked(entry.text) : [entry.text]));
  const time = node('time', 'time', texts.time(entry.at));
  time.dateTime = new Date(entry.at).toISOString();
  const meta = node('div', 'meta');
  meta.append(time);
  if (entry.kind === 'own') meta.append(node('span', 'state'));
  element.append(who, words, meta);
  return element;
}

function arrange(element, entry, before) {
  const newDay = entry.kind !== 'ended' && (!before || new Date(before.at).toDateString() !== new Date(entry.at).toDateString());
  element.dataset.day = newDay ? texts.day(entry.at) : '';
  element.classList.toggle('new-day', newDay);
  element.classList.toggle('joined', !newDay && before?.kind === entry.kind && entry.at - before.at < GROUP_MS);
  const state = element.querySelector('.state');
  if (!state) return;
  const value = entry.state === 'pending' && conversation.held ? 'waiting' : entry.state;
  if (element.dataset.state === value) return;
  element.dataset.state = value;
  state.textContent = value === 'failed' ? `${texts.state.failed} ${texts.failure[entry.reason] ?? texts.failure.other}` : texts.state[value];
  element.querySelector('.choices')?.remove();
  if (value === 'failed') {
    const choices = node('div', 'choices');
    choices.append(button(texts.retry, () => conversation.retry(entry.id)), button(texts.discard, () => {
      const discarded = conversation.discard(entry.id);
      if (text.value === '') setText(discarded); // to be mended rather than written anew
      text.focus();
    }));
    element.append(choices);
  }
}

/** The pieces of a text, web addresses as links. */
function linked(value) {
  return value.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]}'])/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const link = node('a', '', piece);
    link.href = piece;
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
    return link;
  });
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  newest.hidden = true;
}

// --- writing -----------------------------------------------------------------------------------------------------------------------

function setText(value) {
  text.value = value;
  typed();
}

function typed() {
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight, HEIGHT_MAX_PX)}px`;
  const length = text.value.length < COUNT_FROM ? 0 : [...text.value].length;
  const tooLong = length > TEXT_LENGTH_MAX;
  count.hidden = length < COUNT_FROM;
  count.textContent = tooLong ? texts.tooLong(length, TEXT_LENGTH_MAX) : texts.count(length, TEXT_LENGTH_MAX);
  count.classList.toggle('wrong', tooLong);
  text.setAttribute('aria-invalid', String(tooLong));
  send.disabled = tooLong || text.value.trim() === '';
  store.write({ text: text.value, name: name.value }, '-draft');
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (send.disabled) return;
  conversation.write(text.value.trim(), name.value.trim());
  setText('');
  text.focus();
});

text.addEventListener('input', typed);
name.addEventListener('input', typed);
text.addEventListener('keydown', (event) => {
  // On a screen keyboard Enter begins a new line, as everywhere on a phone.
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && !matchMedia('(pointer: coarse)').matches) {
    event.preventDefault();
    form.requestSubmit();
  }
});

log.addEventListener('scroll', () => {
  if (log.scrollHeight - log.scrollTop - log.clientHeight < 60) newest.hidden = true;
});
newest.addEventListener('click', toEnd);
new ResizeObserver(() => {
  if (newest.hidden && document.activeElement === text) toEnd();
}).observe(log);

end.addEventListener('click', () => confirm.showModal());
confirm.addEventListener('close', () => {
  if (confirm.returnValue === 'end') {
    conversation.end();
    setText('');
    name.value = '';
  }
  confirm.returnValue = '';
  text.focus();
});

// --- state -------------------------------------------------------------------------------------------------------------------------

function showConnection() {
  const state = !navigator.onLine ? 'offline' : conversation.connection;
  connection.dataset.state = state;
  connection.textContent = texts.connection[state];
}

function tell(words) {
  notice.hidden = words === '';
  if (notice.textContent !== words) notice.textContent = words;
}

function countUnread(replies) {
  if (visible && document.visibilityState === 'visible') return;
  setUnread(unread + replies);
}

function setUnread(value) {
  unread = value;
  document.title = value > 0 ? `(${value}) ${texts.title}` : texts.title;
  ask('unread', { count: value, words: value > 0 ? texts.unread(value) : '' });
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && visible) setUnread(0);
});
for (const type of ['online', 'offline']) window.addEventListener(type, showConnection);
conversation.addEventListener('connection', showConnection);
conversation.addEventListener('change', show);

// --- the page around this one, if embed.js is in it ----------------------------------------------------------------------------------

/** Nothing that is said is private, so whoever frames this page may hear it. */
function ask(type, more = {}) {
  host?.postMessage({ from: 'baton-webchat', type, ...more }, '*');
}

window.addEventListener('message', ({ source, data }) => {
  if (host === null || source !== host || data?.to !== 'baton-webchat') return;
  embedded = true;
  close.hidden = false;
  visible = data.type === 'shown';
  if (visible) {
    setUnread(0);
    toEnd();
    text.focus();
  }
});
close.addEventListener('click', () => ask('close'));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && embedded && !confirm.open && !event.isComposing) ask('close');
});

// -----------------------------------------------------------------------------------------------------------------------------------

function node(tag, className, words = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = words;
  return element;
}

function button(words, act) {
  const element = node('button', 'plain', words);
  element.type = 'button';
  element.addEventListener('click', act);
  return element;
}

let ready = false; // what is there at first is not news
const draft = store.read('-draft');
name.value = typeof draft?.name === 'string' ? draft.name : '';
setText(typeof draft?.text === 'string' ? draft.text : '');
if (host) document.documentElement.classList.add('framed');
show();
showConnection();
toEnd();
ready = true;
conversation.start();
ask('ready');
