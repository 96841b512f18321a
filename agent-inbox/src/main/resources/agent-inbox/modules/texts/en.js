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

  // The thread
  "thread.none": "Choose a conversation to read it here.",
  "thread.heading": "Conversation with {visitor}",
  "thread.region": "Conversation",
  "thread.loading": "Loading…",
  "thread.missing": "There is no such conversation.",
  "thread.failed": "The conversation cannot be shown: {why}",
  "thread.behind": "This conversation may have changed. Asking again…",
  "thread.back": "Back to conversations",
  "thread.complete": "Complete",
  "thread.reopen": "Reopen",
  "thread.dismiss": "Dismiss",
  "thread.log": "Thread",
  "thread.earlier": "Show earlier",
  "thread.beginning": "The beginning of the conversation",
  "thread.cut": "Earlier entries are not shown.",
  "thread.newMark": "New",
  "thread.new": { one: "{n} new", other: "{n} new" },
  "thread.toEnd": "To the end",
  "thread.sending": "Sending…",
  "thread.waiting": "Not sent yet. It is sent as soon as Baton can be reached.",
  "visitor.unnamed": "Visitor {id}",

  // What happened: sentences of the thread, with names
  "status.took": "{by} took this conversation",
  "status.tookFrom": "{by} took this conversation from {from}",
  "status.tookReplying": "{by} took this conversation with the first reply",
  "status.assigned": "{by} assigned this conversation to {to}",
  "status.passedOn": "{by} passed this conversation on to {to}",
  "status.reassigned": "{by} assigned this conversation from {from} to {to}",
  "status.unassigned": "{by} unassigned this conversation",
  "status.unassignedFrom": "{by} unassigned this conversation from {from}",
  "status.completed": "{by} completed this conversation",
  "status.completedFrom": "{by} completed this conversation, which belonged to {from}",
  "status.completedUnassigned": "{by} completed this conversation, which was unassigned",
  "status.reopened": "{by} reopened this conversation",
  "status.reopenedReplying": "{by} reopened this conversation with a reply and took it",
  "status.replied": "{by} replied",
  "status.wrote": "{by} wrote",
  "moment.today": "at {time}",
  "moment.earlier": "on {dateTime}",

  // What is not allowed, or was refused
  "owner.rule": "Belongs to {name}; only {name} or a supervisor may change that.",
  "owner.ruleSince": "Belongs to {name} since {when}; only {name} or a supervisor may change that.",
  "refused.owner": "{name} has owned this conversation since {when}.",
  "refused.completed": "The conversation is completed. Reopen it first.",
  "refused.meanwhile": "{what} {when}.",
  "refused.nothingChanged": "Nothing was changed. {why}",
  "refused.reply": "Your reply was not sent. {why}",
  "problem.too-many-unsent": "Too many replies are waiting to be sent. What you typed is still here.",
  "problem.conversation-not-found": "There is no such conversation.",

  // The Agent dropdown
  "agent.heading": "Agent",
  "agent.label": "Agent: {name}",
  "agent.search": "Search agents",
  "agent.options": "Agents",
  "agent.deactivated": "{name} (deactivated)",
  "agent.none": "No agent has such a name.",
  "agent.more": { one: "{n} more; type to find that one.", other: "{n} more; type to find them." },

  // The reply box
  "reply.label": "Reply",
  "reply.send": "Send",
  "reply.keys": "Ctrl+Enter",
  "reply.keysApple": "⌘ Enter",
  "reply.takes": "Your reply will make this conversation yours.",
  "reply.reopens": "Your reply will reopen this conversation and make it yours.",
  "reply.stays": "This conversation belongs to {name} and stays with {name}.",
  "reply.collision": "{what} {when} while you were typing.",
  "reply.notSent": "Your reply has not been sent.",
  "reply.sendAnyway": "Send anyway",
  "reply.keepDraft": "Keep draft",
  "reply.length": "{length} of {max} characters",
  "reply.notKept": "This browser has no room for your draft: it would not survive a reload.",
  "reply.tooLongToKeep": "Your draft is too long to be kept: it would not survive a reload.",

  // Undo
  "undo.completed": "Completed.",
  "undo.unassigned": "Unassigned.",
  "undo.button": "Undo",
  "undo.taken": "It was not given back: {name} has it now.",
  "undo.failed": "It could not be undone. {why}",
  "undo.replyReturned": "A reply was not sent and is a draft again. {why}",

  // The details
  "details.heading": "Details",
  "details.show": "Show details",
  "details.close": "Close details",
  "details.visitor": "Visitor",
  "details.channel": "Channel",
  "details.waiting": "Waiting",
  "details.notWaiting": "Not waiting for an answer",
  "details.since": "Since {when}",
  "details.until": "Until {until}",
  "details.period": "{since} to {until}",
  "details.owner": "Owner",
  "details.status": "Status",
  "details.completed": "Completed",
  "details.history": "History",
  "details.handoversNone": "Never changed hands.",
  "details.handovers": { one: "Changed hands once.", other: "Changed hands {n} times." },
  "details.handoversAtLeast": { one: "Changed hands once or more.", other: "Changed hands {n} times or more." },
  "details.earlier": "Show earlier",

  // Notifications and settings
  "bell.label": { one: "Notifications, {n} unread", other: "Notifications, {n} unread" },
  "settings.heading": "Settings",

  // Agents and groups
  "agents.heading": "Agents",
  "groups.heading": "Groups",
};
