/// What the pure parts of Baton cost by themselves, measured with JMH: `./baton bench --micro`. Beside them nothing runs, so that what
/// `./baton bench` shows of the whole can be told from what Kafka, HTTP and the machine add.
package baton.microbenchmarks;
