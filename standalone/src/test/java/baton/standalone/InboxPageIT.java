package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page in a real browser: conversations, from a visitor's first message on.
class InboxPageIT extends InChromium {

    @Test
    void aVisitorOfTheChatIsAnsweredCompletedAndComesBackWhileTwoAgentsLookOn() {
        String visitor = Shared.freshVisitor("Vera");
        try (var visitors = window(Look.DESK); var anas = window(Look.DESK); var bens = window(Look.DARK)) {
            InboxPage ana = InboxPage.signIn(anas, "ana", "/");
            InboxPage ben = InboxPage.signIn(bens, "ben", "/");
            Page chat = visitors.tab("/webchat");
            chat.getByLabel("Your name (optional)").fill(visitor);
            write(chat, "Where is my parcel?");

            // Both see it come in without a reload, and that nobody has it.
            for (InboxPage page : List.of(ana, ben)) {
                assertThat(page.row(visitor)).containsText("Where is my parcel?");
                assertThat(page.row(visitor)).containsText("Unassigned");
                assertThat(page.row(visitor)).containsText("webchat");
                assertThat(page.row(visitor)).containsText("Waiting");
            }

            // Ana takes it; both see whose it is, and the thread says so.
            ana.read(visitor);
            assertThat(ana.owner()).containsText("Unassigned");
            ana.assign("Ana");
            assertThat(ana.owner()).containsText("Ana");
            ben.read(visitor);
            assertThat(ben.owner()).containsText("Ana");
            assertThat(ben.row(visitor)).containsText("Ana");
            assertThat(ben.thread()).containsText("Ana took this conversation");

            // Ben may answer all the same; it stays Ana's. The visitor has the answer, and no word of whose she is.
            assertThat(ben.text("This conversation belongs to Ana and stays with Ana.")).isVisible();
            ben.send("It is on its way.");
            assertThat(ana.thread()).containsText("It is on its way.");
            assertThat(ana.owner()).containsText("Ana");
            Locator said = chat.getByRole(AriaRole.LOG);
            assertThat(said).containsText("It is on its way.");

            // Ana passes it on to Ben, who completes it.
            ana.assign("Ben");
            assertThat(ben.owner()).containsText("Ben");
            assertThat(ben.thread()).containsText("Ana passed this conversation on to Ben");
            ben.button("Complete").click();
            assertThat(ben.button("Reopen")).isVisible();
            assertThat(ana.thread()).containsText("Ben completed this conversation");
            ana.view("Completed").click();
            assertThat(ana.row(visitor)).isVisible();

            // The visitor writes again, and it is everybody's.
            write(chat, "It is broken.");
            assertThat(ana.thread()).containsText("It is broken.");
            assertThat(ana.thread()).containsText(visitor + " reopened this conversation");
            assertThat(ana.owner()).containsText("Unassigned");
            ana.view("Unassigned").click();
            assertThat(ana.row(visitor)).containsText("It is broken.");
            assertThat(said).containsText("It is broken.");
            for (String word : List.of("took", "passed", "completed", "reopened", "Ben", "Unassigned")) {
                assertThat(said).not().containsText(word);
            }
        }
    }

    @Test
    void ofTwoAgentsWhoTakeOneConversationAtOnceTheSecondIsToldWhoHasIt() {
        String visitor = Shared.freshVisitor("Race");
        String id = Shared.conversationOf(visitor, "hello");
        try (var anas = window(Look.DESK); var bens = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(anas, "ana", "/").visit(id);
            InboxPage ben = InboxPage.signIn(bens, "ben", "/").visit(id);
            ana.owner().click();
            ben.owner().click();
            assertThat(ana.agent("Ana")).isVisible();
            assertThat(ben.agent("Ben")).isVisible();
            // Ben's browser learns nothing before his command is refused: what it asks for is lost on the way.
            ben.tab().route("**/api/inbox/**", Route::abort);
            ana.agent("Ana").click();
            assertThat(Shared.client("ana").conversation(id, 3).text("assignee")).isEqualTo("ana");
            ben.agent("Ben").click();
            assertThat(ben.text("Nothing was changed.")).isVisible();
            ben.tab().unroute("**/api/inbox/**");
            assertThat(ben.owner()).containsText("Ana");
            assertThat(ben.tab().locator("conversation-thread [role=alert]")).containsText("Ana");
            assertThat(ana.owner()).containsText("Ana");
            assertThat(ben.statuses()).containsText(new String[] {"Ana took this conversation"});

            // From now on he sees beforehand that he may not.
            ben.owner().click();
            assertThat(ben.tab().locator("agent-picker .why")).containsText(Pattern.compile("Belongs to Ana since .+; only Ana or a supervisor may change that\\."));
            assertThat(ben.agent("Ben")).isDisabled();
        }
    }

