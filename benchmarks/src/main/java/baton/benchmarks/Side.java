package baton.benchmarks;

import baton.benchmarks.axon.AxonServiceMain;
import baton.benchmarks.postgres.Postgres;
import baton.benchmarks.postgres.PostgresServiceMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// One of those who are compared: a running service with the HTTP contract of Baton and its demo accounts.
sealed interface Side extends AutoCloseable {

    /// The setting of `./baton` that is for all sides.
    String JAVA_OPTIONS = "BATON_JAVA_OPTIONS";

    /// Where it is.
    URI url();

    /// Of the demo accounts.
    String password();

    /// Makes `bench-agent-0` and so on, and the group `bench-ten` of some of them.
    void addAgents(Account supervisor, int count, List<String> ofTheGroup) throws Exception;

    /// What comes before the names of its topics, on Baton's broker.
    String topicPrefix();

    @Override
    void close();

    /// A password for one run.
    static String freshPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /// How a JVM of any side is started: as `./baton` does.
    static List<String> java(String classPath, String main) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms160m", "-Xmx512m", "-Xmn64m",
                "-XX:+UseG1GC", "-XX:SweeperThreshold=100", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(moreJavaOptions());
        command.addAll(List.of("-cp", classPath, main));
        return command;
    }

    /// What `./baton` takes from the environment, for all sides.
    static List<String> moreJavaOptions() {
        return Pattern.compile("\\s+").splitAsStream(System.getenv().getOrDefault(JAVA_OPTIONS, "")).filter(option -> !option.isEmpty()).toList();
    }

    /// Baton, with the broker that everybody uses.
    record Baton(ServerProcess process, URI url, String bootstrapServers, String password) implements Side {

        private static final Duration READY_WITHIN = Duration.ofMinutes(4);

        /// @param command   `./baton`, or a JVM with its main class
        /// @param data      folder to begin
        static Baton start(List<String> command, Path data) throws IOException, InterruptedException {
            return start(command, data, READY_WITHIN);
        }

        /// The same, where there may be much to restore.
        static Baton start(List<String> command, Path data, Duration readyWithin) throws IOException, InterruptedException {
            String password = freshPassword();
            List<String> whole = new ArrayList<>(command);
            whole.addAll(List.of("--port", "0", "--kafka-port", "0", "--data", data.toString()));
            var process = ServerProcess.start("Baton", data.resolveSibling("baton.log"), whole, Map.of("BATON_DEMO_PASSWORD", password));
            try {
                process.awaitLine(Pattern.compile("(Baton is ready)"), readyWithin);
                URI url = URI.create(process.awaitLine(Pattern.compile("HTTP +(http://\\S+)"), readyWithin));
                return new Baton(process, url, process.awaitLine(Pattern.compile("Kafka +(\\S+:\\d+)"), readyWithin), password);
            } catch (RuntimeException | InterruptedException e) {
                ServerProcess.close(process, e);
                throw e;
            }
        }

        @Override
        public String topicPrefix() {
            return "";
        }

        @Override
        public void addAgents(Account supervisor, int count, List<String> ofTheGroup) throws Exception {
            for (int i = 0; i < count; i++) {
                put(supervisor, "/api/agents/" + InboxQueries.agent(i), "{\"name\":\"Agent " + i + "\",\"role\":\"agent\",\"active\":true}");
            }
            put(supervisor, "/api/groups/" + InboxQueries.GROUP, "{\"name\":\"Ten\",\"members\":[\"" + String.join("\",\"", ofTheGroup) + "\"]}");
        }

        private static void put(Account supervisor, String path, String body) throws Exception {
            HttpClient.Answer answer = supervisor.http().send(new HttpClient.Request("PUT", path, supervisor.token(), null, body)).get(30, TimeUnit.SECONDS);
            if (answer.status() != 200) {
                throw new IllegalStateException(path + " was answered with " + answer);
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /// A service that is compared with Baton: the same contract, with a database of its own on PostgreSQL, on the broker of somebody else.
    record Rival(Store store, Postgres postgres, Postgres.Database database, ServerProcess process, URI url, String password) implements Side {

        private static final Duration READY_WITHIN = Duration.ofMinutes(2);

        /// How it makes a command last.
        enum Store {
            /// Tables, and an outbox.
            POSTGRES("on-postgres", PostgresServiceMain.class, "SELECT count(*) FROM outbox"),
            /// Axon's event store, and a processor that has come so far, but for gaps. Asked of indexes: the store only grows.
            AXON("on-axon", AxonServiceMain.class, """
                    WITH publisher AS (
                      SELECT convert_from(token, 'UTF8')::jsonb AS token FROM tokenentry WHERE processorname = 'publisher'
                    )
                    SELECT greatest(0, coalesce((SELECT max(globalindex) FROM domainevententry WHERE payloadtype LIKE 'baton.contract.Event$%'), 0)
                        - coalesce((SELECT (token ->> 'index')::bigint FROM publisher), 0))
                      + (SELECT count(*) FROM publisher, jsonb_array_elements(token -> 'gaps') AS gap JOIN domainevententry ON globalindex = gap::bigint)
                    """);

            private final String service;
            private final Class<?> main;
            private final String unpublished;

            Store(String service, Class<?> main, String unpublished) {
                this.service = service;
                this.main = main;
                this.unpublished = unpublished;
            }

            private String topicPrefix() {
                return service + ".";
            }
        }

        static Rival start(Store store, Postgres postgres, String bootstrapServers, Path folder) throws IOException, InterruptedException, SQLException {
            String password = freshPassword();
            Postgres.Database database = postgres.create(store.name().toLowerCase(Locale.ROOT) + "_store");
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            var process = ServerProcess.start("the service " + store.service, folder.resolve(store.service + ".log"),
                    java(System.getProperty("java.class.path"), store.main.getName()), Map.of(
                            "BATON_PORT", String.valueOf(port), "BATON_DATABASE_URL", database.url(), "BATON_ACCOUNTS_PASSWORD", password,
                            "BATON_JWT_SECRET", freshPassword() + freshPassword(), "BATON_BOOTSTRAP_SERVERS", bootstrapServers,
                            "BATON_TOPIC_PREFIX", store.topicPrefix(), "BATON_REPLICAS", "1"));
            var side = new Rival(store, postgres, database, process, URI.create("http://localhost:" + port), password);
            try {
                side.awaitUp();
                return side;
            } catch (RuntimeException | InterruptedException e) {
                ServerProcess.close(process, e);
                throw e;
            }
        }

        private void awaitUp() throws InterruptedException {
            try (HttpClient http = new HttpClient(url)) {
                process.await(() -> {
                    try {
                        return http.send(HttpClient.Request.get("/health", null)).get(5, TimeUnit.SECONDS).status() == 200;
                    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException _) {
                        return false; // it does not listen yet
                    }
                }, "become ready", READY_WITHIN);
            }
        }

        @Override
        public String topicPrefix() {
            return store.topicPrefix();
        }

        /// It has no endpoint for that: agents are whatever their table says, and it hears of a change.
        @Override
        public void addAgents(Account supervisor, int count, List<String> ofTheGroup) throws Exception {
            database.execute("INSERT INTO agents SELECT 'bench-agent-' || i, 'Agent ' || i, false, true, tstzmultirange(tstzrange(now(), NULL)) "
                    + "FROM generate_series(0, " + (count - 1) + ") AS numbers(i)");
            database.execute("INSERT INTO groups VALUES ('" + InboxQueries.GROUP + "', 'Ten', '{" + String.join(",", ofTheGroup) + "}')");
            Account.awaitTrue(() -> supervisor.http().send(HttpClient.Request.get("/api/inbox?limit=1&assignment=group:" + InboxQueries.GROUP, supervisor.token()))
                    .get(30, TimeUnit.SECONDS).status() == 200, "the group is not heard of");
        }

        /// Fills the inbox as [Filled] does Baton's, with rows written straight to its tables: so many, of which so many are open, every second of those an
        /// agent's. What was said in them is not there; nobody asks for it.
        void fill(int conversations, int open, int agents) throws SQLException {
            database.execute("""
                    WITH numbered AS (
                      SELECT i, (i + 1) * $open / $all > i * $open / $all AS open, i * $open / $all AS nth FROM generate_series(0::bigint, $all - 1) AS numbers(i)
                    ), owned AS (
                      SELECT i, open, now() - interval '1 ms' * ($all - i) AS at,
                        CASE WHEN open AND nth % 2 = 0 THEN 'bench-agent-' || nth / 2 % $agents ELSE '' END AS owner FROM numbered
                    )
                    INSERT INTO conversations (id, version, at, owner, since, completed, channel, origin_visitor_id, visitor_id, visitor_name, last_from, last_text,
                      last_activity_at, waiting_since)
                    SELECT 'filled-' || i, CASE WHEN open AND owner = '' THEN 2 ELSE 3 END, at, owner, CASE WHEN owner = '' THEN NULL ELSE at END, NOT open, 'bench',
                      'v-filled-' || i, 'v-filled-' || i, 'Vera', 'visitor', 'Where is my parcel? It was to come on Friday.', at, at FROM owned
                    """.replace("$open", String.valueOf(open)).replace("$all", String.valueOf(conversations)).replace("$agents", String.valueOf(agents)));
            database.execute("""
                    INSERT INTO counters
                    SELECT CASE WHEN completed THEN '/completed' ELSE owner END AS list, count(*) FROM conversations WHERE id LIKE 'filled-%' GROUP BY 1
                    ON CONFLICT (list) DO UPDATE SET conversations = counters.conversations + excluded.conversations
                    """);
            database.execute("VACUUM (ANALYZE)");
        }

        /// Events that are not on Kafka yet; not always how many, but 0 when there are none.
        long unpublished() throws SQLException {
            return database.number(store.unpublished);
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
