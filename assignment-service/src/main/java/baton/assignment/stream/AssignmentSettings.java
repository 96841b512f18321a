package baton.assignment.stream;

import baton.contract.Ownership;
import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/// How assignment-service works in this deployment. The defaults are in `assignment-service.yml`.
///
/// @param ownership     `owner`: only its owner and supervisors may take an assigned conversation; `open`: every agent may
/// @param decidedWithin how long a caller waits for a decision before the answer is `outcome-unknown`
/// @param pendingMax    commands that may wait for their decision at once; more are refused as `overloaded`
/// @param commandLinger how long the producer of commands collects before it sends; 1 ms pays above about 1 000 commands a second
@ConfigurationProperties("baton")
public record AssignmentSettings(
        Ownership ownership,
        Duration decidedWithin,
        int pendingMax,
        Duration commandLinger) {
}
