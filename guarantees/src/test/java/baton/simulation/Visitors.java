package baton.simulation;

import static baton.simulation.Happening.BRIDGE_REPEATED;
import static baton.simulation.Happening.MESSAGE_SENT;
import static baton.simulation.Happening.MESSAGE_SENT_AGAIN;
import static baton.simulation.Happening.POISON_AMONG_CHANNEL_MESSAGES;

import baton.contract.ChannelMessage;
import baton.contract.CommandEnvelope;
import baton.contract.Json;
import baton.contract.Ownership;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.runtime.DeadLetter;
import baton.runtime.KafkaClients;
import baton.runtime.TextHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Visitors, whose messages a channel puts on `channel-messages`, and the bridge that carries them to the commands, at least once.
final class Visitors {

    private static final Topic MESSAGES = Topic.CHANNEL_MESSAGES;
    private static final int BATCH_MAX = 3;

    private final World world;
    private final Chance chance;
    private final List<Message> messages = new ArrayList<>();
    private final List<Long> carried = new ArrayList<>();

    private record Message(String conversationId, byte[] value) {
    }

    Visitors(World world) {
        this.world = world;
        this.chance = world.chance();
        world.topics().of(MESSAGES).forEach(_ -> carried.add(0L));
    }

    void say() {
        String conversationId = chance.of(world.conversations());
        String visitor = chance.oneIn(6) ? "vera" : "visitor-" + conversationId;
        String name = chance.oneIn(3) ? "" : ",\"name\":\"Name of " + visitor + "\"";
        String sentAt = chance.oneIn(4) ? ",\"sentAt\":\"2026-11-22T09:00:00.5Z\"" : "";
        Message message = new Message(conversationId, ("{\"messageId\":\"m-" + messages.size() + "\",\"channel\":\"web\",\"visitor\":{\"id\":\"" + visitor
                + "\"" + name + "},\"text\":\"message " + messages.size() + "\"" + sentAt + "}").getBytes(StandardCharsets.UTF_8));
        messages.add(message);
        world.count(MESSAGE_SENT);
        put(message);
    }

    /// A message that was sent before: as a channel does that has not heard of the acknowledgement.
    void sayAgain() {
        if (!messages.isEmpty()) {
            world.count(MESSAGE_SENT_AGAIN);
            put(chance.oneIn(3) ? chance.of(messages) : messages.getLast());
        }
    }

    void sendPoison() {
        world.count(POISON_AMONG_CHANNEL_MESSAGES);
        byte[] key = chance.oneIn(2) ? null : KafkaClients.key(chance.of(world.conversations()));
        append(chance.below(carried.size()), key, chance.bytes(chance.below(20)));
    }

    private void put(Message message) {
        byte[] key = KafkaClients.key(message.conversationId());
        append(KafkaClients.partition(key, carried.size()), key, message.value());
    }

    private void append(int partition, byte[] key, byte[] value) {
        world.topics().of(MESSAGES).get(partition).append(new LogPartition.Entry(key, value, new RecordHeaders(), 0, null, false));
    }

    /// Carries some messages of one partition; false if there are none.
    boolean carry(int partition) {
        LogPartition log = world.topics().of(MESSAGES).get(partition);
        long from = carried.get(partition);
        long to = Math.min(log.end(), from + BATCH_MAX);
        if (from == to) {
            return false;
        }
        Transaction transaction = world.broken() == Condition.C3_GAPS || world.broken() == Condition.C3_OPEN ? new Transaction() : null;
        for (long offset = from; offset < to; offset++) {
            carry(partition, offset, log.at(offset), transaction);
        }
        if (transaction != null && (world.broken() == Condition.C3_GAPS || chance.oneIn(2))) {
            transaction.commit();
        }
        if (world.faultOneIn(10)) {
            world.note("the bridge dies before it commits %d-%d of partition %d", from, to, partition);
            world.count(BRIDGE_REPEATED);
        } else {
            carried.set(partition, to);
        }
        return true;
    }

    private void carry(int partition, long offset, LogPartition.Entry entry, Transaction transaction) {
        String conversationId = KafkaClients.keyText(entry.key());
        try {
            if (conversationId == null) {
                throw new Unreadable("the key is missing");
            }
            Ownership ownership = "open".equals(world.setup().ownership()) ? Ownership.OPEN : Ownership.OWNER;
            byte[] value = Json.write(CommandEnvelope.message(conversationId, Json.read(entry.value(), ChannelMessage.class), ownership));
            int home = KafkaClients.partition(entry.key(), world.topics().partitions());
            world.note("the bridge carries a message of %s", conversationId);
            if (transaction == null) {
                world.commands().append(home, entry.key(), value, (String) null);
            } else {
                world.commands().append(home, entry.key(), value, transaction);
            }
        } catch (Unreadable e) {
            var letter = new DeadLetter(entry.key(), entry.value(), e.getMessage(), MESSAGES.name(""), partition, offset, "channel-bridge");
            world.topics().home(Topic.DEAD_LETTERS, null).append(
                    new LogPartition.Entry(letter.key(), letter.value(), TextHeaders.of(letter.headers()), 0, null, false));
            world.auditor().expectsLetter("channel-bridge", MESSAGES, partition, offset);
        }
    }

    boolean areCarried() {
        for (int partition = 0; partition < carried.size(); partition++) {
            if (carried.get(partition) < world.topics().of(MESSAGES).get(partition).end()) {
                return false;
            }
        }
        return true;
    }

    int partitions() {
        return carried.size();
    }
}
