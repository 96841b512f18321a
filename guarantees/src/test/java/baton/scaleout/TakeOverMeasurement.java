package baton.scaleout;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.Test;

/// How long commands of a partition wait while instances of assignment-service are stopped, started and killed. Not part of a build, but run by
/// name; docs/OPERATING.md has the line. `baton.rounds` says how often each is done.
class TakeOverMeasurement {

    private static final int ROUNDS = Integer.getInteger("baton.rounds", 4);
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(150);
    private static final int WARM_DECISIONS = 300;
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(20).toNanos();

    private final Map<String, List<Prober.Stall>> stalls = new LinkedHashMap<>();

    @Test
    void ofInstancesWithAName() throws Exception {
        measure("named", Map.of());
    }

    @Test
    void ofInstancesWithoutAName() throws Exception {
        measure("nameless", Map.of("BATON_INSTANCE_ID", ""));
    }

    private void measure(String kind, Map<String, String> more) throws Exception {
        try (var deployment = Deployment.start(1, Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"), more)) {
            deployment.add(ASSIGNMENT_SERVICE).start();
            deployment.add(ASSIGNMENT_SERVICE).start();
            deployment.awaitReady();
            var instances = new Instances(deployment, ASSIGNMENT_SERVICE);
            Caller webchat = Caller.signIn(instances.all().getFirst(), "webchat");
            Caller ana = Caller.signIn(instances.all().getFirst(), "ana");
            List<Prober> probers = IntStream.range(0, Instances.PARTITIONS)
                    .mapToObj(partition -> new Prober(instances.all(), partition, webchat, ana)).toList();
            try {
                settle(instances, probers);
                run(kind, instances, probers);
            } finally {
                probers.forEach(Prober::close);
            }
        }
        stalls.forEach(TakeOverMeasurement::print);
    }

    private void run(String kind, Instances instances, List<Prober> probers) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            for (ServiceProcess instance : instances.all()) {
                during(kind + ": nothing", instances, probers, () -> { });
                during(kind + ": SIGTERM", instances, probers, instance::stop);
                during(kind + ": started after SIGTERM", instances, probers, () -> instance.start().awaitReady());
                settle(instances, probers);
                during(kind + ": kill -9", instances, probers, instance::kill);
                during(kind + ": started after kill -9", instances, probers, () -> instance.start().awaitReady());
                settle(instances, probers);
                during(kind + ": kill -9 and started at once", instances, probers, () -> {
                    instance.kill();
                    instance.start().awaitReady();
                });
                settle(instances, probers);
            }
        }
    }

    private static void settle(Instances instances, List<Prober> probers) {
        instances.awaitBalance();
        awaitDecisions(probers, WARM_DECISIONS);
    }

    private static void awaitDecisions(List<Prober> probers, int more) {
        int[] before = probers.stream().mapToInt(Prober::count).toArray();
        Waiting.until(more + " decisions", SETTLED_WITHIN, () -> IntStream.range(0, before.length)
                .allMatch(i -> probers.get(i).count() >= before[i] + more));
    }

    private void during(String what, Instances instances, List<Prober> probers, Runnable happens) throws InterruptedException {
        long began = System.nanoTime();
        List<String> seen = new ArrayList<>();
        var watching = new AtomicBoolean(true);
        Thread watch = Thread.ofVirtual().start(() -> watch(instances, began, seen, watching));
        happens.run();
        long ended = System.nanoTime();
        awaitDecisions(probers, 100);
        watching.set(false);
        watch.join();
        List<Prober.Stall> longest = probers.stream().map(prober -> prober.longestSince(began)).toList();
        stalls.computeIfAbsent(what, _ -> new ArrayList<>()).addAll(longest);
        System.out.printf(Locale.ROOT, "%s, took %.1f s; group: %s%n", what, (ended - began) / 1e9, String.join(", ", seen));
        longest.forEach(stall -> System.out.printf(Locale.ROOT, "    partition %d: %.2f s, from %.2f to %.2f s: %s%n", stall.partition(),
                stall.length().toMillis() / 1e3, (stall.ended().atNanos() - stall.length().toNanos() - began) / 1e9,
                (stall.ended().atNanos() - began) / 1e9, shortened(stall.ended().said())));
    }

    private static String shortened(List<String> said) {
        return said.size() <= 4 ? said.toString() : said.subList(0, 2) + " … " + said.size() + " in all … " + said.getLast();
    }

    private static void watch(Instances instances, long began, List<String> seen, AtomicBoolean watching) {
        String before = "";
        while (watching.get()) {
            ConsumerGroupDescription group = instances.group();
            String now = group == null ? "no answer" : group.groupState() + " of " + group.members().size();
            if (!now.equals(before)) {
                seen.add(String.format(Locale.ROOT, "%s at %.2f s", now.toLowerCase(Locale.ROOT), (System.nanoTime() - began) / 1e9));
                before = now;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private static void print(String what, List<Prober.Stall> all) {
        List<Long> millis = all.stream().map(stall -> stall.length().toMillis()).sorted().toList();
        System.out.printf(Locale.ROOT, "%-40s %3d stalls: median %.2f s, 90%% %.2f s, worst %.2f s   %s%n", what, millis.size(), at(millis, 0.5),
                at(millis, 0.9), at(millis, 1), millis.stream().map(one -> String.format(Locale.ROOT, "%.1f", one / 1e3)).collect(Collectors.joining(" ")));
        assertThat(millis).isNotEmpty();
    }

    private static double at(List<Long> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.floor(quantile * sorted.size()))) / 1e3;
    }
}
