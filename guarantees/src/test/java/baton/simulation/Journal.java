package baton.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/// The last things that have happened, for people. Kept only when a seed is run again because it has failed.
final class Journal {

    private static final int LINES_MAX = 60;

    private final boolean kept;
    private final Deque<String> lines = new ArrayDeque<>();
    private int step;

    Journal(boolean kept) {
        this.kept = kept;
    }

    void step(int number) {
        step = number;
    }

    int step() {
        return step;
    }

    void note(String format, Object... arguments) {
        if (kept) {
            if (lines.size() == LINES_MAX) {
                lines.removeFirst();
            }
            lines.add("  step " + step + ": " + format.formatted(arguments));
        }
    }

    String lines() {
        return String.join("\n", lines);
    }
}
