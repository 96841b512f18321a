package baton.assignment.stream;

import baton.contract.Decision;
import org.apache.kafka.common.header.Headers;

/// Where decisions go as soon as they are made.
@FunctionalInterface
public interface Answers {

    /// A command was decided; `headers` are those of its record, which tell whether somebody here waits for it.
    void answer(Headers headers, Decision decision);
}
