package baton.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// What a run of faults came to, as a table that is printed and kept in `target/faults.md`.
final class Table {

    private static final Path FILE = Path.of("target", "faults.md");
    private static final List<Row> ROWS = new CopyOnWriteArrayList<>();

    /// @param lasted   with load, fault, rest and judgement
    /// @param judgedIn of that, from the last command on
    /// @param unknown  sendings without an outcome, each of which was sent again
    record Row(String fault, long seed, Duration lasted, Duration judgedIn, long decided, long unknown, String bit, String recovery, String outcome) {
        @Override
        public String toString() {
            return "| " + String.join(" | ", fault, String.valueOf(seed), Rehearsal.seconds(lasted) + ", of it " + Rehearsal.seconds(judgedIn)
                    + " to judge", decided + " / " + unknown, bit, recovery, outcome) + " |";
        }
    }

    private Table() {
    }

    static void add(Row row) {
        ROWS.add(row);
        System.out.println(row);
        try {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            Files.writeString(FILE, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text() {
        return "| fault | seed | lasted | decided / unknown | what bit | recovery | outcome |\n| --- | --- | --- | --- | --- | --- | --- |\n"
                + ROWS.stream().map(Row::toString).collect(Collectors.joining("\n")) + "\n";
    }
}
