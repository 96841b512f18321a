package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who is told of what, in a real browser: the feed, desktop notifications, the tone, the title.
class InboxPageNotificationsIT extends InChromium {

    @AfterEach
    void switchAlertsOff() {
        Shared.client("ben").put("/api/notifications/settings", "{\"desktop\":false,\"audio\":false}");
    }

    @Test
    void everybodyWhoShouldKnowIsToldInTheFeedAndNobodyElse() {
        String visitor = Shared.freshVisitor("Told");
        try (var anas = window(Look.DESK); var bens = window(Look.DESK); var chloes = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(anas, "ana", "/");
            InboxPage ben = InboxPage.signIn(bens, "ben", "/");
            InboxPage chloe = InboxPage.signIn(chloes, "chloe", "/");
            String id = Shared.conversationOf(visitor, "first");
            List.of(ana, ben, chloe).forEach(page -> page.bell().click());
            for (InboxPage page : List.of(ana, ben, chloe)) {
                assertThat(page.told(visitor)).containsText(new String[] {"first"});
            }

            Client anas1 = Shared.client("ana");
            Client bens1 = Shared.client("ben");
            assertThat(anas1.assign(id, "ben").status()).isEqualTo(200);
            Shared.message(id, "m-2", visitor, "second");
            assertThat(ben.told(visitor)).hasCount(3);
            assertThat(bens1.delete("/api/conversations/" + id + "/assignee").status()).isEqualTo(200);
            assertThat(anas1.assign(id, "ana").status()).isEqualTo(200);
            assertThat(anas1.post("/api/conversations/" + id + "/complete", "{}").status()).isEqualTo(200);
            assertThat(anas1.post("/api/conversations/" + id + "/reopen", "{}").status()).isEqualTo(200);
            assertThat(anas1.post("/api/conversations/" + id + "/complete", "{}").status()).isEqualTo(200);
            Shared.message(id, "m-3", visitor, "third");

            assertThat(ana.told(visitor)).containsText(new String[] {
                "reopened the conversation: third", "unassigned the conversation with " + visitor, "first"});
            assertThat(ben.told(visitor)).containsText(new String[] {
                "reopened the conversation: third", "second", "assigned the conversation with " + visitor + " to you", "first"});
            assertThat(chloe.told(visitor)).containsText(new String[] {
                "reopened the conversation: third", "unassigned the conversation with " + visitor, "first"});
            assertThat(chloe.told(visitor).nth(1)).containsText("Ben");
            assertThat(ben.told(visitor).nth(2)).containsText("Ana");

            // A click leads to the conversation.
            chloe.told(visitor).first().click();
            assertThat(chloe.tab()).hasURL(Pattern.compile("conversation=" + id));
            assertThat(chloe.thread()).containsText("third");
        }
    }

    @Test
    void theTitleSaysHowManyAreUnreadUntilTheyAreMarkedAsRead() {
        try (var window = window(Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/");
            page.bell().click();
            page.button("Mark all as read").click();
            assertThat(page.tab()).hasTitle("Inbox · Baton");
            page.tab().keyboard().press("Escape");
            String visitor = Shared.freshVisitor("Unread");
            Shared.conversationOf(visitor, "hello");
            assertThat(page.tab()).hasTitle("(1) Inbox · Baton");
            Shared.conversationOf(visitor, "hello");
            assertThat(page.tab()).hasTitle("(2) Inbox · Baton");
            assertThat(page.bell()).hasAccessibleName("Notifications, 2 unread");
            page.bell().click();
            page.button("Mark all as read").click();
            assertThat(page.tab()).hasTitle("Inbox · Baton");
            page.tab().reload();
            assertThat(page.bell()).hasAccessibleName("Notifications, 0 unread");
        }
    }

    @Test
    void desktopNotificationsAndTheToneComeForWhatOneHasNotSeenAndDidNotDo() {
        String open = Shared.freshVisitor("Open");
        String other = Shared.freshVisitor("Other");
        String openId = Shared.conversationOf(open, "hello");
        String otherId = Shared.conversationOf(other, "hello");
        try (var window = window(Look.DESK)) {
            InboxPage ben = InboxPage.signIn(window, "ben", "/").visit(openId);
            Page tab = ben.tab();
            ben.choose("Settings");
            Locator settings = ben.dialog("Settings");
            settings.getByLabel("Desktop notifications", new Locator.GetByLabelOptions().setExact(true)).check();
            settings.getByLabel("Sound", new Locator.GetByLabelOptions().setExact(true)).check();
            settings.getByLabel("Test desktop notification").click();
            tab.waitForCondition(() -> tab.evaluate("shown.map(({ title }) => title)").equals(List.of("Baton")));
            assertThat(settings.getByText("One has been sent.")).isVisible();
            settings.getByLabel("Test sound").click();
            assertThat(settings.getByText("The tone has been played.")).isVisible();
            assertThat((Integer) tab.evaluate("tones")).isPositive();
            tab.keyboard().press("Escape");

            // What one does oneself, and what comes in the open conversation, is not worth an alert; what comes elsewhere is.
            int tones = (Integer) tab.evaluate("tones");
            Shared.message(openId, "m-2", open, "seen as it comes");
            assertThat(ben.thread()).containsText("seen as it comes");
            Shared.client("ben").assign(openId, "ben");
            Shared.client("ben").delete("/api/conversations/" + openId + "/assignee");
            Shared.message(otherId, "m-2", other, "look here");
            tab.waitForCondition(() -> (Boolean) tab.evaluate("shown.some(({ body }) => body === 'look here')"));
            tab.waitForCondition(() -> (Integer) tab.evaluate("tones") > tones);
            assertThat((List<?>) tab.evaluate("shown.map(({ title, body }) => `${title}: ${body}`)"))
                    .isEqualTo(List.of("Baton: This is how a notification looks.", other + ": look here"));

            // A click on it opens the conversation.
            tab.evaluate("shown.at(-1).dispatchEvent(new Event('click'))");
            assertThat(tab).hasURL(Pattern.compile("conversation=" + otherId));
            assertThat(ben.thread()).containsText("look here");
        }
    }

    @Test
    void severalTabsGiveOneAlert() {
        Shared.client("ben").put("/api/notifications/settings", "{\"desktop\":true,\"audio\":false}");
        try (var window = window(Look.DESK)) {
            List<InboxPage> tabs = List.of(InboxPage.signIn(window, "ben", "/"), InboxPage.open(window, "/"), InboxPage.open(window, "/"));
            String visitor = Shared.freshVisitor("Once");
            Shared.conversationOf(visitor, "one alert");
            Shared.conversationOf(visitor, "the last alert");
            tabs.forEach(tab -> assertThat(tab.row(visitor)).hasCount(2));
            // Each tab has had the time in which it would have shown one when another alert, later on, is there.
            tabs.getFirst().tab().waitForCondition(() -> bodies(tabs).contains("the last alert"));
            assertThat(bodies(tabs)).containsExactlyInAnyOrder("one alert", "the last alert");
        }
    }

    private static List<String> bodies(List<InboxPage> tabs) {
        return tabs.stream().flatMap(tab -> ((List<?>) tab.tab().evaluate("shown.map(({ body }) => body)")).stream()).map(String::valueOf).toList();
    }
}
