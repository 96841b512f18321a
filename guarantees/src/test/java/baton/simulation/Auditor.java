package baton.simulation;

import baton.contract.Decision;
import baton.contract.Topic;
import java.time.Instant;

/// The independent judge: sees what is appended, what is told and what can be read, and compares all of it with what
/// [baton.reference.ReferenceLedger] makes of the commands. Knows nothing of stores, tasks or transactions. A [Breach] is its finding.
final class Auditor {

    private final World world;
    private final DecisionAudit decisions;
    private final EventAudit events;
    private final LetterAudit letters;
    private final NotificationAudit notifications;
    private final InboxAudit inbox;

    Auditor(World world) {
        this.world = world;
        this.events = new EventAudit(world.topics());
        this.decisions = new DecisionAudit(world, events);
        this.letters = new LetterAudit(world.topics());
        this.notifications = new NotificationAudit(world.topics(), events);
        this.inbox = new InboxAudit(world, events);
    }

    /// A command is on the log.
    void appended(int partition, long offset, byte[] value, String callId, Instant time) {
        if (world.setup().sizesRefused() && SizeChecked.isTooLarge(value)) {
            appendedPoison(partition, offset, callId);
        } else {
            decisions.appended(partition, offset, value, callId, time);
        }
    }

    /// Something is on the log of commands that is none.
    void appendedPoison(int partition, long offset) {
        appendedPoison(partition, offset, null);
    }

    private void appendedPoison(int partition, long offset, String callId) {
        decisions.appendedPoison(partition, offset, callId);
        expectsLetter("assignment-service", Topic.CONVERSATION_COMMANDS, partition, offset);
    }

    /// Something is on the log of events that is none.
    void poisonedEvent(int partition, long offset) {
        events.poisoned(partition, offset);
        expectsLetter("inbox-projection", Topic.CONVERSATION_EVENTS, partition, offset);
        expectsLetter("notification-service", Topic.CONVERSATION_EVENTS, partition, offset);
    }

    void expectsLetter(String reader, Topic topic, int partition, long offset) {
        letters.expects(reader, topic, partition, offset);
    }

    /// An instance has decided the command at that place, whether or not somebody hears of it.
    void decided(Instance by, int partition, long offset, Decision decision) {
        decisions.decided(by, partition, offset, decision);
    }

    /// A caller was told.
    void heard(Call call, Decision decision) {
        decisions.heard(call, decision);
    }

    /// After each step: everything that can be read is right, though it may be late.
    void judge() {
        events.judge();
        letters.judge();
        notifications.judge();
        inbox.judge();
    }

    /// When all has been drained: it is complete as well.
    void judgeEnd() {
        judge();
        events.judgeEnd();
        letters.judgeEnd();
        notifications.judgeEnd();
        inbox.judgeEnd();
    }

    InboxAudit inbox() {
        return inbox;
    }
}
