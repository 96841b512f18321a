package baton.assignment.domain;

import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The versions of the rules, and what each has changed. One is in force on each partition: the first, until a record of the partition's
/// own log switches it ([baton.contract.Command.SwitchRules]). So whoever decides the log again decides each command by the same version.
///
/// | version | what is decided otherwise than before |
/// | --- | --- |
/// | 1 | nothing: the table of [Rules] |
/// | 2 | to assign to an agent who was deactivated is refused here, and remembered; version 1 does not look at that, only the edge does |
///
/// What a version changes is asked for by name, and [Rules] says what follows. A version that a log may have been decided by stays for ever.
public enum RulesVersion {
    V1(1),
    V2(2);

    /// Where every log begins.
    public static final RulesVersion FIRST = V1;
    /// Where a new deployment is switched to before anything else.
    public static final RulesVersion NEWEST = values()[values().length - 1];

    private final int number;

    RulesVersion(int number) {
        this.number = number;
    }

    /// What a switch has led to.
    public record Switched(RulesVersion inForce, Decision decision) {
    }

    /// The version as records have it; empty for one that this build does not know.
    public static Optional<RulesVersion> of(long number) {
        return Arrays.stream(values()).filter(version -> version.number == number).findFirst();
    }

    /// The version as records have it.
    public int number() {
        return number;
    }

    /// Whether a conversation may not be assigned to somebody who was deactivated when the command was accepted.
    public boolean refusesDeactivatedAssignees() {
        return number >= 2;
    }

    /// The version that decides a command where this one is in force: a newer one, if less would not understand the command.
    RulesVersion orNewerFor(CommandEnvelope command) {
        return command.rulesVersion() <= number
                ? this
                : of(command.rulesVersion()).orElseThrow(() -> new IllegalArgumentException("version " + command.rulesVersion() + " is not known"));
    }

    /// What a command to switch leads to where this version is in force. Never back: what a newer version has let happen, an older one
    /// might not know how to go on from.
    public Switched switchedTo(RulesVersion wanted, CommandEnvelope command) {
        return wanted.number < number
                ? new Switched(this, new Decision.Refused(command.conversationId(), 0, Refusal.NEWER_RULES_IN_FORCE, null, null, false))
                : new Switched(wanted, new Decision.Accepted(command.conversationId(), 0, null, null, List.of(), false));
    }
}
