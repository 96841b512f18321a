package baton.inbox.domain;

import java.util.Set;

/// Which conversations a list shows: whose, and of which status.
///
/// @param owners     owners to show; null for every one
/// @param ownerNot   an owner not to show although all are, or null
/// @param unassigned whether to show what belongs to nobody
public record Selection(Set<String> owners, String ownerNot, boolean unassigned, boolean open, boolean completed) {

    /// Freezes the set.
    public Selection {
        owners = owners == null ? null : Set.copyOf(owners);
    }

    /// Every conversation, whoever owns it.
    public static Selection everything(boolean open, boolean completed) {
        return new Selection(null, null, true, open, completed);
    }

    /// What belongs to one of `owners`, and with `others` what belongs to anybody but `me`; with `unassigned` what belongs to nobody.
    public static Selection union(Set<String> owners, boolean others, String me, boolean unassigned, boolean open, boolean completed) {
        // With others, everybody but oneself is shown, and oneself only if asked for as well.
        return others
                ? new Selection(null, owners.contains(me) ? null : me, unassigned, open, completed)
                : new Selection(owners, null, unassigned, open, completed);
    }

    /// Whether it shows the conversations of this owner.
    public boolean shows(String owner) {
        return owners == null ? !owner.equals(ownerNot) : owners.contains(owner);
    }

    /// Whether nothing is left out because of its owner.
    public boolean everyOwner() {
        return owners == null && ownerNot == null && unassigned;
    }
}
