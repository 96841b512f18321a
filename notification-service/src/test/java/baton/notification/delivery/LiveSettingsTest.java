package baton.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.Launch;
import baton.runtime.StartRefused;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveSettingsTest {

    @Test
    void hasItsDefaultsFromTheFile() {
        assertThat(settings(Map.of()))
                .isEqualTo(new LiveSettings(10_000, 20, 20_000, 2_000, Duration.ofSeconds(15), Duration.ofSeconds(60)));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "listeners-max, many, baton.live.listeners-max cannot be many",
        "listeners-per-agent-max, 0, 'baton.live.listeners-per-agent-max must be 1 or more, it is 0'",
        "entries-max,   1e3,  baton.live.entries-max cannot be 1e3",
        "backlog-max,   all,  baton.live.backlog-max cannot be all",
        "ping-every,    soon, baton.live.ping-every cannot be soon",
        "stuck-within,  late, baton.live.stuck-within cannot be late",
        "listeners-max, 0,    'baton.live.listeners-max must be 1 or more, it is 0'",
        "entries-max,   0,    'baton.live.entries-max must be 1 or more, it is 0'",
        "backlog-max,   -1,   'baton.live.backlog-max must be 0 or more, it is -1'",
        "ping-every,    0s,   'baton.live.ping-every must be longer than nothing, it is PT0S'",
        "stuck-within,  -5s,  'baton.live.stuck-within must be longer than nothing, it is PT-5S'",
    })
    void refusesToStartWithAValueThatCannotBe(String name, String value, String sentence) {
        assertThatThrownBy(() -> settings(Map.of("baton.live." + name, value)))
                .isInstanceOf(StartRefused.class)
                .hasMessage(sentence);
    }

    /// Of a service as its process starts it, but for brokers: there are none, and none are needed to read settings.
    private static LiveSettings settings(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("micronaut.server.port", -1);
        all.put("baton.bootstrap-servers", "localhost:1");
        all.put("baton.jwt-secret", "0123456789abcdef0123456789abcdef");
        try (ApplicationContext context = Launch.start(all, new String[0], "notification-service")) {
            return context.getBean(LiveSettings.class);
        }
    }
}
