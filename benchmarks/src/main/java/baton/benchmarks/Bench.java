package baton.benchmarks;

import baton.benchmarks.Contender.Claims;
import baton.benchmarks.Results.Spread;
import baton.benchmarks.Results.Step;
import baton.benchmarks.Side.Rival.Store;
import baton.benchmarks.postgres.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `./baton bench`: the same work on Baton and on what a team would write instead, beside the floor that both stand on, in one run.
///
/// All of them run on one machine, on one broker, under one client. Rounds take turns, so that a busy moment of the machine meets everybody.
/// Exits 0 when the table is complete, whatever it says.
public final class Bench {

    /// What the 99th percentile must stay under for a rate to count as held.
    static final int HELD_MILLIS = 50;
    /// How soon after a round its events must be published and its rows be seen, for the rate to count as held.
    static final int SETTLED_MILLIS = 1_000;

    private static final String BATON = "Baton";
    private static final String POSTGRES_OFF = "PostgreSQL, synchronous_commit off";
    private static final String POSTGRES_ON = "PostgreSQL, synchronous_commit on";
    private static final String AXON_OFF = "Axon Framework, synchronous_commit off";
    /// Steps that do not hold, one after the other, until a climb ends: one may be the machine's fault.
    private static final int NOT_HELD_MAX = 2;
    private static final int WARM_UP_AT_A_TIME = 8;
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(40);
    /// Rows with others beside Baton.
    private static final List<String> COMPARED = List.of("1", "2", "4", "5");
    private static final List<String> WHOLE_ROWS = List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    private static final List<String> QUICK_ROWS = List.of("1", "2", "3", "4", "5", "8");
    private static final int WHOLE_CONVERSATIONS = 1_000_000;
    private static final int QUICK_CONVERSATIONS = 10_000;
    private static final int RESTARTS = 3;
    private static final String USAGE = "usage: ./baton bench [--quick] [--rows 1,2,4] [--conversations N]; ./baton bench --help explains it";

    private final Size size;
    private final List<String> rows;
    private final int conversations;
    private final List<Row> alone;
    private final Results results = new Results();
    private final Map<String, String> circumstances = new LinkedHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopping;

    /// How much of it.
    ///
    /// @param warmUp    requests of each contender, before anything counts; ended by `warmUpMax`
    /// @param rate      of row 1
    /// @param round     how long a round of row 1 lasts
    /// @param step      how long a step of row 2 lasts
    /// @param reads     of each query, before anything counts
    /// @param read      how long a round of rows 4 and 5 lasts, with so many reads a second under so many updates
    /// @param starts    of row 8
    private record Size(int warmUp, Duration warmUpMax, int rate, int rounds, Duration round, int climbs, Duration step, List<Integer> ladder, int agents,
            int reads, int readRate, int updates, Duration read, int starts) {
        static final Size WHOLE = new Size(30_000, Duration.ofSeconds(60), 500, 5, Duration.ofSeconds(20), 3, Duration.ofSeconds(10),
                List.of(250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000), 200, 10_000, 200, 1_000, Duration.ofSeconds(10), 5);
        static final Size QUICK = new Size(20_000, Duration.ofSeconds(15), 500, 3, Duration.ofSeconds(2), 1, Duration.ofSeconds(2),
                List.of(250, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000), 200, 500, 100, 100, Duration.ofSeconds(1), 1);
    }

    /// @param conversations of rows 4, 5, 6 and 9
    private Bench(Size size, List<String> rows, int conversations) {
        this.size = size;
        this.rows = rows;
        this.conversations = conversations;
        boolean quick = size == Size.QUICK;
        var filled = new Filled(size.agents());
        // The last two share a Baton, which is idle between them; the others' would not be alone beside it.
        this.alone = List.of(new FoldRow(quick ? FoldRow.QUICK : FoldRow.WHOLE), new StreamRow(quick ? StreamRow.QUICK : StreamRow.WHOLE),
                new CostRow(quick ? CostRow.QUICK : CostRow.WHOLE), new GrowthRow(quick ? GrowthRow.QUICK : GrowthRow.WHOLE, filled, conversations),
                new RestartRow(quick ? 1 : RESTARTS, filled, conversations));
    }

