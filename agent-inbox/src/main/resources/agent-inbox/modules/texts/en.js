/**
 * Every word of the page, in English. Another language is another file like this one and a line in texts.js.
 *
 * `{name}` is replaced by the value of that name. A text with `one` and `other` is chosen by the plural rules of the language for the value `n`.
 * Names of agents, groups, visitors and channels are never translated.
 */
export const en = {
  // The page
  "app.name": "Baton",
  "app.loading": "Loading…",
  "app.title": "{place} · Baton",
  "app.titleUnread": "({n}) {place} · Baton",
  "app.inbox": "Inbox",
  "app.skipToList": "Skip to conversations",
  "app.skipToThread": "Skip to the open conversation",
  "app.unreachable": "Baton does not answer. Trying again…",
  "app.notFound": "There is no such page.",

  // Words that many places need
  "unassigned": "Unassigned",
  "agent.unknown": "{id}",
  "agent.you": "{name} (you)",
  "cancel": "Cancel",
  "close": "Close",
  "save": "Save",
  "tryAgain": "Try again",
  "dateTime": "{date}, {time}",

  // Problems, by the last part of their type; what is not here is shown as the server says it
  "problem.offline": "Baton cannot be reached. Check the connection and try again.",
  "problem.unauthorized": "Sign in first.",
  "problem.outcome-unknown": "It is not known whether this was done. Try again: it is done once at most.",
  "problem.unavailable": "Baton cannot do this at this moment. Try again.",
  "problem.overloaded": "Too much is asked at once. Try again in a moment.",
  "problem.unexpected": "Something went wrong ({status}).",

  // Signing in
  "signIn.heading": "Sign in to Baton",
  "signIn.expired": "Your session has ended. Sign in again to go on; what you typed is still here.",
  "signIn.username": "User name",
  "signIn.password": "Password",
  "signIn.button": "Sign in",
  "signIn.busy": "Signing in…",
  "signIn.wrong": "The user name or the password is wrong.",
  "signIn.notAnAgent": "This account is not that of an active agent.",
  "signIn.tooMany": { one: "Too many attempts. Wait one second.", other: "Too many attempts. Wait {n} seconds." },
  "signIn.other": "Sign in as somebody else",

  // The top bar
  "live.online": "Connected",
  "live.connecting": "Connecting…",
  "live.offline": "Offline",
  "menu.settings": "Settings",
  "menu.inbox": "Inbox",
  "menu.agents": "Agents",
  "menu.groups": "Groups",
  "menu.shortcuts": "Keyboard shortcuts",
  "menu.signOut": "Sign out",

  // The list of conversations
  "list.heading": "Conversations",
  "list.views": "Views",
  "tab.mine": "Mine",
  "tab.unassigned": "Unassigned",
  "tab.all": "All",
  "tab.completed": "Completed",
  "list.sort": "Sort",
  "sort.newest": "Newest first",
  "sort.waiting": "Longest waiting",
  "sort.oldest": "Oldest first",
  "list.row": "{visitor}, {channel}. {message} {waiting} {owner}",
  "list.rowGone": "{visitor}, {channel}. {message} {waiting} {owner}. No longer in this list.",
  "list.answered": "Reply: {text}",
  "list.waiting": "Waiting {time}",
  "list.waitingFull": "Waiting {time}.",
  "list.arrivals": { one: "{n} new", other: "{n} new" },
  "list.loading": "Loading conversations…",
  "list.loadingMore": "Loading more…",
  "list.refreshing": "Bringing the list up to date…",
  "list.end": { one: "{n} conversation", other: "{n} conversations" },
  "list.full": "Only the first {n} are shown. Narrow the filter to see others.",
  "list.stale": "The list is a little behind.",
  "list.incomplete": "Some conversations cannot be read at this moment.",
  "list.showAll": "Show all",
  "empty.mine": "No conversation is yours. Take one from Unassigned.",
  "empty.unassigned": "Nothing is waiting for an owner.",
  "empty.all": "There are no open conversations. New ones appear here by themselves.",
  "empty.completed": "Nothing has been completed yet.",
  "empty.custom": "No conversation matches this filter.",

  // The Assignment filter
  "assignment.heading": "Assignment",
  "assignment.filtered": "Assignment: {list}",
  "assignment.me": "Me",
  "assignment.others": "Others",
  "assignment.agents": "Agents",
  "assignment.groups": "Groups",
  "assignment.inactive": "{name} (inactive)",
  "assignment.apply": "Apply",
  "assignment.clear": "Clear",

  // The thread, the reply box and the details
  "thread.none": "Choose a conversation to read it here.",
  "thread.heading": "Conversation with {visitor}",
  "details.heading": "Details",

  // Notifications
  "bell.label": { one: "Notifications, {n} unread", other: "Notifications, {n} unread" },
  "bell.heading": "Notifications",
  "bell.markAll": "Mark all as read",
  "bell.new": "New:",
  "bell.older": "Show older ones",
  "bell.empty": "Nothing yet. You are told here when visitors write, when a conversation becomes yours, and when one is given back.",
  "bell.desktopOff": "Desktop notifications are switched on, but this browser does not show them yet.",
  "bell.soundHeldBack": "Your browser held a sound back. Click or type anywhere on this page to allow it.",
  "notification.assigned": "assigned the conversation with {visitor} to you",
  "notification.unassigned": "unassigned the conversation with {visitor}",
  "notification.reopened": "reopened the conversation: {text}",
  "notification.changed": "changed the conversation with {visitor}",
  "visitor.unnamed": "Visitor {id}",
  "alert.more": { one: "{n} more notification", other: "{n} more notifications" },
  "alert.testTitle": "Baton",
  "alert.testBody": "This is how a notification looks.",

  // Settings
  "settings.heading": "Settings",
  "settings.test": "Test",
  "settings.desktop": "Desktop notifications",
  "settings.desktopWhat": "Shown by your computer while you look elsewhere. Not for what you do yourself, nor for the conversation that you have open.",
  "settings.desktopTestLabel": "Test desktop notification",
  "settings.desktop.default": "This browser has not been allowed to show them yet. Switch them off and on again to be asked.",
  "settings.desktop.denied": "This browser has been told not to show notifications of this page. Allow them in its settings for this site, then switch them on here.",
  "settings.desktop.unsupported": "This browser cannot show them: it may be too old, or the page may have been opened without https.",
  "settings.desktop.switchOnFirst": "Switch desktop notifications on first; your browser then asks whether it may show them.",
  "settings.desktop.tested": "One has been sent. If you do not see it, look whether your computer is set to show none.",
  "settings.sound": "Sound",
  "settings.soundWhat": "A short, quiet tone, at most every few seconds.",
  "settings.soundTestLabel": "Test sound",
  "settings.sound.blocked": "Your browser keeps this tab silent until you click or type in it, or because of its settings for this site.",
  "settings.sound.unsupported": "This browser cannot play it.",
  "settings.sound.tested": "The tone has been played. If you do not hear it, look at the volume of your computer.",

  // Agents and groups
  "agents.heading": "Agents",
  "groups.heading": "Groups",
};
