package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Latency over load, as SVG: for each contender that has climbed, its median (dashed) and its 99th percentile, both axes logarithmic.
final class Picture {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int LEFT = 70;
    private static final int RIGHT = 260;
    private static final int TOP = 30;
    private static final int BOTTOM = 50;
    private static final double MILLIS_MIN = 0.2;
    private static final double MILLIS_MAX = 2_000;
    private static final List<Double> MILLIS_MARKS = List.of(0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0);
    private static final List<String> COLOURS = List.of("#d1495b", "#2e6f95", "#66a182", "#8d6a9f", "#edae49");

    private final Results results;
    private final double rateMin;
    private final double rateMax;

    Picture(Results results) {
        this.results = results;
        int[] rates = results.climbs().values().stream().flatMap(List::stream).flatMap(List::stream).mapToInt(step -> step.round().rate()).sorted().toArray();
        this.rateMin = rates.length == 0 ? 100 : rates[0] * 0.9;
        this.rateMax = rates.length == 0 ? 10_000 : rates[rates.length - 1] * 1.1;
    }

    String svg() {
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <title>Answer to a claim over HTTP, by load</title>
                <rect width="100%%" height="100%%" fill="#fff"/>
                """, WIDTH, HEIGHT));
        for (double mark : MILLIS_MARKS) {
            svg.append(String.format(Locale.ROOT, "<path d=\"M%d %.1f H%d\" stroke=\"%s\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444\">%s</text>%n",
                    LEFT, y(mark), WIDTH - RIGHT, mark == Bench.HELD_MILLIS ? "#888" : "#e4e4e4", LEFT - 8, y(mark) + 4, plain(mark)));
        }
        TreeMap<Integer, Boolean> rates = new TreeMap<>();
        results.climbs().values().stream().flatMap(List::stream).flatMap(List::stream).forEach(step -> rates.put(step.round().rate(), true));
        rates.keySet().forEach(rate -> svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%d</text>%n",
                x(rate), HEIGHT - BOTTOM + 20, rate)));
        svg.append(String.format("<text x=\"%d\" y=\"%d\" fill=\"#444\">claims per second</text>%n<text x=\"%d\" y=\"%d\" fill=\"#444\">ms</text>%n",
                LEFT, HEIGHT - 10, LEFT - 24, TOP - 10));
        int colour = 0;
        for (Map.Entry<String, List<List<Results.Step>>> climbs : results.climbs().entrySet()) {
            String stroke = COLOURS.get(colour % COLOURS.size());
            svg.append(line(climbs.getValue(), 50, stroke, " stroke-dasharray=\"5 4\"")).append(line(climbs.getValue(), 99, stroke, ""));
            int at = TOP + 20 + colour * 40;
            svg.append(String.format("<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text><text x=\"%d\" y=\"%d\" fill=\"#666\">p99 —, p50 - -</text>%n",
                    WIDTH - RIGHT + 15, at, stroke, climbs.getKey(), WIDTH - RIGHT + 15, at + 16));
            colour++;
        }
        return svg.append("</svg>\n").toString();
    }

    private String line(List<List<Results.Step>> climbs, double percentile, String stroke, String dashes) {
        TreeMap<Integer, List<Double>> byRate = new TreeMap<>();
        climbs.stream().flatMap(List::stream).forEach(step -> byRate.computeIfAbsent(step.round().rate(), _ -> new ArrayList<>())
                .add(step.round().comparableMillis(percentile))); // at the upper edge where not all was done
        StringBuilder path = new StringBuilder();
        byRate.forEach((rate, millis) -> path.append(path.isEmpty() ? "M" : " L").append(String.format(Locale.ROOT, "%.1f %.1f", x(rate),
                y(Spread.of(millis.stream().mapToDouble(Double::doubleValue).toArray()).median()))));
        return "<path d=\"" + path + "\" fill=\"none\" stroke-width=\"2\" stroke=\"" + stroke + "\"" + dashes + "/>\n";
    }

    private double x(double rate) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(rate / rateMin) / Math.log(rateMax / rateMin);
    }

    private static double y(double millis) {
        double within = Math.min(MILLIS_MAX, Math.max(MILLIS_MIN, millis));
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * Math.log(within / MILLIS_MIN) / Math.log(MILLIS_MAX / MILLIS_MIN);
    }

    private static String plain(double mark) {
        return mark == Math.rint(mark) ? String.valueOf((int) mark) : String.valueOf(mark);
    }
}
