/// Real brokers and services as processes, under load, with faults; afterwards every promise of docs/INVARIANTS.md is checked from the logs
/// and from what clients were told.
package baton.faults;
