/// Judges a run by what it has left behind: the logs, what each caller was told and when, what views showed, what streams said, and how the
/// processes were at the end. One named check for each promise of docs/INVARIANTS.md.
///
/// Knows topics and HTTP and the second reading of the contract in [baton.reference], nothing of Baton's classes. The commands' offsets are
/// the order, so nothing has to be searched: the log is replayed, and each answer compared. Start reading at [baton.checker.Checker].
package baton.checker;
