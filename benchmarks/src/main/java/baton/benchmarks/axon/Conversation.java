package baton.benchmarks.axon;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import baton.benchmarks.rival.ConversationRow;
import baton.benchmarks.rival.Rules;
import baton.benchmarks.rival.Rules.Asked;
import baton.benchmarks.rival.Rules.Ruling;
import baton.contract.Command;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.Limits;
import baton.contract.Refusal;
import baton.contract.Status;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedCollection;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.Revision;

/// A conversation, as the aggregate that its commands are handled by: one at a time, each in one unit of work.
///
/// Its events are the public ones, and beside them [CommandAnswered], which nobody but itself reads. So it remembers what a key led to without
/// a second event for each command: the key's fingerprint travels in the metadata of the events that it has caused. A snapshot is this
/// object as JSON, by its fields.
@Revision("1")
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
final class Conversation {

    /// In the metadata of what a command with a key has caused: what makes that command the same command.
    static final String FINGERPRINT = "fingerprint";
    /// In the metadata of a visitor's message: that it has reopened the conversation.
    static final String REOPENED = "reopened";

    @AggregateIdentifier
    private String id;
    private ConversationRow state;
    private LinkedHashMap<String, Answer> answers = new LinkedHashMap<>();
    private LinkedHashSet<String> messageIds = new LinkedHashSet<>();

    /// A visitor's message has come in.
    record Receive(@TargetAggregateIdentifier String conversationId, Asked asked) {
    }

    /// An agent gives a command.
    record Take(@TargetAggregateIdentifier String conversationId, Asked asked) {
    }

    /// Somebody asks whether a command with this key was decided before.
    record Recall(@TargetAggregateIdentifier String conversationId, String key) {
    }

    /// A command with a key has changed nothing.
    ///
    /// @param refusal null if it wanted what was so already
    record CommandAnswered(String commandId, String fingerprint, Refusal refusal) {
    }

    /// What a command with a key was told.
    ///
    /// @param refusal null if it was accepted
    /// @param since   since when the owner owned it, if it was refused
    record Answer(String fingerprint, Refusal refusal, long version, Status status, String owner, Instant since, List<Decision.Caused> events) {
        Decision again(String conversationId) {
            return refusal == null
                    ? new Decision.Accepted(conversationId, version, status, owner, events, true)
                    : new Decision.Refused(conversationId, version, refusal, owner, since, true);
        }
    }

    Conversation() {
        // Axon makes it, before its first event
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void receive(Receive command) {
        var message = (Command.ReceiveMessage) command.asked().body();
        if (messageIds.contains(message.messageId())) {
            return;
        }
        MetaData met = state != null && state.completed() ? MetaData.with(REOPENED, true) : MetaData.emptyInstance();
        Rules.decide(state, command.asked(), now()).events().forEach(event -> apply(event, met));
    }

    @CommandHandler
    Decision take(Take command) {
        Asked asked = command.asked();
        Answer first = asked.key() == null ? null : answers.get(asked.key());
        if (first != null) {
            return first.fingerprint().equals(asked.fingerprint()) ? first.again(id) : Rules.refused(state, asked, Refusal.COMMAND_ID_REUSED);
        }
        Ruling ruling = Rules.decide(state, asked, now());
        if (asked.key() == null) {
            ruling.events().forEach(event -> apply(event));
        } else if (ruling.events().isEmpty()) {
            apply(new CommandAnswered(asked.key(), asked.fingerprint(), ruling.refusal()));
        } else {
            MetaData remembered = MetaData.with(FINGERPRINT, asked.fingerprint());
            ruling.events().forEach(event -> apply(event, remembered));
        }
        return ruling.refusal() == null ? Rules.accepted(state, ruling.events()) : Rules.refused(state, asked, ruling.refusal());
    }

    @CommandHandler
    boolean recall(Recall command) {
        return answers.containsKey(command.key());
    }

    @EventSourcingHandler
    void on(Event event, @MetaDataValue(FINGERPRINT) String fingerprint) {
        id = event.conversationId();
        state = ConversationRow.apply(state, event);
        if (event instanceof Event.MessageReceived message) {
            messageIds.add(message.messageId());
            forgetBeyond(Limits.MESSAGE_IDS_REMEMBERED_MAX, messageIds);
        }
        if (fingerprint != null) {
            Answer soFar = answers.get(event.commandId());
            List<Decision.Caused> caused = soFar == null ? new ArrayList<>() : new ArrayList<>(soFar.events());
            caused.add(Decision.Caused.of(event));
            remember(event.commandId(), new Answer(fingerprint, null, state.version(), state.status(), state.assignee(), null, caused));
        }
    }

    @EventSourcingHandler
    void on(CommandAnswered event) {
        remember(event.commandId(), new Answer(event.fingerprint(), event.refusal(), state.version(), state.status(), state.assignee(),
                event.refusal() == null ? null : state.since(), List.of()));
    }

    private void remember(String commandId, Answer answer) {
        answers.put(commandId, answer);
        forgetBeyond(Limits.COMMAND_IDS_REMEMBERED_MAX, answers.sequencedKeySet());
    }

    private static void forgetBeyond(int max, SequencedCollection<String> ids) {
        if (ids.size() > max) {
            ids.removeFirst();
        }
    }

    /// In milliseconds, as times are on the wire.
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
