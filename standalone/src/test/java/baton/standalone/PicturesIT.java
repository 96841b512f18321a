package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Takes the pictures of the documentation, of a day at a shop that sells and repairs bicycles. Run with `-Dpictures=docs/images`.
@EnabledIfSystemProperty(named = "pictures", matches = ".+", disabledReason = "takes the pictures of the documentation when asked to")
class PicturesIT {

    private static final Path FOLDER = Path.of("..", System.getProperty("pictures", "."));
    private static final Look DESK = new Look(1440, 860, ColorScheme.LIGHT);
    private static final Look NIGHT = new Look(1440, 860, ColorScheme.DARK);

    private Client channel;
    private Client ana;
    private Client ben;
    private Client sam;

    @Test
    void picturesOfADay(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data)); Chromium chromium = Chromium.open()) {
            baton.awaitReady();
            channel = Client.signIn(baton.url(), "webchat", baton.password());
            ana = Client.signIn(baton.url(), "ana", baton.password());
            ben = Client.signIn(baton.url(), "ben", baton.password());
            sam = Client.signIn(baton.url(), "sam", baton.password());
            aDay();
            try (var window = chromium.window(baton.url(), DESK)) {
                Page page = window.signIn("ana", baton.password(), "/?conversation=gears");
                page.getByText("Ben passed this conversation on to Ana").waitFor();
                take(page, "inbox");
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Assignment").setExact(true)).click();
                page.getByRole(AriaRole.CHECKBOX, new Page.GetByRoleOptions().setName("Unassigned").setExact(true)).check();
                page.getByRole(AriaRole.CHECKBOX, new Page.GetByRoleOptions().setName("Me").setExact(true)).check();
                take(page, "filter");
                page.keyboard().press("Escape");
                page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Notifications"))).click();
                page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Notifications")).waitFor();
                take(page, "notifications");
                page.keyboard().press("Escape");
                page.navigate("/?conversation=saddle");
                InboxPage inbox = new InboxPage(page);
                inbox.owner().click();
                page.locator("agent-picker .why").waitFor();
                take(page, "owner-rule");
            }
            try (var window = chromium.window(baton.url(), NIGHT)) {
                Page page = window.signIn("ben", baton.password(), "/?conversation=parcel");
                InboxPage inbox = new InboxPage(page);
                inbox.owner().waitFor();
                inbox.reply().fill("It left us yesterday; the number of");
                ana.assign("parcel", "ana");
                ana.reply("parcel", "It left us yesterday and arrives tomorrow before noon.");
                inbox.button("Send anyway").waitFor();
                assertThat(inbox.row("Vera")).containsText("Reply: It left us");
                take(page, "collision-dark");
            }
            try (var window = chromium.window(baton.url(), new Look(360, 740, ColorScheme.LIGHT))) {
                Page page = window.signIn("ana", baton.password(), "/");
                new InboxPage(page).rows().first().waitFor();
                take(page, "phone-list");
                page.navigate("/?conversation=gears");
                page.getByText("Ben passed this conversation on to Ana").waitFor();
                take(page, "phone-thread");
            }
            try (var window = chromium.window(baton.url(), DESK)) {
                Page page = window.signIn("sam", baton.password(), "/agents");
                page.getByText("Add agent").waitFor();
                take(page, "agents");
                page.navigate("/groups");
                page.getByText("Add group").waitFor();
                take(page, "groups");
            }
            try (var window = chromium.window(baton.url(), new Look(420, 640, ColorScheme.LIGHT))) {
                Page chat = window.tab("/webchat");
                chat.getByLabel("Your name (optional)").fill("Vera");
                chat.getByLabel("Your message").fill("Do you also repair hub gears?");
                chat.getByLabel("Your message").press("Enter");
                chat.getByText("Sent").waitFor();
                chat.waitForCondition(() -> newest().path("channel").asText().equals("webchat"));
                ana.reply(newest().path("conversationId").asText(), "We do, and mostly within two days. Bring it along any morning.");
                chat.getByText("We do, and mostly").waitFor();
                take(chat, "webchat");
            }
        }
    }

    private JsonNode newest() {
        return ana.get("/api/inbox?sort=newest").body().at("/items/0");
    }

    private static void take(Page page, String name) {
        page.mouse().move(0, 0);
        page.screenshot(new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")));
    }

    private void aDay() {
        sam.put("/api/groups/workshop", "{\"name\":\"Workshop\",\"members\":[\"ben\",\"chloe\"]}");
        says("rack", "mail", "Milo", "Which racks fit the Touring 3?");
        says("gears", "web", "Nadia", "My hub gear slips in third. Can you have a look at it?");
        ben.assign("gears", "ben");
        ben.reply("gears", "Of course. Does it slip under load only, or always?");
        says("gears", "web", "Nadia", "Only uphill.");
        ben.assign("gears", "ana");
        ana.reply("gears", "Then it is most likely the cable. Tomorrow at ten?");
        says("gears", "web", "Nadia", "Ten is fine, thank you!");
        says("saddle", "web", "Otto", "Is the saddle in the picture part of the bicycle?");
        ben.reply("saddle", "It is, and so are the lights.");
        says("saddle", "web", "Otto", "And the bell?");
        says("invoice", "mail", "Ida", "I need the invoice in the name of my employer.");
        sam.assign("invoice", "chloe");
        says("parcel", "web", "Vera", "Where is my parcel?");
        says("opening", "web", "Jonas", "Are you open on Saturday?");
        ben.reply("opening", "From nine to two.");
        ben.post("/api/conversations/opening/complete", "{}");
        says("brake", "web", "Lea", "The front brake squeaks since the inspection.");
    }

    private int messages;

    private void says(String conversation, String channelName, String visitor, String text) {
        Client.Answer answer = channel.post("/api/channel-messages", "{\"channel\":\"" + channelName + "\",\"conversationId\":\"" + conversation
                + "\",\"messageId\":\"m-" + ++messages + "\",\"visitor\":{\"id\":\"" + visitor.toLowerCase(Locale.ROOT) + "\",\"name\":\"" + visitor
                + "\"},\"text\":\"" + text + "\"}");
        assertThat(answer.status()).isEqualTo(202);
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!ana.get("/api/inbox/conversations/" + conversation + "/thread").body().toString().contains(text)) {
            assertThat(System.nanoTime()).as("waited for " + text).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
