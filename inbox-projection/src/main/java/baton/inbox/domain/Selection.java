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

    /// Whether it shows the conversations of this owner.
    public boolean shows(String owner) {
        return owners == null ? !owner.equals(ownerNot) : owners.contains(owner);
    }

    /// Whether nothing is left out because of its owner.
    public boolean everyOwner() {
        return owners == null && ownerNot == null && unassigned;
    }
}
