package baton.assignment.domain;

import java.time.Instant;

/// The state of one conversation: what the rules need to know of its past, and nothing else. Texts are not state.
public sealed interface Conversation {

    /// How many events it has had; 0 if there is none.
    long version();

    /// The time of its last event; no later event may be earlier.
    Instant at();

    /// Nobody has written yet.
    record Absent() implements Conversation {
        @Override
        public long version() {
            return 0;
        }

        @Override
        public Instant at() {
            return Instant.MIN;
        }
    }

    /// Open, and nobody's.
    record Unassigned(long version, Instant at, Origin origin) implements Conversation {
    }

    /// Open, and `owner`'s since `since`.
    record Assigned(long version, Instant at, Origin origin, String owner, Instant since) implements Conversation {
    }

    /// Put away; always nobody's.
    record Completed(long version, Instant at, Origin origin) implements Conversation {
    }

    /// Where a conversation comes from, and so where its replies go.
    record Origin(String channel, String visitorId) {
    }
}
