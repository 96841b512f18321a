package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Row 10: what a claim costs, while nothing else happens: bytes written to Kafka, by topic, and processor time, by what the threads do.
///
/// Bytes are those of the broker's logs, so what compaction or retention takes away meanwhile would be missing; rounds are too short for either.
final class CostRow implements Row {

    static final Size WHOLE = new Size(30_000, List.of(200, 1_000), 3, Duration.ofSeconds(20), Duration.ofSeconds(10));
    static final Size QUICK = new Size(3_000, List.of(200), 1, Duration.ofSeconds(5), Duration.ofSeconds(2));

    private static final int WARM_UP_AT_A_TIME = 8;
    private static final Duration WARM_UP_MAX = Duration.ofMinutes(2);

    private final Size size;
    private final Map<Integer, List<Cost>> costs = new LinkedHashMap<>();
    private double idleMillisPerSecond;
    private String heapMax;

    /// @param warmUp claims before anything counts
    /// @param rates  claims a second
    /// @param idle   how long it is looked at while nothing happens
    record Size(int warmUp, List<Integer> rates, int rounds, Duration lasting, Duration idle) {
    }

    /// Of a round.
    ///
    /// @param bytes         by topic
    /// @param millis        of processor time, of the whole process
    /// @param threadMillis  of those threads that were there at the end, by what they do
    record Cost(long claims, Map<String, Long> bytes, double millis, Map<String, Double> threadMillis) {
        double each(double all) {
            return all / claims;
        }
    }

    CostRow(Size size) {
        this.size = size;
    }

    @Override
    public String number() {
        return "10";
    }

    @Override
    public void measure(Batons batons, BooleanSupplier stopping) throws Exception {
        try (LoneBaton baton = batons.start("cost"); Broker broker = baton.broker();
                var claims = Contender.Claims.of("Baton", baton.supervisor(), baton.channel())) {
            heapMax = baton.process().heapMax();
            Load.closedLoop(size.warmUp(), WARM_UP_AT_A_TIME, WARM_UP_MAX, claims);
            claims.settle();
            broker.bytesByTopic(); // when nobody writes any more
            double before = baton.process().processorSeconds();
            TimeUnit.MILLISECONDS.sleep(size.idle().toMillis());
            idleMillisPerSecond = (baton.process().processorSeconds() - before) * 1_000 / size.idle().toSeconds();
            for (int i = 0; i < size.rounds(); i++) {
                for (int rate : size.rates()) {
                    if (stopping.getAsBoolean()) {
                        return;
                    }
                    Cost cost = cost(baton.process(), broker, claims, rate);
                    costs.computeIfAbsent(rate, _ -> new ArrayList<>()).add(cost);
                    Bench.say("Row 10, %d/s: %.0f bytes and %.2f ms of processor time a claim", rate, cost.each(sum(cost.bytes())), cost.each(cost.millis()));
                }
            }
        }
    }

    private Cost cost(JvmProcess process, Broker broker, Contender.Claims claims, int rate) throws Exception {
        Map<String, Long> bytesBefore = broker.bytesByTopic();
        Map<String, Double> threadsBefore = process.processorMillisByThreads();
        double before = process.processorSeconds();
        long begunBefore = claims.begun();
        Load.Round round = Load.atRate(rate, size.lasting(), claims);
        claims.settle();
        double millis = (process.processorSeconds() - before) * 1_000;
        Map<String, Double> threads = difference(threadsBefore, process.processorMillisByThreads());
        if (!round.whole()) {
            throw new IllegalStateException("of " + round.nanos().getTotalCount() + " claims " + round.failed() + " failed" + (round.abandoned() ? ", and no more were begun" : ""));
        }
        return new Cost(claims.begun() - begunBefore, Broker.growth(bytesBefore, broker.bytesByTopic()), millis, threads);
    }

    /// What each has more than before. Threads that ended in between are missing.
    static Map<String, Double> difference(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> more = new LinkedHashMap<>();
        after.forEach((threads, millis) -> more.put(threads, Math.max(0, millis - before.getOrDefault(threads, 0.0))));
        return more;
    }

    private static double sum(Map<String, ? extends Number> of) {
        return of.values().stream().mapToDouble(Number::doubleValue).sum();
    }

    @Override
    public String table() {
        if (costs.isEmpty()) {
            return "";
        }
        var text = new StringBuilder(String.format(Locale.ROOT, "**10.** What a claim costs; median of %d rounds of %d s (least to most); idle, Baton takes %.1f ms of "
                + "processor time a second, which is in it; %s%n%n| bytes written to Kafka", costs.values().iterator().next().size(), size.lasting().toSeconds(), idleMillisPerSecond, heapMax));
        heads(text);
        line(text, "all topics", "%.0f", cost -> sum(cost.bytes()));
        for (String topic : mostFirst(Cost::bytes)) {
            line(text, topic, "%.0f", cost -> cost.bytes().getOrDefault(topic, 0L));
        }
        text.append("\n| milliseconds of processor time");
        heads(text);
        line(text, "all of Baton's process", "%.3f", Cost::millis);
        for (String threads : mostFirst(Cost::threadMillis)) {
            line(text, threads, "%.3f", cost -> cost.threadMillis().getOrDefault(threads, 0.0));
        }
        return text.toString();
    }

    private List<String> mostFirst(Function<Cost, Map<String, ? extends Number>> parts) {
        Map<String, Double> sums = new HashMap<>();
        costs.values().stream().flatMap(List::stream).forEach(cost -> parts.apply(cost).forEach((part, much) -> sums.merge(part, much.doubleValue(), Double::sum)));
        return sums.entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).map(Map.Entry::getKey).toList();
    }

    private void heads(StringBuilder text) {
        costs.keySet().forEach(rate -> text.append(" | at ").append(rate).append("/s"));
        text.append(" |\n| ---").append(" | ---".repeat(costs.size())).append(" |\n");
    }

    private void line(StringBuilder text, String what, String format, ToDoubleFunction<Cost> value) {
        text.append("| ").append(what);
        costs.values().forEach(rounds -> text.append(" | ").append(Report.cell(Optional.of(
                Spread.of(rounds.stream().mapToDouble(cost -> cost.each(value.applyAsDouble(cost))).toArray())), format)));
        text.append(" |\n");
    }

    /// It has none: it tells where the time goes.
    @Override
    public List<Goal> goals() {
        return List.of();
    }

    @Override
    public Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("idleMillisPerSecond", idleMillisPerSecond);
        kept.put("byRate", costs);
        return kept;
    }
}
