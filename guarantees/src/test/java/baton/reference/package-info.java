/// What Baton has to do, written a second time: from the contract, by other means than the code that it judges, in JSON and maps. Slow,
/// small, and without a thought for storage.
///
/// Knows nothing of Baton's classes. Start reading at [baton.reference.ReferenceLedger].
package baton.reference;
