package baton.assignment.domain;

import static baton.assignment.Samples.CONVERSATION;
import static baton.assignment.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Actor;
import baton.contract.ChannelMessage;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.Ownership;
import baton.contract.Visitor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What holds for every sequence of commands, whatever it is, and wherever in it the rules were switched.
class LedgerPropertiesTest {

    /// A command as it stands on the log: by then, these rules are in force.
    record Step(RulesVersion rules, CommandEnvelope command, int clockSeconds) {
        Ledger.Entry takenBy(Ledger ledger) {
            return ledger.take(rules, command, at());
        }

        Instant at() {
            return NOON.plusSeconds(clockSeconds);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> agents = Arbitraries.of("ana", "ben", "sam");
        Arbitrary<Command> commands = Arbitraries.oneOf(
                Combinators.combine(agents, Arbitraries.of(false, false, true)).as(Command.AssignAgent::new),
                Arbitraries.of("hello", "bye").map(Command.Reply::new),
                Arbitraries.of(new Command.UnassignAgent(), new Command.CompleteConversation(), new Command.ReopenConversation()));
        // No build writes a command that asks for less than it needs: here some do, so that what is in force makes a difference.
        Arbitrary<CommandEnvelope> byAgents = Combinators.combine(Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 20).map(i -> "k-" + i), agents, Arbitraries.of(Ownership.values()),
                        Arbitraries.longs().between(0, 12).injectNull(0.8), commands)
                .as((asks, id, agent, ownership, ifMatch, command) -> new CommandEnvelope(asks ? command.rulesVersion() : 1, id, CONVERSATION,
                        Actor.agent(agent), agent.equals("sam"), ownership, ifMatch, command));
        Arbitrary<CommandEnvelope> byVisitors = Arbitraries.integers().between(1, 10).map(i -> CommandEnvelope.message(CONVERSATION,
                new ChannelMessage("m-" + i, "web", new Visitor("vera", "Vera"), "text " + i, null), Ownership.OWNER));
        Arbitrary<CommandEnvelope> any = Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, byAgents), net.jqwik.api.Tuple.of(1, byVisitors));
        return Combinators.combine(Arbitraries.integers().between(0, 60),
                        Combinators.combine(any, Arbitraries.integers().between(-3, 20)).as(net.jqwik.api.Tuple::of).list().ofMaxSize(60))
                .as((switchedAt, taken) -> IntStream.range(0, taken.size()).mapToObj(i -> new Step(
                        i < switchedAt ? RulesVersion.V1 : RulesVersion.V2, taken.get(i).get1(), taken.get(i).get2())).toList());
    }

    @Property(tries = 500)
    void versionsAreGaplessTimeNeverRunsBackwardsAndOneOwnerStandsAtEachVersion(@ForAll("steps") List<Step> steps) {
        Ledger ledger = Ledger.EMPTY;
        List<Event> log = new ArrayList<>();
        for (Step step : steps) {
            Ledger.Entry entry = step.takenBy(ledger);
            log.addAll(entry.events());
            ledger = entry.ledger();
            assertThat(ledger.state().version()).isEqualTo(log.size());
        }
        Conversation fold = new Conversation.Absent();
        for (int i = 0; i < log.size(); i++) {
            assertThat(log.get(i).version()).isEqualTo(i + 1);
            assertThat(log.get(i).at()).isAfterOrEqualTo(fold.at());
            fold = Rules.evolve(fold, log.get(i));
        }
        assertThat(fold).isEqualTo(ledger.state());
    }

    @Property(tries = 500)
    void decidingTheSameLogAgainGivesTheSameAnswers(@ForAll("steps") List<Step> steps) {
        assertThat(decisions(steps)).isEqualTo(decisions(steps));
    }

    @Property(tries = 500)
    void aRepeatedCommandNeverHasASecondEffect(@ForAll("steps") List<Step> steps) {
        Ledger ledger = Ledger.EMPTY;
        Map<String, Decision> first = new HashMap<>();
        for (Step step : steps) {
            Ledger before = ledger;
            Ledger.Entry entry = step.takenBy(ledger);
            Ledger.Entry repeated = step.takenBy(entry.ledger());
            assertThat(repeated.events()).isEmpty();
            assertThat(repeated.ledger()).isEqualTo(entry.ledger());
            boolean remembered = before.memory().command(step.command().commandId()).isPresent();
            if (!(step.command().body() instanceof Command.ReceiveMessage) && remembered
                    && !(entry.decision() instanceof Decision.Refused refused && refused.refusal() == baton.contract.Refusal.COMMAND_ID_REUSED)) {
                assertThat(entry.decision()).isEqualTo(first.get(step.command().commandId()).again());
            } else if (!(step.command().body() instanceof Command.ReceiveMessage)) {
                first.putIfAbsent(step.command().commandId(), entry.decision());
                if (!remembered) {
                    first.put(step.command().commandId(), entry.decision());
                }
            }
            ledger = entry.ledger();
        }
    }

    @Property(tries = 500)
    void underTheOwnerRuleNobodyButOwnerAndSupervisorTakesAConversation(@ForAll("steps") List<Step> steps) {
        Ledger ledger = Ledger.EMPTY;
        for (Step step : steps) {
            Ledger.Entry entry = step.takenBy(ledger);
            if (ledger.state() instanceof Conversation.Assigned assigned && step.command().ownership() == Ownership.OWNER
                    && !step.command().supervisor() && !step.command().actor().id().equals(assigned.owner())) {
                assertThat(entry.ledger().state()).isInstanceOf(Conversation.Assigned.class)
                        .extracting(state -> ((Conversation.Assigned) state).owner()).isEqualTo(assigned.owner());
            }
            ledger = entry.ledger();
        }
    }

    @Property(tries = 500)
    void fromVersion2OnNothingIsAssignedToWhomTheEdgeKnewToBeDeactivated(@ForAll("steps") List<Step> steps) {
        Ledger ledger = Ledger.EMPTY;
        for (Step step : steps) {
            Ledger.Entry entry = step.takenBy(ledger);
            if (step.command().body() instanceof Command.AssignAgent assign && assign.assigneeDeactivated()
                    && (step.rules() == RulesVersion.V2 || step.command().rulesVersion() == 2)) {
                assertThat(entry.events()).isEmpty();
                assertThat(entry.ledger().state()).isEqualTo(ledger.state());
            }
            ledger = entry.ledger();
        }
    }

    private static List<Decision> decisions(List<Step> steps) {
        List<Decision> decisions = new ArrayList<>();
        Ledger ledger = Ledger.EMPTY;
        for (Step step : steps) {
            Ledger.Entry entry = step.takenBy(ledger);
            decisions.add(entry.decision());
            ledger = entry.ledger();
        }
        return decisions;
    }
}
