package baton.contract;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// One value of everything that goes over the wire, and of every shape that it can have. Ids and times are literal.
final class Samples {

    static final Instant AT = Instant.parse("2026-11-22T09:15:00.123Z");
    static final Instant LATER = Instant.parse("2026-11-22T09:20:00Z");
    static final Instant LATEST = Instant.parse("2026-11-22T17:00:00Z");

    static final String CONVERSATION = "web-4711";
    static final Visitor VISITOR = new Visitor("v-1", "Zoë");
    static final Visitor NAMELESS_VISITOR = new Visitor("v-1", null);
    static final Actor BY_VISITOR = Actor.visitor("v-1");
    static final Actor BY_ANA = Actor.agent("ana");
    /// Beyond the basic plane, with an escape and with what HTML would care about.
    static final String TEXT = "Grüße \"😀\" <b>&\n日本";

    static final ChannelMessage MESSAGE = new ChannelMessage("m-1", "webchat", VISITOR, TEXT, AT);

    private Samples() {
    }

    /// A record as it is written.
    ///
    /// @param name the kind, and where a kind has several shapes, two hyphens and the shape
    record Sample(String name, String key, Map<String, String> headers, Object value) {

        /// The kind, which is also the name of the schema.
        String kind() {
            return kindOf(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static String kindOf(String name) {
        return name.split("--", 2)[0];
    }

    static List<Sample> all() {
        return List.of(
                event("", new Event.ConversationOpened(CONVERSATION, 1, AT, BY_VISITOR, "m-1", "webchat", VISITOR)),
                event("", new Event.MessageReceived(CONVERSATION, 2, AT, BY_VISITOR, "m-1", "m-1", "webchat", VISITOR, TEXT, AT)),
                event("--nameless-unsent", new Event.MessageReceived(CONVERSATION, 3, LATER, BY_VISITOR, "m-2", "m-2", "webchat",
                        NAMELESS_VISITOR, "x", null)),
                event("", new Event.ReplySent(CONVERSATION, 4, LATER, BY_ANA, "k-1", TEXT)),
                event("", new Event.ConversationAssigned(CONVERSATION, 6, LATER, BY_ANA, "k-2", "ben", "ana", "ana", Reason.MANUAL)),
                event("--first-reply", new Event.ConversationAssigned(CONVERSATION, 5, LATER, BY_ANA, "k-1", "ana", null, "ana",
                        Reason.FIRST_REPLY)),
                event("", new Event.ConversationUnassigned(CONVERSATION, 7, LATER, Actor.agent("sam"), "k-3", "ben", "sam",
                        Reason.MANUAL)),
                event("--completed", new Event.ConversationUnassigned(CONVERSATION, 7, LATER, Actor.agent("ben"), "k-3", "ben", "ben",
                        Reason.COMPLETED)),
                event("", new Event.ConversationCompleted(CONVERSATION, 8, LATER, Actor.agent("ben"), "k-3")),
                event("", new Event.ConversationReopened(CONVERSATION, 9, LATEST, BY_ANA, "k-4")),
                event("--by-visitor", new Event.ConversationReopened(CONVERSATION, 9, LATEST, BY_VISITOR, "m-3")),

                new Sample("channel-message", CONVERSATION, Map.of(), MESSAGE),
                new Sample("channel-message--nameless-unsent", CONVERSATION, Map.of(),
                        new ChannelMessage("m-2", "webchat", NAMELESS_VISITOR, "x", null)),
                new Sample("conversation-reply", CONVERSATION, Map.of(),
                        new SentReply("web-4711:4", CONVERSATION, "webchat", "v-1", TEXT, LATER)),
                new Sample("agent", "ana", Map.of(), new Agent("ana", "Ana", Role.AGENT, true,
                        List.of(new Agent.Period(AT, LATER), new Agent.Period(LATEST, null)))),
                new Sample("agent--supervisor-never-active", "sam", Map.of(),
                        new Agent("sam", "Sam", Role.SUPERVISOR, false, List.of())),
                new Sample("group", "sales", Map.of(), new Group("sales", "Sales", List.of("ana", "ben"))),
                new Sample("group--empty", "nobody", Map.of(), new Group("nobody", "Nobody", List.of())),
                new Sample("notification", "ben", Map.of(), new Notification("web-4711:6", CONVERSATION, 6,
                        EventType.CONVERSATION_ASSIGNED, LATER, "ana", "ben", "webchat", VISITOR, null, null)),
                new Sample("notification--message-for-everyone", "*", Map.of(), new Notification("web-4711:2", CONVERSATION, 2,
                        EventType.MESSAGE_RECEIVED, AT, null, null, "webchat", VISITOR, TEXT, null)),
                new Sample("notification--except", "*", Map.of(), new Notification("web-4711:7", CONVERSATION, 7,
                        EventType.CONVERSATION_UNASSIGNED, LATER, "sam", null, "webchat", NAMELESS_VISITOR, null, "sam")),

                new Sample("command-envelope--receive-message", CONVERSATION, Map.of(),
                        CommandEnvelope.message(CONVERSATION, MESSAGE, Ownership.OWNER)),
                command("reply", null, new Command.Reply(TEXT)),
                command("assign-agent", 5L, new Command.AssignAgent("ben")),
                command("assign-agent-deactivated", null, new Command.AssignAgent("dora", true)),
                command("unassign-agent", null, new Command.UnassignAgent()),
                command("complete-conversation", null, new Command.CompleteConversation()),
                command("reopen-conversation", null, new Command.ReopenConversation()),
                command("switch-rules", null, new Command.SwitchRules(2)));
    }

    private static Sample event(String shape, Event event) {
        return new Sample(EventType.of(event).wireName() + shape, event.conversationId(), EventJson.headers(event), event);
    }

    private static Sample command(String type, Long ifMatch, Command body) {
        return new Sample("command-envelope--" + type, CONVERSATION, Map.of(), new CommandEnvelope(body.rulesVersion(),
                "k-1", CONVERSATION, BY_ANA, false, Ownership.OPEN, ifMatch, body));
    }
}