    public static void main(String[] args) throws Exception {
        Size size = Size.WHOLE;
        List<String> rows = null;
        int conversations = 0;
        String baton = null;
        Path out = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> size = Size.QUICK;
                case "--rows" -> rows = List.of(value(args, ++i).split(","));
                case "--conversations" -> conversations = number(value(args, ++i));
                case "--baton" -> baton = value(args, ++i);
                case "--out" -> out = Path.of(value(args, ++i));
                default -> usage("Unknown option: " + args[i] + ".");
            }
        }
        rows = rows == null ? size == Size.QUICK ? QUICK_ROWS : WHOLE_ROWS : rows;
        if (!WHOLE_ROWS.containsAll(rows)) {
            usage("--rows takes numbers from 1 to 10 with commas between them, not " + String.join(",", rows) + ".");
        }
        if (baton == null || out == null) {
            usage("It is started by ./baton bench, which says where Baton is (--baton) and where the results go (--out).");
        }
        if (rows.stream().anyMatch(COMPARED::contains) && Postgres.installed().isEmpty()) {
            System.err.println(Postgres.INSTALL);
            System.exit(1);
        }
        int code = 0;
        var bench = new Bench(size, rows, conversations > 0 ? conversations : size == Size.QUICK ? QUICK_CONVERSATIONS : WHOLE_CONVERSATIONS);
        try {
            bench.run(baton, out);
        } catch (Exception e) {
            if (!bench.stopping) {
                e.printStackTrace();
            }
            code = 1;
        } finally {
            bench.ended.countDown();
        }
        System.exit(code); // closes what is open
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            usage(args[i - 1] + " needs a value.");
        }
        return args[i];
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        usage("--conversations takes a whole number greater than 0, not " + text + ".");
        return 0;
    }

    private static void usage(String why) {
        System.err.println(why + "\n" + USAGE);
        System.exit(2);
    }

    private void run(String command, Path out) throws Exception {
        Files.createDirectories(out);
        Path folder = Files.createTempDirectory("baton-bench");
        var open = new Opened(folder);
        // Whatever ends this process ends what it has started; a round that is under way is ended first, and what there is reported.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (ended.getCount() > 0) {
                say("Stopping: what is under way is ended first, within a minute ...");
            }
            stopping = true;
            awaitEnd();
            open.close();
        }, "close"));
        try {
            circumstances.putAll(Machine.described(folder));
            Exception failed = attempt("What stands beside others, or row 8,", null, () -> {
                if (rows.stream().anyMatch(COMPARED::contains)) {
                    compare(command, folder, open);
                } else if (rows.contains("8")) {
                    open.add(start(command, folder.resolve("data")));
                }
            });
            open.closeAll(); // what comes is measured alone
            for (Row row : alone) {
                if (rows.contains(row.number()) && !stopping) {
                    say("Row %s ...", row.number());
                    failed = attempt("Row " + row.number(), failed,
                            () -> row.measure(name -> open.add(LoneBaton.start(List.of(command), folder.resolve(name).resolve("data"))), () -> stopping));
                }
            }
            if (failed != null) {
                throw failed;
            }
        } finally {
            report(out);
        }
    }

    private interface Measurement {
        void run() throws Exception;
    }

    /// Runs one of several measurements, of which none keeps the others from being made; what has failed so far.
    private Exception attempt(String what, Exception failed, Measurement measurement) {
        try {
            measurement.run();
        } catch (Exception e) {
            if (!stopping) { // a terminal's Ctrl-C ends all that is measured too
                say("%s could not be measured: %s", what, e);
            }
            if (failed != null) {
                e.addSuppressed(failed);
            }
            return e;
        }
        return failed;
    }

    private void compare(String command, Path folder, Opened open) throws Exception {
        say("Starting Baton and what it is compared with ...");
        var baton = open.add(start(command, folder.resolve("data")));
        Postgres postgres = open.add(Postgres.start());
        var onPostgres = open.add(Side.Rival.start(Store.POSTGRES, postgres, baton.bootstrapServers(), folder));
        circumstances.put("postgres", postgres.version());

        HttpClient toBaton = open.add(new HttpClient(baton.url()));
        HttpClient toPostgres = open.add(new HttpClient(onPostgres.url()));
        Account sam = Account.signIn(baton, toBaton, "sam");
        Account samOnPostgres = Account.signIn(onPostgres, toPostgres, "sam");
        Account webchat = Account.signIn(baton, toBaton, "webchat");
        Account webchatOnPostgres = Account.signIn(onPostgres, toPostgres, "webchat");
        Claims ours = open.add(Claims.of(BATON, sam, webchat));
        Claims theirs = open.add(Claims.of(POSTGRES_OFF, samOnPostgres, webchatOnPostgres));
        Claims off = theirs.with(POSTGRES_OFF, false);
        Claims on = theirs.with(POSTGRES_ON, true);
        List<Claims> claims = new ArrayList<>(List.of(ours, off, on));
        List<Contender> cold = new ArrayList<>(List.of(ours, off)); // and no more for `on`: it is the same process
        if (rows.contains("1") || rows.contains("2")) {
            Claims axon = claimsOnAxon(open, postgres, baton, folder);
            claims.add(axon);
            cold.add(axon);
        }
        Contender produce = open.add(new Contender.Produce(baton.bootstrapServers(), false));
        Contender produceToConsume = open.add(new Contender.Produce(baton.bootstrapServers(), true));
        Contender constant = open.add(new Contender.Constant(onPostgres.url()));
        List<Contender> floor = List.of(produce, produceToConsume, constant);
        List<Contender> all = new ArrayList<>(claims);
        all.addAll(floor);

        if (rows.contains("1")) {
            cold.addAll(floor);
        }
        warmUp(cold);
        if (rows.contains("1")) {
            circumstances.put("rounds", size.rounds() + " of " + size.round().toSeconds() + " s each at " + size.rate() + "/s, taking turns");
            takeTurns(all);
        }
        if (rows.contains("2")) {
            circumstances.put("climbs", size.climbs() + ", steps of " + size.step().toSeconds() + " s, taking turns: " + size.ladder());
            climb(claims);
        }
        if (rows.contains("4") || rows.contains("5")) {
            say("Filling both inboxes with %d conversations ...", conversations);
            var filled = new Filled(size.agents());
            filled.of(() -> sam);
            filled.fillTo(conversations);
            off.prepare();
            onPostgres.addAgents(samOnPostgres, size.agents(), InboxQueries.ten(size.agents()));
            onPostgres.fill(conversations, Filled.open(conversations), size.agents());
            ours.settle();
            off.settle();
            circumstances.put("reads", conversations + " conversations, " + Filled.open(conversations) + " of them open, " + size.agents() + " agents; "
                    + size.readRate() + "/s, rounds of " + size.read().toSeconds() + " s, taking turns, under " + size.updates() + " claims a second");
            read(Map.of(ours, sam, off, samOnPostgres), List.of(ours, off));
        }
    }

    /// What rows 1 and 2 need of the side on Axon Framework.
    private static Claims claimsOnAxon(Opened open, Postgres postgres, Side.Baton baton, Path folder) throws Exception {
        var onAxon = open.add(Side.Rival.start(Store.AXON, postgres, baton.bootstrapServers(), folder));
        HttpClient toAxon = open.add(new HttpClient(onAxon.url()));
        return open.add(Claims.of(AXON_OFF, Account.signIn(onAxon, toAxon, "sam"), Account.signIn(onAxon, toAxon, "webchat"))).with(AXON_OFF, false);
    }

    private void report(Path out) throws IOException {
        var report = new Report(circumstances, results, goals(), Contender.Produce.FLOOR, List.of(BATON, POSTGRES_OFF), alone);
        System.out.println();
        System.out.println(report.table());
        String name = stopping ? "stopped" : "bench"; // what a whole run has measured stays
        report.write(out.resolve(name + ".json"), out.resolve(name + ".svg"));
        System.out.println((stopping ? "It was stopped before its end. " : "") + "Everything that was measured is in " + out.resolve(name + ".json")
                + (results.climbs().isEmpty() ? "" : ", latency over load in " + out.resolve(name + ".svg")) + ".");
    }

    private void awaitEnd() {
        try {
            ended.await(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts Baton; for row 8 several times on the same folder.
    private Side.Baton start(String command, Path data) throws Exception {
        for (int i = 1; ; i++) {
            long begin = System.nanoTime();
            Side.Baton baton = Side.Baton.start(List.of(command), data);
            double seconds = (System.nanoTime() - begin) / 1e9;
            circumstances.put("Baton's memory as soon as it is ready", baton.process().residentMegabytes() + " MB resident");
            if (!rows.contains("8")) {
                return baton;
            }
            say("Start %d: %.2f s", i, seconds);
            results.addStart(seconds);
            if (i == size.starts()) {
                return baton;
            }
            baton.close();
        }
    }

    private void warmUp(List<Contender> contenders) throws Exception {
        List<String> speeds = new ArrayList<>();
        for (Contender contender : contenders) {
            contender.prepare();
            double perSecond = Load.closedLoop(size.warmUp(), WARM_UP_AT_A_TIME, size.warmUpMax(), contender);
            contender.settle();
            speeds.add(contender.name() + " " + Math.round(perSecond));
            say("Warmed up: %s, %.0f/s with %d at a time", contender.name(), perSecond, WARM_UP_AT_A_TIME);
        }
        circumstances.put("warm-up", "at most " + size.warmUp() + " requests or " + size.warmUpMax().toSeconds() + " s each, " + WARM_UP_AT_A_TIME
                + " at a time; a second, so, closed loop: " + String.join(", ", speeds));
    }

    /// Row 1.
    private void takeTurns(List<Contender> contenders) throws Exception {
        for (int i = 1; i <= size.rounds(); i++) {
            for (Contender contender : contenders) {
                if (stopping) {
                    return;
                }
                contender.prepare();
                Load.Round round = Load.atRate(size.rate(), size.round(), contender);
                contender.settle();
                if (stopping) {
                    return; // whatever ends this process may have ended what it measures before
                }
                results.add(contender.name(), round);
                say("Round %d, %d/s, %s: p50 %.2f ms, p99 %.1f ms%s", i, size.rate(), contender.name(), round.millis(50), round.millis(99), troubles(round));
            }
        }
    }

    /// Row 2.
    private void climb(List<Claims> contenders) throws Exception {
        for (int i = 1; i <= size.climbs(); i++) {
            Map<Claims, List<Step>> climbs = new LinkedHashMap<>();
            contenders.forEach(contender -> climbs.put(contender, new ArrayList<>()));
            for (int rate : size.ladder()) {
                for (Claims contender : contenders) {
                    List<Step> steps = climbs.get(contender);
                    if (stopping) {
                        return; // half a climb says nothing
                    }
                    if (steps.size() >= NOT_HELD_MAX && steps.subList(steps.size() - NOT_HELD_MAX, steps.size()).stream().noneMatch(Step::holds)) {
                        continue;
                    }
                    contender.prepare();
                    Load.Round round = Load.atRate(rate, size.step(), contender);
                    double settled = settle(contender);
                    boolean holds = round.whole() && round.millis(99) < HELD_MILLIS && settled <= SETTLED_MILLIS;
                    steps.add(new Step(round, settled, holds));
                    say("Climb %d, %d/s, %s: p50 %.2f ms, p99 %.1f ms, all done after %.0f ms%s%s", i, rate, contender.name(), round.millis(50),
                            round.millis(99), settled, troubles(round), holds ? "" : ": does not hold");
                }
            }
            if (stopping) {
                return;
            }
            climbs.forEach((contender, steps) -> results.add(contender.name(), steps));
        }
    }

    /// Milliseconds; beyond all bounds where what follows does not come to its end.
    private static double settle(Claims contender) throws Exception {
        try {
            return contender.settle().toNanos() / 1e6;
        } catch (IllegalStateException e) {
            say("%s: %s", contender.name(), e.getMessage());
            return Double.POSITIVE_INFINITY;
        }
    }

    /// Rows 4 and 5, through HTTP, while claims are made on the same side.
    private void read(Map<Claims, Account> accounts, List<Claims> sides) throws Exception {
        List<String> agents = IntStream.range(0, size.agents()).mapToObj(InboxQueries::agent).toList(); // ten of them are read
        int queries = InboxQueries.queries(accounts.get(sides.getFirst()), size.agents()).size();
        for (Claims side : sides) {
            for (InboxQueries.Query query : InboxQueries.queries(accounts.get(side), size.agents())) {
                Load.closedLoop(size.reads(), WARM_UP_AT_A_TIME, size.warmUpMax(), new Contender.Read(side.name(), accounts.get(side), query.path()));
            }
        }
        for (int i = 1; i <= size.rounds(); i++) {
            for (int query = 0; query < queries; query++) {
                for (Claims side : sides) {
                    if (stopping) {
                        return;
                    }
                    Account account = accounts.get(side);
                    InboxQueries.Query asked = InboxQueries.queries(account, size.agents()).get(query);
                    Account.Reads before = account.reads(asked.read());
                    try (var updates = Executors.newSingleThreadExecutor()) {
                        var updating = updates.submit(() -> Load.atRate(size.updates(), size.read(), side.among(agents)));
                        Load.Round round = Load.atRate(size.readRate(), size.read(), new Contender.Read(side.name(), account, asked.path()))
                                .beside(updating.get());
                        if (stopping) {
                            return;
                        }
                        results.add(asked.name(), side.name(), round);
                        OptionalDouble inside = account.reads(asked.read()).medianMicrosSince(before);
                        results.addInside(asked.name(), side.name(), new Results.Inside(inside.orElse(Double.POSITIVE_INFINITY), round.whole()));
                        say("Round %d, %s, %s: p50 %.2f ms, p99 %.1f ms, inside %.0f µs%s", i, asked.name(), side.name(), round.millis(50), round.millis(99),
                                inside.orElse(Double.NaN), troubles(round));
                    }
                    side.settle();
                }
            }
        }
    }

    private static String troubles(Load.Round round) {
        return (round.failed() > 0 ? ", " + round.failed() + " failed" : "") + (round.abandoned() ? ", ended early" : "");
    }

    private List<Goal> goals() {
        return Stream.concat(compared().stream(), alone.stream().flatMap(row -> row.goals().stream()))
                .filter(goal -> rows.contains(goal.row())).sorted(Comparator.comparingInt(goal -> Integer.parseInt(goal.row()))).toList();
    }

    private List<Goal> compared() {
        Optional<Spread> p50 = results.millis(BATON, 50);
        Optional<Spread> p99 = results.millis(BATON, 99);
        return List.of(
                Goal.atMost(1.5, "1", "p50 within 1.5× of the bare produce", p50, results.millis(Contender.Produce.FLOOR, 50)),
                Goal.atMost(1, "1", "p50 no worse than PostgreSQL with synchronous_commit off", p50, results.millis(POSTGRES_OFF, 50)),
                Goal.atMost(1, "1", "p99 no worse than PostgreSQL with synchronous_commit off", p99, results.millis(POSTGRES_OFF, 99)),
                Goal.atLeast(3, "2", "3× PostgreSQL with synchronous_commit off", results.most(BATON), results.most(POSTGRES_OFF)),
                Goal.atLeast(4, "2", "4× PostgreSQL with synchronous_commit on", results.most(BATON), results.most(POSTGRES_ON)),
                quicker(5, "4", "page: unassigned"), quicker(20, "4", "page: ten agents"), quicker(100, "5", "counts"),
                Goal.within(4, "8", "`./baton` to UP within 4 s, broker included", results.startSeconds()));
    }

    private Goal quicker(int times, String row, String query) {
        return Goal.quicker(times, row, query + " " + times + "× quicker than PostgreSQL's best index, inside the service", results.insideMicros(query, BATON),
                results.insideMicros(query, POSTGRES_OFF));
    }

    /// To whoever waits for the table.
    static void say(String format, Object... values) {
        System.err.printf(java.util.Locale.ROOT, format + "%n", values);
    }

    /// What was being started when all was to end, and so is not known to be open.
    private static void endTheRest() {
        List<ProcessHandle> left = ProcessHandle.current().descendants().toList();
        left.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : left) {
            try {
                process.onExit().get(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }

    /// What has to be closed again, last first, whatever happens.
    private static final class Opened implements AutoCloseable {
        private final Path folder;
        private final List<AutoCloseable> opened = new ArrayList<>();

        Opened(Path folder) {
            this.folder = folder;
        }

        synchronized <T extends AutoCloseable> T add(T one) {
            opened.add(one);
            return one;
        }

        /// What was opened so far.
        synchronized void closeAll() {
            for (AutoCloseable one : opened.reversed()) {
                try {
                    one.close();
                } catch (Exception e) {
                    System.err.println("Could not be closed: " + e);
                }
            }
            opened.clear();
        }

        @Override
        public synchronized void close() {
            closeAll();
            endTheRest();
            try {
                LoneBaton.delete(folder);
            } catch (IOException _) {
                // what is left is in the temporary folder
            }
        }
    }
}
