/// The same work on Baton and on what people would pick instead, in one run on one machine: `./baton bench`.
///
/// [baton.benchmarks.Bench] is the run; a [baton.benchmarks.Side] is a running service, a [baton.benchmarks.Contender] what is asked of it,
/// [baton.benchmarks.Load] the open loop that asks, a [baton.benchmarks.Row] what is measured of Baton alone, [baton.benchmarks.Report] what is said
/// about all of it. The other sides themselves are in [baton.benchmarks.postgres] and [baton.benchmarks.axon]. Nothing is timed by the tests; they hold all
/// sides to the same contract.
package baton.benchmarks;
