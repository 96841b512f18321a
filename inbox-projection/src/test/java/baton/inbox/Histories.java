package baton.inbox;

import baton.contract.Event;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/// Random histories and random ticks for properties.
public final class Histories extends DomainContextBase {

    /// A history: legal events of several conversations, mixed.
    public record Past(List<Event> events) {
    }

    @Provide
    Arbitrary<Past> pasts() {
        Arbitrary<History.Step> steps = Combinators.combine(Arbitraries.of(History.IDS),
                Arbitraries.frequency(
                        net.jqwik.api.Tuple.of(4, History.Action.WRITE), net.jqwik.api.Tuple.of(2, History.Action.REPLY),
                        net.jqwik.api.Tuple.of(3, History.Action.ASSIGN), net.jqwik.api.Tuple.of(1, History.Action.UNASSIGN),
                        net.jqwik.api.Tuple.of(2, History.Action.COMPLETE), net.jqwik.api.Tuple.of(1, History.Action.REOPEN)),
                Arbitraries.of(History.AGENTS), Arbitraries.of(0, 0, 1, 7)).as(History.Step::new);
        // The second runs through the instant where milliseconds turn from negative to positive; the third has finer times than that.
        Arbitrary<Instant> begins = Arbitraries.of(Samples.NOON, Instant.parse("1969-12-31T23:59:59.980Z"), Instant.parse("2026-11-22T12:00:00.000900001Z"));
        return Combinators.combine(begins, steps.list().ofMaxSize(80)).as((begin, list) -> new Past(History.of(begin, list)));
    }

    @Provide
    Arbitrary<NaiveInbox.Ticked> ticked() {
        Arbitrary<Boolean> sometimes = Arbitraries.of(true, false);
        return Combinators.combine(sometimes, sometimes, Arbitraries.of(History.AGENTS).set().ofMaxSize(3),
                Arbitraries.of("open", "completed", "all"))
                .as((unassigned, others, owners, status) -> new NaiveInbox.Ticked(unassigned, others, owners,
                        !status.equals("completed"), !status.equals("open")));
    }
}
