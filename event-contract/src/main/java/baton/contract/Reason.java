package baton.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/// Why a conversation changed hands.
public enum Reason {
    /// Somebody asked for it.
    MANUAL("manual"),
    /// The first to reply owns.
    FIRST_REPLY("first-reply"),
    /// It was completed; a completed conversation belongs to nobody.
    COMPLETED("completed");

    private final String wireName;

    Reason(String wireName) {
        this.wireName = wireName;
    }

    /// The name in events and answers.
    @JsonValue
    public String wireName() {
        return wireName;
    }
}
