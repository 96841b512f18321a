package baton.microbenchmarks;

import baton.assignment.domain.Ledger;
import baton.assignment.domain.RulesVersion;
import baton.contract.Actor;
import baton.contract.ChannelMessage;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Limits;
import baton.contract.Ownership;
import baton.contract.Visitor;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A decision, with the ledger that it is made from already in memory and as full as it gets.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Decide {

    private static final String CONVERSATION = "conversation-4711";
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private Ledger ledger;
    private CommandEnvelope claim;
    private CommandEnvelope refused;
    private CommandEnvelope repeated;

    /// A conversation that remembers as many commands as it can.
    @Setup
    public void remember() {
        ledger = Ledger.EMPTY.take(RulesVersion.NEWEST, CommandEnvelope.message(CONVERSATION,
                new ChannelMessage("m-1", "web", new Visitor("vera", "Vera"), "hello", null), Ownership.OWNER), NOON).ledger();
        for (int i = 0; i < Limits.COMMAND_IDS_REMEMBERED_MAX; i++) {
            ledger = ledger.take(RulesVersion.NEWEST, assign("before-" + i, i % 2 == 0 ? "ana" : "ben", true), NOON).ledger();
        }
        claim = assign("now", "chloe", true);
        refused = assign("not-hers", "chloe", false);
        repeated = assign("before-10", "ana", true);
    }

    private static CommandEnvelope assign(String id, String assignee, boolean supervisor) {
        Command.AssignAgent body = new Command.AssignAgent(assignee);
        return new CommandEnvelope(body.rulesVersion(), id, CONVERSATION, Actor.agent("chloe"), supervisor, Ownership.OWNER, null, body);
    }

    /// Another owner.
    @Benchmark
    public Ledger.Entry claim() {
        return ledger.take(RulesVersion.NEWEST, claim, NOON);
    }

    /// By somebody who may not.
    @Benchmark
    public Ledger.Entry refusal() {
        return ledger.take(RulesVersion.NEWEST, refused, NOON);
    }

    /// The same command again.
    @Benchmark
    public Ledger.Entry repeat() {
        return ledger.take(RulesVersion.NEWEST, repeated, NOON);
    }
}
