package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/// Fails a test while which Baton, or what it is built on, has logged an error: what a caller does wrong is none of ours. Kafka's own
/// logs are left out, as the broker in this process tells of its neighbours there.
final class NothingLoggedAsError implements BeforeEachCallback, AfterEachCallback {

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> recorder = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR && !event.getLoggerName().matches("(org\\.apache\\.)?kafka\\..*")) {
                errors.add(event.getLoggerName() + ": " + event.getFormattedMessage());
            }
        }
    };

    @Override
    public void beforeEach(ExtensionContext context) {
        errors.clear();
        recorder.setContext(ROOT.getLoggerContext());
        recorder.start();
        ROOT.addAppender(recorder);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ROOT.detachAppender(recorder);
        recorder.stop();
        assertThat(errors).as("what was logged as an error").isEmpty();
    }
}
