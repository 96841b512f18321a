/// Baton's speed, measured from outside. Run with `benchmarks/run`; nothing here is part of the tests.
package baton.benchmarks;
