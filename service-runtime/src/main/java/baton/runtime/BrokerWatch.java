package baton.runtime;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows whether brokers answer: a Streams application that has lost them goes on calling itself running.
@Singleton
public final class BrokerWatch implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerWatch.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final int ANSWER_WITHIN_MILLIS = 3_000;

    private final KafkaClients clients;
    private volatile Admin admin;
    private volatile Thread thread;
    private volatile boolean closed;
    private volatile String failure = "not asked yet";

    BrokerWatch(KafkaClients clients) {
        this.clients = clients;
    }

    @Override
    public String name() {
        return "brokers";
    }

    @Override
    public void start() {
        admin = clients.admin();
        ask();
        thread = Thread.ofVirtual().name("broker-watch").start(() -> {
            while (!closed) {
                try {
                    TimeUnit.MILLISECONDS.sleep(ASK_EVERY.toMillis());
                } catch (InterruptedException _) {
                    return;
                }
                ask();
            }
        });
    }

    private void ask() {
        try {
            int brokers = admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_WITHIN_MILLIS))
                    .nodes().get(ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS).size();
            failure = brokers == 0 ? "no broker is in the cluster" : null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (failure == null && !closed) {
                LOG.warn("brokers do not answer: {}", Outage.reason(e), Outage.trace(e));
            }
            failure = "they do not answer";
        }
    }

    @Override
    public Optional<String> notReadyBecause() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
