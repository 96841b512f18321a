package baton.benchmarks;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Something that can be loaded: a claim on one of the sides, or the floor that both stand on.
interface Contender extends Load.Work, AutoCloseable {

    /// Of every topic.
    int PARTITIONS = 4;

    /// In tables.
    String name();

    /// Before its rounds.
    default void prepare() throws SQLException {
    }

    /// How long it took, after a round, until all that follows from the answered work is done too.
    default Duration settle() throws Exception {
        return Duration.ZERO;
    }

    @Override
    void close();

    /// `PUT …/assignee` by a supervisor, each a change of owner with an event and a notification, each with an Idempotency-Key of its own.
    final class Claims implements Contender {

        static final int CONVERSATIONS = 1_000;
        private static final int POSTED_AT_A_TIME = 8;
        private static final Duration POSTED_WITHIN = Duration.ofSeconds(60);
        private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);
        private static final Pattern VERSION = Pattern.compile("\"version\":(\\d+)");

        private final String name;
        private final Account account;
        private final Boolean synchronousCommit;
        private final String run;
        private final AtomicLong next;
        private final List<String> agents;
        private final Broker broker;

        private Claims(String name, Account account, Boolean synchronousCommit, String run, AtomicLong next, List<String> agents, Broker broker) {
            this.name = name;
            this.account = account;
            this.synchronousCommit = synchronousCommit;
            this.run = run;
            this.next = next;
            this.agents = agents;
            this.broker = broker;
        }

        /// Opens the conversations.
        ///
        /// @param supervisor who claims
        /// @param channel    who has the messages of visitors
        static Claims of(String name, Account supervisor, Account channel) throws Exception {
            String run = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-";
            var left = IntStream.range(0, CONVERSATIONS).iterator();
            Load.closedLoop(CONVERSATIONS, POSTED_AT_A_TIME, POSTED_WITHIN, () -> {
                String body = "{\"channel\":\"bench\",\"conversationId\":\"" + run + left.next()
                        + "\",\"messageId\":\"m\",\"visitor\":{\"id\":\"v\"},\"text\":\"Where is my parcel? It was to come on Friday.\"}";
                return channel.http().send(new HttpClient.Request("POST", "/api/channel-messages", channel.token(), null, body))
                        .thenApply(answer -> answer.status() == 202);
            });
            supervisor.awaitView(run + (CONVERSATIONS - 1), 2);
            return new Claims(name, supervisor, null, run, new AtomicLong(), List.of("ana", "ben"),
                    supervisor.side() instanceof Side.Baton baton ? new Broker(baton.bootstrapServers()) : null);
        }

        /// The same side, with commits that wait for the disk, or do not; closed with this one.
        Claims with(String otherName, boolean on) {
            return new Claims(otherName, account, on, run, next, agents, broker);
        }

        /// The same side, the conversations moving among these agents; closed with this one.
        Claims among(List<String> others) {
            return new Claims(name, account, synchronousCommit, run, next, List.copyOf(others), broker);
        }

        /// How many claims there were, those of [#settle] among them.
        long begun() {
            return next.get();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void prepare() throws SQLException {
            if (synchronousCommit != null) {
                ((Side.Rival) account.side()).postgres().synchronousCommit(synchronousCommit);
            }
        }

        @Override
        public CompletableFuture<Boolean> begin() {
            return account.http().send(claim(next.getAndIncrement())).thenApply(answer -> answer.status() == 200);
        }

        private HttpClient.Request claim(long i) {
            return new HttpClient.Request("PUT", "/api/conversations/" + conversation(i) + "/assignee", account.token(), run + i,
                    "{\"agentId\":\"" + agent(agents, i) + "\"}");
        }

        /// Another each time a conversation's turn comes.
        static String agent(List<String> agents, long i) {
            return agents.get((int) ((i / CONVERSATIONS + i % CONVERSATIONS) % agents.size()));
        }

        private String conversation(long i) {
            return run + i % CONVERSATIONS;
        }

        /// Until claims that come after all of them, one in each of Baton's partitions, show in the inbox, whoever should know is told, and every
        /// event, where it is kept elsewhere first, is on Kafka. The other sides keep whom they tell in the transaction of the row that shows.
        @Override
        public Duration settle() throws Exception {
            long begin = System.nanoTime();
            Map<Integer, TopicWriter.Written> last = new HashMap<>();
            while (last.size() < PARTITIONS) {
                long i = next.getAndIncrement();
                String answer = account.http().send(claim(i)).get(30, TimeUnit.SECONDS).body();
                Matcher version = VERSION.matcher(answer);
                if (!version.find()) {
                    throw new IllegalStateException("a claim was not decided: " + answer);
                }
                last.put(KafkaClients.partition(KafkaClients.key(conversation(i)), PARTITIONS),
                        new TopicWriter.Written(conversation(i), Long.parseLong(version.group(1))));
            }
            for (TopicWriter.Written claimed : last.values()) {
                account.awaitView(claimed.conversationId(), claimed.version());
            }
            if (broker != null) {
                broker.awaitCommittedButMarkers("notification-service", Topic.CONVERSATION_EVENTS.name(""), SETTLED_WITHIN);
            }
            if (account.side() instanceof Side.Rival rival) {
                Account.awaitTrue(() -> rival.unpublished() == 0, "what has happened is not published");
            }
            return Duration.ofNanos(System.nanoTime() - begin);
        }

        @Override
        public void close() {
            if (broker != null) {
                broker.close(); // the account's connections are not its own
            }
        }
    }