    @Test
    void everyChangeOfOwnershipIsASentenceWithTheDayAndTheTimeWhereTheAgentIs() {
        String visitor = Shared.freshVisitor("Sentences");
        String id = Shared.conversationOf(visitor, "hello");
        Client ana = Shared.client("ana");
        Client ben = Shared.client("ben");
        Client sam = Shared.client("sam");
        List.of(
                ana.assign(id, "ana"), ana.assign(id, "ben"), sam.assign(id, "chloe"), sam.assign(id, "sam"),
                sam.delete("/api/conversations/" + id + "/assignee"), ana.assign(id, "ben"),
                sam.delete("/api/conversations/" + id + "/assignee"), ben.reply(id, "Here I am."),
                ben.post("/api/conversations/" + id + "/complete", "{}"), ana.post("/api/conversations/" + id + "/reopen", "{}"),
                ana.assign(id, "ben"), sam.post("/api/conversations/" + id + "/complete", "{}"), ana.reply(id, "One more thing."),
                ana.delete("/api/conversations/" + id + "/assignee"), ana.post("/api/conversations/" + id + "/complete", "{}"))
                .forEach(answer -> assertThat(answer.status()).as(answer.toString()).isEqualTo(200));
        Shared.message(id, "m-2", visitor, "I am back.");
        try (var window = chromium.window(Shared.baton().url(), Look.DESK, "en-GB", "Asia/Tokyo")) {
            InboxPage page = InboxPage.signIn(window, "ana", "/").visit(id);
            assertThat(page.statuses()).containsText(new String[] {
                "Ana took this conversation", "Ana passed this conversation on to Ben", "Sam assigned this conversation from Ben to Chloe",
                "Sam took this conversation from Chloe", "Sam unassigned this conversation", "Ana assigned this conversation to Ben",
                "Sam unassigned this conversation from Ben", "Ben took this conversation with the first reply",
                "Ben completed this conversation", "Ana reopened this conversation", "Ana assigned this conversation to Ben",
                "Sam completed this conversation, which belonged to Ben", "Ana reopened this conversation with a reply and took it",
                "Ana unassigned this conversation", "Ana completed this conversation, which was unassigned",
                visitor + " reopened this conversation",
            });
            JsonNode last = ana.get("/api/inbox/conversations/" + id + "/thread").body().path("entries").findValues("at").getLast();
            ZonedDateTime at = ZonedDateTime.parse(last.asText()).withZoneSameInstant(ZoneId.of("Asia/Tokyo"));
            assertThat(page.statuses().last()).containsText(at.format(DateTimeFormatter.ofPattern("EEEE", Locale.UK)));
            assertThat(page.statuses().last()).containsText(at.format(DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.UK)));
            assertThat(page.statuses().last()).containsText(at.format(DateTimeFormatter.ofPattern("H:mm", Locale.UK)));
        }
    }

    @Test
    void whoHasBegunToTypeIsToldOfWhatOthersDidBeforeItIsSent() {
        String visitor = Shared.freshVisitor("Collision");
        String id = Shared.conversationOf(visitor, "hello");
        try (var window = window(Look.DESK)) {
            InboxPage ben = InboxPage.signIn(window, "ben", "/").visit(id);
            assertThat(ben.text("Your reply will make this conversation yours.")).isVisible();
            ben.reply().fill("I think that");
            Shared.client("ana").reply(id, "It is on its way.");
            assertThat(ben.text(" while you were typing.").first()).isVisible();
            assertThat(ben.tab().locator("reply-box")).containsText("Ana replied");
            ben.reply().press("Control+Enter");
            assertThat(ben.button("Send anyway")).isFocused();
            assertThat(ben.reply()).hasValue("I think that");
            ben.button("Keep draft").click();
            assertThat(ben.reply()).hasValue("I think that");
            ben.tab().reload();
            assertThat(ben.reply()).hasValue("I think that");
            ben.button("Send").click();
            assertThat(ben.thread()).containsText("I think that");
            assertThat(ben.reply()).hasValue("");
            assertThat(ben.owner()).containsText("Ana");
        }
    }

    @Test
    void whatWasTypedIsThereAfterAReloadInItsOwnConversation() {
        String first = Shared.conversationOf(Shared.freshVisitor("Draft"), "hello");
        String second = Shared.conversationOf(Shared.freshVisitor("Draft"), "hello");
        try (var window = window(Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "ana", "/").visit(first);
            page.reply().fill("half a sent");
            page.tab().reload();
            assertThat(page.reply()).hasValue("half a sent");
            page.visit(second);
            assertThat(page.reply()).hasValue("");
            page.visit(first);
            assertThat(page.reply()).hasValue("half a sent");
            page.button("Send").click();
            assertThat(page.thread()).containsText("half a sent");
            page.tab().reload();
            assertThat(page.thread()).containsText("half a sent");
            assertThat(page.reply()).hasValue("");
        }
    }

    @Test
    void completeAndUnassignCanBeUndone() {
        String visitor = Shared.freshVisitor("Undo");
        String id = Shared.conversationOf(visitor, "hello");
        try (var window = window(Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "ana", "/").visit(id);
            page.assign("Ana");
            page.button("Complete").click();
            page.button("Undo").click();
            assertThat(page.button("Complete")).isVisible();
            assertThat(page.owner()).containsText("Ana");
            page.assign("Unassigned");
            assertThat(page.owner()).containsText("Unassigned");
            page.button("Undo").click();
            assertThat(page.owner()).containsText("Ana");
            page.tab().waitForCondition(() -> "ana".equals(Shared.client("ana").conversation(id, 3).text("assignee")));

            // What somebody else has taken meanwhile is not taken back.
            page.assign("Unassigned");
            assertThat(page.button("Undo")).isVisible();
            assertThat(Shared.client("ben").assign(id, "ben").status()).isEqualTo(200);
            assertThat(page.owner()).containsText("Ben");
            page.button("Undo").click();
            assertThat(page.text(Pattern.compile("It could not be undone\\. Ben (has owned|took) this conversation"))).isVisible();
            assertThat(page.owner()).containsText("Ben");
        }
    }

    @Test
    void theAssignmentFilterIsInTheAddressAndCanBeShared() {
        String group = Shared.fresh("g");
        Shared.putGroup(group, "chloe");
        String nobodys = Shared.freshVisitor("Nobodys");
        String anas = Shared.freshVisitor("Anas");
        String bens = Shared.freshVisitor("Bens");
        String chloes = Shared.freshVisitor("Chloes");
        Shared.conversationOf(nobodys, "hello");
        Shared.client("sam").assign(Shared.conversationOf(anas, "hello"), "ana");
        Shared.client("sam").assign(Shared.conversationOf(bens, "hello"), "ben");
        Shared.client("sam").assign(Shared.conversationOf(chloes, "hello"), "chloe");
        try (var window = window(Look.DESK); var other = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(window, "ana", "/");
            assertThat(ana.row(nobodys)).isVisible();
            assertThat(ana.row(bens)).isVisible();
            ana.button("Assignment").click();
            Locator dialog = ana.dialog("Assignment");
            dialog.getByRole(AriaRole.CHECKBOX, new Locator.GetByRoleOptions().setName("Me").setExact(true)).check();
            dialog.getByLabel("Group " + group).check();
            dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Apply")).click();
            assertThat(ana.row(anas)).isVisible();
            assertThat(ana.row(chloes)).isVisible();
            assertThat(ana.row(bens)).hasCount(0);
            assertThat(ana.row(nobodys)).hasCount(0);
            assertThat(ana.tab()).hasURL(Pattern.compile("assignment=me&assignment=group:" + group));

            // It is kept: back and forth, after a reload, and for somebody else, whose "me" is another.
            ana.tab().goBack();
            assertThat(ana.row(bens)).isVisible();
            ana.tab().goForward();
            assertThat(ana.row(bens)).hasCount(0);
            ana.tab().reload();
            assertThat(ana.row(anas)).isVisible();
            assertThat(ana.row(bens)).hasCount(0);
            InboxPage ben = InboxPage.signIn(other, "ben", ana.tab().url());
            assertThat(ben.row(bens)).isVisible();
            assertThat(ben.row(chloes)).isVisible();
            assertThat(ben.row(anas)).hasCount(0);

            // What leaves the filter leaves the list, what enters it comes in.
            Shared.client("sam").assign(lastIdOf(ana, chloes), "ben");
            assertThat(ana.row(chloes)).hasCount(0);
            assertThat(ben.row(chloes)).isVisible();
        }
    }

    @Test
    void theViewsCountWhatTheyList() {
        String visitor = Shared.freshVisitor("Counted");
        String id = Shared.conversationOf(visitor, "hello");
        try (var window = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(window, "ana", "/");
            assertCounts(ana);
            Shared.client("ana").assign(id, "ana");
            ana.view("Mine").click();
            assertThat(ana.row(visitor)).isVisible();
            assertCounts(ana);
            Shared.client("ana").post("/api/conversations/" + id + "/complete", "{}");
            assertThat(ana.row(visitor)).hasCount(0);
            assertCounts(ana);
            ana.view("Completed").click();
            assertThat(ana.row(visitor)).isVisible();
        }
    }

    private static void assertCounts(InboxPage page) {
        JsonNode counts = Shared.client("ana").get("/api/inbox/counts").body();
        int all = counts.path("mine").asInt() + counts.path("unassigned").asInt() + counts.path("others").asInt();
        assertThat(page.view("Mine").locator(".count")).hasText(number(counts.path("mine").asInt()));
        assertThat(page.view("Unassigned").locator(".count")).hasText(number(counts.path("unassigned").asInt()));
        assertThat(page.view("All").locator(".count")).hasText(number(all));
        assertThat(page.view("Completed").locator(".count")).hasText(number(counts.path("completed").asInt()));
    }

    private static String number(int n) {
        return String.format(Locale.US, "%,d", n);
    }

    private static String lastIdOf(InboxPage page, String visitor) {
        return page.row(visitor).getAttribute("data-id");
    }

    @Test
    void aLongListKeepsFewRowsInTheDocumentAndStaysWhereOneReadsIt() {
        String agent = Shared.fresh("many");
        Shared.putAgent(agent, true);
        String visitor = Shared.freshVisitor("Many");
        int count = 150;
        for (int i = 0; i < count; i++) {
            Shared.client("sam").assign(Shared.conversationOf(visitor + "n" + i + "n", "hello"), agent);
        }
        try (var window = window(Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "ana", "/?assignment=agent:" + agent + "&sort=oldest");
            assertThat(page.row(visitor + "n0n")).isVisible();
            Locator scroller = page.tab().locator("conversation-list .scroller");
            scroller.hover();
            for (int i = 0; i < count; i++) {
                page.tab().mouse().wheel(0, 84);
                if (i % 10 == 0) {
                    assertThat(page.rows().count()).as("rows in the document").isBetween(10, 60);
                }
            }
            assertThat(page.row(visitor + "n" + (count - 1) + "n")).isVisible();
            assertThat(page.row(visitor + "n0n")).hasCount(0);
            assertThat(page.text(count + " conversations")).isVisible();

            // While one reads, nothing moves: what arrives waits at the top.
            page.tab().navigate("/?assignment=agent:" + agent);
            assertThat(page.row(visitor + "n" + (count - 1) + "n")).isVisible();
            scroller.hover();
            page.tab().mouse().wheel(0, 1000);
            Locator read = page.row(visitor + "n" + (count - 15) + "n");
            assertThat(read).isVisible();
            double before = read.boundingBox().y;
            Shared.client("sam").assign(Shared.conversationOf(visitor + "nlatern", "hello"), agent);
            assertThat(page.button("1 new")).isVisible();
            assertThat(read.boundingBox().y).isEqualTo(before);
            page.button("1 new").click();
            assertThat(page.row(visitor + "nlatern")).isVisible();
        }
    }

    @Test
    void theChatIsPartOfAnotherSiteAndTheInboxIsNot() {
        String visitor = Shared.freshVisitor("Embedded");
        try (var site = new ForeignSite("<!doctype html><title>Shop</title><h1>Shop</h1><script src=\"" + Shared.baton().url()
                + "/webchat/embed.js\" async></script><iframe title=\"inbox\" src=\"" + Shared.baton().url() + "/\"></iframe>");
                var window = chromium.window(site.url(), Look.DESK); var anas = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(anas, "ana", "/");
            Page shop = window.tab("/");
            assertThat(shop.frameLocator("iframe[title=inbox]").locator("baton-app")).hasCount(0);
            assertThat(window.complaints()).as("the inbox refuses to be framed").anyMatch(text -> text.contains("frame-ancestors"));
            window.complaints().clear();
            shop.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open chat")).click();
            var chat = shop.frameLocator("iframe[title=Chat]");
            chat.getByLabel("Your name (optional)").fill(visitor);
            chat.getByLabel("Your message").fill("Do you ship abroad?");
            chat.getByRole(AriaRole.BUTTON).and(chat.getByLabel("Send")).click();
            assertThat(ana.row(visitor)).containsText("Do you ship abroad?");
            ana.read(visitor).send("We do.");
            assertThat(chat.getByRole(AriaRole.LOG)).containsText("We do.");
        }
    }

    private static void write(Page chat, String text) {
        chat.getByLabel("Your message").fill(text);
        chat.getByLabel("Your message").press("Enter");
    }
}
