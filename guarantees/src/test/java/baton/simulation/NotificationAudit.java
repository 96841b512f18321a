package baton.simulation;

import baton.contract.Agent;
import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Role;
import baton.contract.Topic;
import baton.notification.domain.FeedItem;
import baton.notification.domain.FeedPage;
import baton.notification.domain.FeedPlace;
import baton.notification.domain.Feeds;
import baton.reference.ReferenceConversation.Told;
import baton.runtime.KafkaClients;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// I9: each event is told once to each recipient, to those to whom it has to be, and to nobody else.
final class NotificationAudit {

    private static final int PAGE_MAX = 7;

    private final Reading notifications;
    private final EventAudit events;
    private final Set<String> seen = new HashSet<>();
    private final Feeds feeds = new Feeds();

    NotificationAudit(Topics topics, EventAudit events) {
        this.notifications = new Reading(topics, Topic.NOTIFICATIONS);
        this.events = events;
    }

    void judge() {
        notifications.read((_, _, entry) -> {
            Notification notification = Json.read(entry.value(), Notification.class);
            String recipient = KafkaClients.keyText(entry.key());
            String name = notification.eventId() + " to " + recipient;
            EventAudit.Published conversation = events.published().get(notification.conversationId());
            Told right = conversation == null ? null : conversation.told().get(name);
            if (right == null || !Objects.equals(right.except(), notification.except())) {
                throw new Breach("I9", name + " but " + notification.except() + " is told, where it has to be " + right);
            }
            if (!seen.add(name)) {
                throw new Breach("I9", name + " is told twice");
            }
            feeds.take(recipient, notification);
        });
    }

    void judgeEnd() {
        events.published().values().forEach(conversation -> conversation.told().keySet().forEach(name -> {
            if (!seen.contains(name)) {
                throw new Breach("I9", name + " is not told");
            }
        }));
        Callers.AGENTS.forEach(this::judgeFeed);
    }

    private void judgeFeed(String agentId) {
        Agent agent = new Agent(agentId, agentId, Role.AGENT, true, List.of(new Agent.Period(Instant.EPOCH, null)));
        List<String> shown = new ArrayList<>();
        FeedPlace before = null;
        FeedPage page;
        do {
            page = feeds.page(agent, null, before, PAGE_MAX);
            page.items().stream().map(FeedItem::eventId).forEach(shown::add);
            before = page.nextBefore() == null ? null : FeedPlace.parse(page.nextBefore(), "before");
        } while (before != null);
        Set<String> right = Stream.concat(newest(agentId, Feeds.OWN_ENTRIES_MAX), newest(Notification.EVERYONE, Feeds.EVERYONES_ENTRIES_MAX))
                .filter(told -> !agentId.equals(told.except())).map(Told::eventId).collect(Collectors.toSet());
        if (shown.size() != right.size() || !right.equals(new HashSet<>(shown)) || page.unread() != shown.size()) {
            throw new Breach("I9", "the feed of " + agentId + " shows " + shown + " with " + page.unread() + " unread, but has to show "
                    + right.stream().sorted().toList());
        }
    }

    /// So many are there only in a world with a single conversation: its versions are their order.
    private Stream<Told> newest(String recipient, int max) {
        return events.published().values().stream().flatMap(conversation -> conversation.told().values().stream())
                .filter(told -> told.recipient().equals(recipient))
                .sorted(Comparator.comparing((Told told) -> Long.parseLong(told.eventId().split(":")[1])).reversed())
                .limit(max);
    }
}
