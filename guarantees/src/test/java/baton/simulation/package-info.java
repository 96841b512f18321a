/// Baton's pure parts over a log that is not Kafka's: one seed decides what happens, faults included, and an auditor judges after every
/// step. No broker, no threads, no clock.
package baton.simulation;