    /// A `GET`, over and over.
    record Read(String name, Account account, String path) implements Contender {
        @Override
        public CompletableFuture<Boolean> begin() {
            return account.http().send(HttpClient.Request.get(path, account.token())).thenApply(answer -> answer.status() == 200);
        }

        @Override
        public void close() {
            // the account's connections are not its own
        }
    }

    /// A request that Micronaut answers with a constant.
    final class Constant implements Contender {
        private final HttpClient http;

        Constant(URI url) {
            this.http = new HttpClient(url);
        }

        @Override
        public String name() {
            return "Micronaut, a constant";
        }

        @Override
        public CompletableFuture<Boolean> begin() {
            return http.send(HttpClient.Request.get("/constant", null)).thenApply(answer -> answer.status() == 200);
        }

        @Override
        public void close() {
            http.close();
        }
    }

    /// A record as long as a command, acknowledged by the broker; or, with a reader, in that reader's hands.
    final class Produce implements Contender {
        /// The name of the floor that times are divided by.
        static final String FLOOR = "bare produce, acks=all";
        private static final int VALUE_BYTES = 250;

        private final String topic;
        private final KafkaProducer<byte[], byte[]> producer;
        private final AtomicLong next = new AtomicLong();
        private final Map<Long, CompletableFuture<Boolean>> unread = new ConcurrentHashMap<>();
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Thread reader;

        Produce(String bootstrapServers, boolean read) throws InterruptedException, ExecutionException, TimeoutException {
            topic = read ? "bench-produce-to-consume" : "bench-produce";
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
                admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get(10, TimeUnit.SECONDS);
            }
            producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all",
                    ProducerConfig.LINGER_MS_CONFIG, 0), new ByteArraySerializer(), new ByteArraySerializer());
            if (read) {
                consumer = new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(partition -> new TopicPartition(topic, partition)).toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                reader = Thread.ofPlatform().daemon().name("bench-reader").start(this::read);
            } else {
                consumer = null;
                reader = null;
            }
        }

        private void read() {
            try (consumer) {
                while (true) {
                    consumer.poll(Duration.ofSeconds(1)).forEach(record -> {
                        CompletableFuture<Boolean> arrived = unread.remove(ByteBuffer.wrap(record.value()).getLong());
                        if (arrived != null) {
                            arrived.complete(true);
                        }
                    });
                }
            } catch (WakeupException _) {
                // closed
            }
        }

        @Override
        public String name() {
            return reader == null ? FLOOR : "produce to consume";
        }

        @Override
        public CompletableFuture<Boolean> begin() {
            long number = next.getAndIncrement();
            byte[] key = ("bench-" + number % Claims.CONVERSATIONS).getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            if (reader != null) {
                unread.put(number, done);
            }
            producer.send(new ProducerRecord<>(topic, key, ByteBuffer.allocate(VALUE_BYTES).putLong(number).array()), (_, failure) -> {
                if (failure != null) {
                    done.completeExceptionally(failure);
                } else if (reader == null) {
                    done.complete(true);
                }
            });
            return done;
        }

        @Override
        public void close() {
            producer.close(Duration.ofSeconds(2));
            if (reader != null) {
                consumer.wakeup();
                try {
                    reader.join(Duration.ofSeconds(5));
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
