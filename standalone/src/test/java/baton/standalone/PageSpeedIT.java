package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import baton.standalone.Chromium.Look;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitUntilState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Measures the page as people feel it, in a real browser, and prints; nothing is asserted of it. `benchmarks/page` runs it.
@EnabledIfSystemProperty(named = "page.speed", matches = "true", disabledReason = "measures when asked to")
class PageSpeedIT {

    private static final int ROUNDS = 60;
    private static final int LOADS = 11;
    private static final int CONVERSATIONS = 10_000;
    private static final double MILLIS_PER_FRAME = 1_000.0 / 60;

    /// Both pages run on this machine and have one clock.
    private static final String NOW = "performance.timeOrigin + performance.now()";

    @Test
    void measure(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data).with("baton.webchat.address-messages-per-minute", 10_000)
                .with("baton.webchat.messages-per-minute", 10_000)); Chromium chromium = Chromium.open()) {
            baton.awaitReady();
            try (var visitors = chromium.window(baton.url(), Look.DESK); var anas = chromium.window(baton.url(), Look.DESK);
                    var bens = chromium.window(baton.url(), Look.DESK)) {
                Page ana = anas.signIn("ana", baton.password(), "/");
                Page ben = bens.signIn("ben", baton.password(), "/");
                fromClickToRow(visitors.tab("/webchat"), ana);
                fromClaimToTheOthersScreen(new InboxPage(ana), ben);
            }
            weightAndTimeToUsable(baton, chromium);
            fill(baton);
            framesOfALongList(baton, chromium);
        }
    }

    private static void fromClickToRow(Page chat, Page agent) {
        chat.evaluate("document.addEventListener('click', () => { window.clickedAt = " + NOW + "; }, true)");
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            chat.getByLabel("Your message").fill("message number " + i + ".");
            agent.evaluate("""
                    text => {
                      const list = document.querySelector('baton-app').shadowRoot.querySelector('conversation-list').shadowRoot;
                      window.seen = new Promise((resolve) => {
                        const look = () => list.textContent.includes(text) ? resolve(%s) : requestAnimationFrame(look);
                        look();
                      });
                    }""".formatted(NOW), "message number " + i + ".");
            chat.locator("#send").click();
            double seen = number(agent.evaluate("() => window.seen"));
            millis.add(seen - number(chat.evaluate("() => window.clickedAt")));
        }
        print("visitor's click to the row on the agent's screen", millis);
    }

    private static void fromClaimToTheOthersScreen(InboxPage ana, Page ben) {
        ana.rows().first().click();
        ben.locator("conversation-list [role=option]").first().click();
        new InboxPage(ben).owner().waitFor();
        ana.tab().evaluate("document.addEventListener('click', () => { window.clickedAt = " + NOW + "; }, true)");
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            String to = i % 2 == 0 ? "Ana" : "Unassigned";
            ana.owner().click();
            ana.tab().getByLabel("Search agents").fill(to);
            ben.evaluate("""
                    name => {
                      const thread = document.querySelector('baton-app').shadowRoot.querySelector('conversation-thread').shadowRoot;
                      const owner = () => thread.querySelector('agent-picker').shadowRoot.querySelector('.owner').getAttribute('aria-label');
                      window.seen = new Promise((resolve) => {
                        const look = () => owner() === `Agent: ${name}` ? resolve(%s) : requestAnimationFrame(look);
                        look();
                      });
                    }""".formatted(NOW), to);
            ana.agent(to).click();
            double seen = number(ben.evaluate("() => window.seen"));
            millis.add(seen - number(ana.tab().evaluate("() => window.clickedAt")));
        }
        print("claim by one agent to the other's screen", millis);
    }

    private static void weightAndTimeToUsable(Standalone baton, Chromium chromium) {
        List<Double> first = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        String cookies;
        try (var window = chromium.window(baton.url(), Look.DESK)) {
            window.signIn("ana", baton.password(), "/");
            cookies = window.context().storageState();
        }
        for (int i = 0; i < LOADS; i++) {
            try (var window = chromium.window(baton.url(), Look.DESK, cookies)) {
                Page page = window.context().newPage();
                List<Response> responses = new ArrayList<>();
                page.onResponse(responses::add);
                first.add(load(page));
                if (i == 0) {
                    long bytes = 0;
                    int files = 0;
                    for (Response response : responses) {
                        if (!response.url().contains("/api/")) {
                            bytes += response.request().sizes().responseBodySize + response.request().sizes().responseHeadersSize;
                            files++;
                        }
                    }
                    System.out.printf("page weight: %d files, %d kB on the wire%n", files, bytes / 1024);
                }
                again.add(load(page));
            }
        }
        print("time to usable (a row can be clicked), nothing cached", first);
        print("time to usable, files cached", again);
    }

    private static double load(Page page) {
        page.navigate("/", new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
        page.locator("conversation-list [role=option]").first().waitFor();
        // From the beginning of the navigation to the frame with the first row.
        return number(page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())))"));
    }

    private static void fill(Standalone baton) {
        Properties properties = new Properties();
        properties.putAll(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, baton.bootstrapServers(), ProducerConfig.LINGER_MS_CONFIG, "20"));
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < CONVERSATIONS; i++) {
                producer.send(new ProducerRecord<>("channel-messages", "many-" + i, ("{\"messageId\":\"m-1\",\"channel\":\"mail\",\"visitor\":{\"id\":\"v-" + i
                        + "\",\"name\":\"Visitor " + i + "\"},\"text\":\"What has become of order " + i + "?\"}").getBytes(StandardCharsets.UTF_8)));
            }
        }
        Client ana = Client.signIn(baton.url(), "ana", baton.password());
        long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (ana.get("/api/inbox/counts").body().path("unassigned").asInt() < CONVERSATIONS && System.nanoTime() < deadline) {
            LockSupport.parkNanos(200_000_000);
        }
    }

    private static void framesOfALongList(Standalone baton, Chromium chromium) {
        try (var window = chromium.window(baton.url(), Look.DESK)) {
            Page page = window.signIn("ana", baton.password(), "/?assignment=unassigned");
            Locator scroller = page.locator("conversation-list .scroller");
            page.locator("conversation-list [role=option]").first().waitFor();
            scroller.hover();
            page.setDefaultTimeout(180_000);
            // As fast as one can turn a wheel: a screen every four frames, down to the last row, with pages loaded on the way.
            List<?> frames = (List<?>) scroller.evaluate("""
                    scroller => new Promise((resolve) => {
                      const frames = [];
                      let last = performance.now();
                      let still = 0;
                      const step = (now) => {
                        frames.push(now - last);
                        last = now;
                        const before = scroller.scrollTop;
                        scroller.scrollTop += 200;
                        still = scroller.scrollTop === before ? still + 1 : 0;
                        if (still > 120) resolve(frames.slice(0, -120)); else requestAnimationFrame(step);
                      };
                      requestAnimationFrame(step);
                    })""");
            List<Double> millis = frames.stream().map(PageSpeedIT::number).skip(1).toList();
            long late = millis.stream().filter(frame -> frame > 1.5 * MILLIS_PER_FRAME).count();
            print("a frame while scrolling through " + CONVERSATIONS + " conversations", millis);
            System.out.printf("frames: %d, of which later than one and a half of %.1f ms: %d (%.1f %%), rows in the document: %d, shown: %s%n",
                    millis.size(), MILLIS_PER_FRAME, late, 100.0 * late / millis.size(), page.locator("conversation-list [role=option]").count(),
                    page.locator("conversation-list .foot").textContent().strip());
            assertThat(page.locator("conversation-list .foot")).containsText("conversations");
        }
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private static void print(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        System.out.printf("%s: p50 %.0f ms, p95 %.0f ms, max %.0f ms (%d)%n", what, at(sorted, 0.5), at(sorted, 0.95), sorted.getLast(), sorted.size());
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
