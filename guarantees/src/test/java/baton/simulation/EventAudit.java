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

    private final Topics topics;
    private final List<List<ReferenceEvent>> expected = new ArrayList<>();
    private final Map<Integer, Integer> seen = new HashMap<>();
    private final Map<Integer, Integer> repliesSeen = new HashMap<>();
    private final Map<String, Published> published = new HashMap<>();
    private final Set<String> poisoned = new HashSet<>();
    private final Reading events;
    private final Reading replies;

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
        this.topics = topics;
        this.events = new Reading(topics, Topic.CONVERSATION_EVENTS);
        this.replies = new Reading(topics, Topic.CONVERSATION_REPLIES);
    }

    /// A command leads to these.
    void expects(int partition, List<ReferenceEvent> more) {
        ofPartition(partition).addAll(more);
    }

    void poisoned(int partition, long offset) {
        poisoned.add(partition + "@" + offset);
    }

    private List<ReferenceEvent> ofPartition(int partition) {
        while (expected.size() <= partition) {
            expected.add(new ArrayList<>());
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
        int next = seen.merge(partition, 1, Integer::sum) - 1;
        List<ReferenceEvent> all = ofPartition(partition);
        if (next >= all.size()) {
            throw new Breach("I3", event + " is published, and no command leads to it");
        }
        if (!event.equals(all.get(next))) {
            throw new Breach("I3", event + " is published, where the commands lead to " + all.get(next));
        }
        if (!event.conversationId().equals(KafkaClients.keyText(entry.key())) || !event.id().equals(TextHeaders.text(entry.headers(), "ce_id"))) {
            throw new Breach("I3", event + " is published under the key " + KafkaClients.keyText(entry.key()) + " and the id "
                    + TextHeaders.text(entry.headers(), "ce_id"));
        }
    }

    private void judgeReply(int partition, long offset, LogPartition.Entry entry) {
        List<ReferenceEvent> sent = sent(partition);
        int next = repliesSeen.merge(partition, 1, Integer::sum) - 1;
        JsonNode reply = tree(entry.value());
        if (next >= sent.size()) {
            throw new Breach("I3", "the reply " + reply + " is published, and no command leads to it");
        }
        ReferenceEvent event = sent.get(next);
        ReferenceConversation.Row first = published.get(event.conversationId()).row(1);
        JsonNode right = Json.MAPPER.createObjectNode().put("replyId", event.id()).put("conversationId", event.conversationId())
                .put("channel", first.channel()).put("visitorId", first.visitorId()).put("text", event.text("text")).put("at", event.text("at"));
        if (!reply.equals(right)) {
            throw new Breach("I3", "the reply " + reply + " is published, where the commands lead to " + right);
        }
    }

    private List<ReferenceEvent> sent(int partition) {
        return ofPartition(partition).stream().filter(event -> event.type().equals("reply.sent")).toList();
    }

    void judgeEnd() {
        for (int partition = 0; partition < expected.size(); partition++) {
            int found = seen.getOrDefault(partition, 0);
            if (found < expected.get(partition).size()) {
                throw new Breach("I3", "partition " + partition + " lacks " + expected.get(partition).get(found));
            }
            int repliesFound = repliesSeen.getOrDefault(partition, 0);
            List<ReferenceEvent> sent = sent(partition);
            if (repliesFound < sent.size()) {
                throw new Breach("I3", "partition " + partition + " lacks the reply of " + sent.get(repliesFound));
            }
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
