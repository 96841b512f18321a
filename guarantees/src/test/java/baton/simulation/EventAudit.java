package baton.simulation;

import baton.contract.Json;
import baton.contract.Topic;
import baton.reference.ReferenceConversation;
import baton.reference.ReferenceEvent;
import baton.runtime.KafkaClients;
import baton.runtime.TextHeaders;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// I3 and I4: `conversation-events`, and the replies for visitors, are the fold of the commands, nothing extra and nothing missing; what is
/// published is one history for each conversation.
final class EventAudit {

    private final List<Expected> expected = new ArrayList<>();
    private final Map<String, ReferenceEvent> openings = new HashMap<>();
    private final Map<String, Published> published = new HashMap<>();
    private final Set<String> poisoned = new HashSet<>();
    private final Reading events;
    private final Reading replies;

    /// What one partition has to have, and how much of it was found.
    private static final class Expected {

        private final List<ReferenceEvent> events = new ArrayList<>();
        private final List<JsonNode> replies = new ArrayList<>();
        private int eventsSeen;
        private int repliesSeen;
    }

    /// What can be read of one conversation: with its row after each version.
    static final class Published {

        private final ReferenceConversation conversation = new ReferenceConversation();
        private final List<ReferenceConversation.Row> rows = new ArrayList<>();
        private final Map<String, ReferenceConversation.Told> told = new HashMap<>();

        private void follow(ReferenceEvent event) {
            conversation.follow(event);
            rows.add(conversation.row());
            if (conversation.told().size() > told.size()) {
                ReferenceConversation.Told last = conversation.told().getLast();
                told.put(last.eventId() + " to " + last.recipient(), last);
            }
        }

        /// Its row at a version; null if that is not published.
        ReferenceConversation.Row row(long version) {
            return version < 1 || version > rows.size() ? null : rows.get((int) version - 1);
        }

        ReferenceConversation.Row last() {
            return rows.getLast();
        }

        /// What has to be told of it, by event and recipient.
        Map<String, ReferenceConversation.Told> told() {
            return told;
        }
    }

    EventAudit(Topics topics) {
        this.events = new Reading(topics, Topic.CONVERSATION_EVENTS);
        this.replies = new Reading(topics, Topic.CONVERSATION_REPLIES);
    }

    /// A command leads to these.
    void expects(int partition, List<ReferenceEvent> more) {
        Expected here = ofPartition(partition);
        here.events.addAll(more);
        for (ReferenceEvent event : more) {
            if (event.type().equals("conversation.opened")) {
                openings.put(event.conversationId(), event);
            } else if (event.type().equals("reply.sent")) {
                here.replies.add(reply(event, openings.get(event.conversationId())));
            }
        }
    }

    /// As the visitor may see it who began the conversation, on the channel where that was: and nothing else.
    private static JsonNode reply(ReferenceEvent sent, ReferenceEvent opening) {
        return Json.MAPPER.createObjectNode().put("replyId", sent.id()).put("conversationId", sent.conversationId())
                .put("channel", opening.text("channel")).put("visitorId", opening.value().at("/visitor/id").asText())
                .put("text", sent.text("text")).put("at", sent.text("at"));
    }

    void poisoned(int partition, long offset) {
        poisoned.add(partition + "@" + offset);
    }

    private Expected ofPartition(int partition) {
        while (expected.size() <= partition) {
            expected.add(new Expected());
        }
        return expected.get(partition);
    }

    void judge() {
        events.read((partition, offset, entry) -> {
            if (!poisoned.contains(partition + "@" + offset)) {
                judge(partition, entry);
            }
        });
        replies.read(this::judgeReply);
    }

    private void judge(int partition, LogPartition.Entry entry) {
        ReferenceEvent event = ReferenceEvent.of(TextHeaders.text(entry.headers(), "ce_type"), tree(entry.value()));
        try {
            published.computeIfAbsent(event.conversationId(), _ -> new Published()).follow(event);
        } catch (AssertionError e) {
            throw new Breach("I4", e.getMessage());
        }
        Expected here = ofPartition(partition);
        judge(event, here.events, here.eventsSeen++);
        if (!event.conversationId().equals(KafkaClients.keyText(entry.key())) || !event.id().equals(TextHeaders.text(entry.headers(), "ce_id"))) {
            throw new Breach("I3", event + " is published under the key " + KafkaClients.keyText(entry.key()) + " and the id "
                    + TextHeaders.text(entry.headers(), "ce_id"));
        }
    }

    private void judgeReply(int partition, long offset, LogPartition.Entry entry) {
        Expected here = ofPartition(partition);
        judge(tree(entry.value()), here.replies, here.repliesSeen++);
    }

    private static <T> void judge(T found, List<T> right, int next) {
        if (next >= right.size()) {
            throw new Breach("I3", found + " is published, and no command leads to it");
        }
        if (!found.equals(right.get(next))) {
            throw new Breach("I3", found + " is published, where the commands lead to " + right.get(next));
        }
    }

    void judgeEnd() {
        expected.forEach(here -> {
            judgeEnd(here.events, here.eventsSeen);
            judgeEnd(here.replies, here.repliesSeen);
        });
    }

    private static void judgeEnd(List<?> right, int seen) {
        if (seen < right.size()) {
            throw new Breach("I3", right.get(seen) + " is missing");
        }
    }

    /// By conversation.
    Map<String, Published> published() {
        return published;
    }

    private static JsonNode tree(byte[] value) {
        try {
            return Json.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new Breach("I3", "what is published is no JSON");
        }
    }
}
