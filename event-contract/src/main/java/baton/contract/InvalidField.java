package baton.contract;

/// A value that the contract does not allow: which field, and why, in words that can be shown to the sender.
public final class InvalidField extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String reason;

    /// `reason` continues the sentence that begins with the field's name, as in "must not be empty".
    public InvalidField(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    /// The field's name as it stands in the JSON.
    public String field() {
        return field;
    }

    /// Why it was refused, without the name.
    public String reason() {
        return reason;
    }
}
