package baton.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// How long `PUT …/assignee` takes to answer, beside a bare acks=all produce to the same broker, in the same seconds.
///
/// Open loop: requests leave on a schedule whether or not earlier ones have been answered, and time counts from when they should
/// have left, so that a stall is seen by everything that it held up. Every request is a change of owner with an event. Beside it a request
/// that HTTP answers alone, so that what HTTP itself takes can be told. The three kinds take turns, a third of an interval apart. Several rounds; the table shows the median of the rounds and their spread.
public final class AnswerLatency {

    private static final int CONVERSATIONS = 200;
    private static final int UNANSWERED_MAX = 5_000;
    /// So many it takes until Java has compiled the way of a request.
    private static final int WARM_UP_REQUESTS = 30_000;
    private static final int WARM_UP_AT_A_TIME = 8;
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    private final HttpClient http;
    private final String bootstrapServers;
    private final AtomicLong failed = new AtomicLong();
    private final Semaphore unanswered = new Semaphore(UNANSWERED_MAX);

    private AnswerLatency(String url, String bootstrapServers) {
        this.http = new HttpClient(URI.create(url));
        this.bootstrapServers = bootstrapServers;
    }

    /// Arguments: url, bootstrap servers, password, rate per second, seconds per round, rounds.
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            System.err.println("arguments: URL BOOTSTRAP_SERVERS PASSWORD RATE_PER_SECOND SECONDS_PER_ROUND ROUNDS");
            System.exit(2);
        }
        new AnswerLatency(args[0], args[1]).run(args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        System.exit(0);
    }

    private void run(String password, int rate, int seconds, int rounds) throws Exception {
        String sam = signIn("sam", password);
        String webchat = signIn("webchat", password);
        String run = Long.toString(System.currentTimeMillis(), 36);
        for (int i = 0; i < CONVERSATIONS; i++) {
            String id = "bench-" + run + "-" + i;
            http.send("POST", "/api/channel-messages", webchat, "{\"channel\":\"bench\",\"conversationId\":\"" + id
                    + "\",\"messageId\":\"m\",\"visitor\":{\"id\":\"v\"},\"text\":\"hello\"}").get(30, TimeUnit.SECONDS);
        }
        awaitLast(sam, "bench-" + run + "-" + (CONVERSATIONS - 1));
        String topic = "benchmark-produce";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all().get(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.LINGER_MS_CONFIG, 0);
        List<Histogram> answers = new ArrayList<>();
        List<Histogram> requests = new ArrayList<>();
        List<Histogram> produces = new ArrayList<>();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            System.out.printf("warming up with %d requests, %d at a time, as fast as they are answered%n", WARM_UP_REQUESTS, WARM_UP_AT_A_TIME);
            warmUp(sam, run, producer, topic);
            round(sam, run, producer, topic, rate, seconds, new ConcurrentHistogram(3), new ConcurrentHistogram(3), new ConcurrentHistogram(3));
            for (int i = 1; i <= rounds; i++) {
                Histogram answer = new ConcurrentHistogram(3);
                Histogram request = new ConcurrentHistogram(3);
                Histogram produce = new ConcurrentHistogram(3);
                round(sam, run, producer, topic, rate, seconds, answer, request, produce);
                answers.add(answer);
                requests.add(request);
                produces.add(produce);
                System.out.printf(Locale.ROOT, "round %d: answer p50 %.2f p99 %.2f ms, GET /api/me p50 %.2f p99 %.2f ms, bare produce p50 %.2f p99 %.2f ms%n", i,
                        millis(answer, 50), millis(answer, 99), millis(request, 50), millis(request, 99), millis(produce, 50), millis(produce, 99));
            }
        }
        System.out.printf(Locale.ROOT, "%n%d/s, %d rounds of %d s, milliseconds: median of the rounds (least to most)%n", rate, rounds, seconds);
        System.out.printf("| | p50 | p99 |%n| --- | --- | --- |%n");
        System.out.printf("| answer to PUT assignee | %s | %s |%n", summary(answers, 50), summary(answers, 99));
        System.out.printf("| answer to GET /api/me | %s | %s |%n", summary(requests, 50), summary(requests, 99));
        System.out.printf("| bare produce, acks=all | %s | %s |%n", summary(produces, 50), summary(produces, 99));
        System.out.printf(Locale.ROOT, "ratio of the medians: p50 %.2f, p99 %.2f; failed requests: %d%n",
                median(answers, 50) / median(produces, 50), median(answers, 99) / median(produces, 99), failed.get());
    }

    private void warmUp(String token, String run, KafkaProducer<byte[], byte[]> producer, String topic) throws InterruptedException {
        Semaphore places = new Semaphore(WARM_UP_AT_A_TIME);
        long begin = System.nanoTime();
        for (int i = 0; i < WARM_UP_REQUESTS; i++) {
            places.acquire();
            assign(token, run, i).whenComplete((_, _) -> places.release());
            if (i % 4 == 0) {
                producer.send(new ProducerRecord<>(topic, new byte[250]));
            }
        }
        places.acquire(WARM_UP_AT_A_TIME);
        System.out.printf(Locale.ROOT, "warmed up at %.0f/s on average%n", WARM_UP_REQUESTS / ((System.nanoTime() - begin) / 1e9));
    }

    private CompletableFuture<HttpClient.Answer> assign(String token, String run, long i) {
        String agent = i / CONVERSATIONS % 2 == 0 ? "ana" : "ben";
        return http.send("PUT", "/api/conversations/bench-" + run + "-" + i % CONVERSATIONS + "/assignee", token, "{\"agentId\":\"" + agent + "\"}");
    }

    private void round(String token, String run, KafkaProducer<byte[], byte[]> producer, String topic, int rate, int seconds,
            Histogram answers, Histogram requests, Histogram produces) throws InterruptedException {
        long interval = 1_000_000_000L / rate;
        byte[] value = "x".repeat(250).getBytes(java.nio.charset.StandardCharsets.US_ASCII); // as long as a command
        long begin = System.nanoTime() + 1_000_000;
        for (long i = 0; i < (long) rate * seconds; i++) {
            long due = begin + i * interval;
            awaitTime(due);
            if (!unanswered.tryAcquire()) {
                throw new IllegalStateException(UNANSWERED_MAX + " requests are unanswered: the rate is too high");
            }
            String id = "bench-" + run + "-" + i % CONVERSATIONS;
            assign(token, run, i).whenComplete((response, failure) -> {
                        answers.recordValue(System.nanoTime() - due);
                        if (failure != null || response.status() != 200) {
                            failed.incrementAndGet();
                        }
                        unanswered.release();
                    });
            long requestDue = due + interval / 3;
            awaitTime(requestDue);
            http.send("GET", "/api/me", token, null).whenComplete((_, _) -> requests.recordValue(System.nanoTime() - requestDue));
            long produceDue = due + interval * 2 / 3;
            awaitTime(produceDue);
            producer.send(new ProducerRecord<>(topic, id.getBytes(java.nio.charset.StandardCharsets.US_ASCII), value),
                    (_, _) -> produces.recordValue(System.nanoTime() - produceDue));
        }
        if (!unanswered.tryAcquire(UNANSWERED_MAX, 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("requests are unanswered 30 s after the round");
        }
        unanswered.release(UNANSWERED_MAX);
        producer.flush();
    }

    private static void awaitTime(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void awaitLast(String token, String id) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (http.send("GET", "/api/inbox/conversations/" + id + "?minVersion=2", token, null).get(30, TimeUnit.SECONDS).status() != 200) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(id + " did not appear in the inbox");
            }
        }
    }

    private String signIn(String name, String password) throws Exception {
        String body = http.send("POST", "/login", null, "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}")
                .get(30, TimeUnit.SECONDS).body();
        Matcher token = TOKEN.matcher(body);
        if (!token.find()) {
            throw new IllegalStateException("cannot sign in as " + name + ": " + body);
        }
        return token.group(1);
    }

    private static String summary(List<Histogram> rounds, double percentile) {
        double[] values = sorted(rounds, percentile);
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median(rounds, percentile), values[0], values[values.length - 1]);
    }

    private static double median(List<Histogram> rounds, double percentile) {
        double[] values = sorted(rounds, percentile);
        return values[values.length / 2];
    }

    private static double[] sorted(List<Histogram> rounds, double percentile) {
        double[] values = rounds.stream().mapToDouble(round -> millis(round, percentile)).toArray();
        Arrays.sort(values);
        return values;
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
