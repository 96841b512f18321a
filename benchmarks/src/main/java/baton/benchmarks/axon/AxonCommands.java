package baton.benchmarks.axon;

import baton.benchmarks.rival.Commands;
import baton.benchmarks.rival.Database;
import baton.benchmarks.rival.Rules;
import baton.benchmarks.rival.Rules.Asked;
import baton.contract.Decision;
import baton.contract.Refusal;
import baton.runtime.Problem;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.axonframework.common.AxonException;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.modelling.command.AggregateNotFoundException;

/// Takes commands: gives them to the conversation, through Axon's gateway, on the caller's thread.
@Singleton
final class AxonCommands implements Commands {

    private final AxonApplication axon;

    AxonCommands(AxonApplication axon) {
        this.axon = axon;
    }

    @Override
    public Decision take(Asked asked) throws SQLException {
        try {
            return send(new Conversation.Take(asked.conversationId(), asked));
        } catch (AggregateNotFoundException _) {
            return Rules.refused(null, asked, Refusal.CONVERSATION_NOT_FOUND);
        }
    }

    @Override
    public void receive(Asked asked) throws SQLException {
        send(new Conversation.Receive(asked.conversationId(), asked));
    }

    @Override
    public boolean remembers(String conversationId, String key) throws SQLException {
        try {
            return send(new Conversation.Recall(conversationId, key));
        } catch (AggregateNotFoundException _) {
            return false;
        }
    }

    private <T> T send(Object command) throws SQLException {
        if (axon.notReadyBecause().isPresent()) {
            throw Problem.unavailable("The event store is not open yet.").asException();
        }
        try {
            return axon.commands().sendAndWait(command);
        } catch (LockAcquisitionFailedException _) {
            throw Problem.overloaded("Too many commands wait for this conversation. Nothing was done.").asException();
        } catch (AxonException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException failure) {
                    throw Database.orOutcomeUnknown(failure);
                }
            }
            throw e;
        }
    }
}
