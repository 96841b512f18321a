package baton.checker;

import java.util.List;
import java.util.Map;

/// How things stand when faults are over and everybody had time.
///
/// @param lag                 of each consumer group, in records
/// @param hangingTransactions that are open longer than any may be
/// @param notReady            what instances say that are not up
/// @param dropped             records that an instance's Kafka Streams says it has skipped
/// @param openIterators       of each instance, that nobody reads any more
/// @param heapGrown           by how many times the heap in use of an instance, after a collection, exceeds its base
public record Ending(Map<String, Long> lag, List<String> hangingTransactions, Map<String, String> notReady, Map<String, Double> dropped,
        Map<String, Double> openIterators, Map<String, Double> heapGrown) {

    /// As it should be.
    public static final Ending GOOD = new Ending(Map.of(), List.of(), Map.of(), Map.of(), Map.of(), Map.of());
}
