package baton.contract;

/// The person outside, as a channel knows her. The name may be missing.
public record Visitor(String id, String name) {

    /// Refuses an id that is none and a name that is blank or too long.
    public Visitor {
        Ids.require(id, "visitor.id");
        if (name != null) {
            Texts.requireName(name, "visitor.name");
        }
    }
}
