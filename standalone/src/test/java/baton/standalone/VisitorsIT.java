package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Simulated visitors: the inbox lives, and does not fill without end.
class VisitorsIT {

    private static final Visitors.Pace QUICK = new Visitors.Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(300),
            Duration.ofMinutes(10), Duration.ofMillis(20));

    @Test
    void theyWriteAskOnceAndWaitWhileNobodyAnswersAndComeBackAsOthersWhenSomebodyHas(@TempDir Path data) throws Exception {
        int count = 3;
        var options = Standalone.Options.forTests(data).with("baton.webchat.sessions-per-minute", 1_000)
                .with("baton.webchat.address-messages-per-minute", 10_000);
        try (Standalone baton = Standalone.start(options)) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            try (Visitors _ = Visitors.start(baton.url(), count, 1, QUICK)) {
                await(() -> openWith(ana, "Hello? Is anybody there?") == count, "all of them to ask");
                JsonNode items = inbox(ana);
                assertThat(items).as("nobody has begun a second conversation").hasSize(count);
                assertThat(items).allSatisfy(item -> assertThat(item.path("channel").asText()).isEqualTo("webchat"));

                Map<String, String> replied = new HashMap<>(); // conversation → the message that was replied to
                await(() -> {
                    for (JsonNode item : inbox(ana)) {
                        String id = item.path("conversationId").asText();
                        String text = item.at("/lastMessage/text").asText();
                        if (item.at("/lastMessage/from").asText().equals("visitor") && !text.equals(replied.put(id, text))) {
                            assertThat(ana.reply(id, "Let me look.").status()).isEqualTo(200);
                        }
                    }
                    return replied.size() >= 3 * count;
                }, "new visitors after the first ones have gone");
            }
            int begun = inbox(ana).size();
            assertThat(begun).isBetween(3 * count, Visitors.CONVERSATIONS_EACH_MAX * count);
        }
    }

    @Test
    void theFlagLetsThemInAndTheyLeaveWithTheProcess(@TempDir Path data) throws Exception {
        int port = FreePort.local();
        try (BatonProcess process = new BatonProcess(data, port, FreePort.local(), "12345678", "--visitors", "2").awaitReady()) {
            Client ana = Client.signIn("http://localhost:" + port, "ana", "12345678");
            await(() -> inbox(ana).size() == 2, "two conversations");
            assertThat(process.output()).contains("/webchat, for visitors (2 simulated)");
            long began = System.nanoTime();
            process.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            await(() -> process.output().contains("Baton stops."), "its last word");
            assertThat(process.output()).doesNotContain("visitor has gone away", "hears nothing", "Exception");
        }
    }

    @Test
    void refusesMoreThanThereMayBe(@TempDir Path data) throws Exception {
        for (String count : new String[] {"101", "-1"}) {
            try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678", "--visitors", count)) {
                assertThat(process.awaitExit()).isEqualTo(2);
                assertThat(process.output()).contains("--visitors must be 0 to 100, it is " + count);
            }
        }
    }

    private static long openWith(Client agent, String text) {
        long found = 0;
        for (JsonNode item : inbox(agent)) {
            found += item.at("/lastMessage/text").asText().equals(text) ? 1 : 0;
        }
        return found;
    }

    private static JsonNode inbox(Client agent) {
        Answer page = agent.get("/api/inbox?limit=200");
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        return page.body().path("items");
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
