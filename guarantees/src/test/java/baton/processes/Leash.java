package baton.processes;

import java.io.IOException;
import java.util.Arrays;

/// Runs another main class, for as long as whoever started this process is there: it holds the other end of standard input, which ends with
/// it, however it ends.
public final class Leash {

    private Leash() {
    }

    /// @param args the main class, and its arguments
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().daemon().name("leash").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nobody says anything
                }
            } catch (IOException _) {
                // the same as an end
            }
            Runtime.getRuntime().halt(1);
        });
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    }
}
