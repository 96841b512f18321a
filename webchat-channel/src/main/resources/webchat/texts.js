/** Every word that a visitor sees or hears. Another language is another file like this one. */
const language = 'en';

const numbers = new Intl.NumberFormat(language);
const plurals = new Intl.PluralRules(language);
const times = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const days = new Intl.DateTimeFormat(language, { weekday: 'long', month: 'long', day: 'numeric' });

export const texts = {
  title: 'Chat with us',
  welcomeTitle: 'Hello!',
  welcome: 'Write to us below. Our replies appear here.',
  conversation: 'Conversation',
  name: 'Your name (optional)',
  message: 'Your message',
  placeholder: 'Write a message…',
  send: 'Send',
  you: 'You',
  team: 'Team',
  closeChat: 'Close chat',
  endChat: 'End chat',
  endTitle: 'End this chat?',
  endExplained: 'What was written here is removed from this browser, and later replies will not reach you.',
  keepChat: 'Keep it',
  newReply: 'New reply ↓',
  retry: 'Try again',
  discard: 'Discard',
  ended: 'This chat has ended. What you write next begins a new one.',
  notKept: 'This browser keeps nothing for us: the chat ends when you leave the page.',

  connection: {
    idle: '',
    connecting: 'Connecting…',
    connected: 'Connected',
    waiting: 'Connection lost. Trying again…',
    offline: 'You are offline. What you write is kept and sent later.',
  },

  state: {
    pending: 'Sending…',
    waiting: 'Not sent yet. Trying again…',
    sent: 'Sent',
    failed: 'Not sent.',
  },

  failure: {
    'too-large': 'It is too long.',
    'invalid-field': 'It is too long, or has something in it that cannot be read.',
    other: 'It was not accepted.',
  },

  time: (at) => times.format(at),
  day: (at) => days.format(at),
  count: (length, max) => `${numbers.format(length)} of ${numbers.format(max)} characters`,
  tooLong: (length, max) => `${numbers.format(length - max)} characters too long: at most ${numbers.format(max)} can be sent`,
  unread: (count) => `${numbers.format(count)} new ${plurals.select(count) === 'one' ? 'reply' : 'replies'}`,
};
