package baton.simulation;

import java.util.function.Supplier;

/// A seed that has failed: what was found, the last things that happened before, and the line that repeats it.
final class Failure extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final long seed;
    private final String promise;

    /// What a second run of the seed has told.
    record Account(Throwable found, Journal journal) {
    }

    private Failure(long seed, String promise, String message, Throwable cause) {
        super(message, cause);
        this.seed = seed;
        this.promise = promise;
    }

    static Failure of(long seed, Supplier<Account> again) {
        Account account = again.get();
        String promise = account.found() instanceof Breach breach ? breach.promise() : "none";
        return new Failure(seed, promise, """

                seed %d, step %d: %s
                %s
                to repeat it: mvn -pl guarantees -am test -Dtest=SimulationTest -Dsimulation.seed=%d -Dsurefire.failIfNoSpecifiedTests=false
                """.formatted(seed, account.journal().step(), account.found().getMessage() == null ? account.found() : account.found().getMessage(),
                account.journal().lines(), seed), account.found());
    }

    long seed() {
        return seed;
    }

    /// The promise that was broken, such as `I3`; `none` where the simulation itself has failed.
    String promise() {
        return promise;
    }
}
