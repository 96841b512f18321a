package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the page does in a real browser when the wire is cut, when there are many tabs, and when the session ends.
class InboxPageConnectionIT extends InChromium {

    private static final double HEALED_WITHIN_MS = 40_000;

    @Test
    void aCutConnectionHealsWithoutAReloadAndNothingIsMissedOrShownTwice() throws Exception {
        String open = Shared.freshVisitor("Open");
        String meanwhile = Shared.freshVisitor("Meanwhile");
        String id = Shared.conversationOf(open, "before");
        try (var wire = new CuttableWire(Shared.baton().url()); var window = chromium.window(wire.url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/").visit(id);
            assertThat(page.thread()).containsText("before");
            wire.cut();
            assertThat(page.text("Connected")).not().isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(HEALED_WITHIN_MS));

            // Meanwhile the world goes on, and so does she.
            Shared.conversationOf(meanwhile, "hello");
            Shared.message(id, "m-2", open, "meanwhile");
            page.send("typed in a tunnel");
            assertThat(page.text("Not sent yet. It is sent as soon as Baton can be reached.")).isVisible(
                    new LocatorAssertions.IsVisibleOptions().setTimeout(HEALED_WITHIN_MS));

            wire.mend();
            assertThat(page.text("Connected")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(HEALED_WITHIN_MS));
            assertThat(page.row(meanwhile)).hasCount(1);
            assertThat(page.row(open)).hasCount(1);
            assertThat(page.thread().locator(".said")).containsText(new String[] {"before", "meanwhile", "typed in a tunnel"},
                    new LocatorAssertions.ContainsTextOptions().setTimeout(HEALED_WITHIN_MS));
            assertThat(page.statuses()).containsText(new String[] {"Chloe took this conversation with the first reply"});
            assertThat(page.owner()).containsText("Chloe");
            page.bell().click();
            assertThat(page.told(meanwhile)).hasCount(1);
            assertThat(page.text("Sending…")).hasCount(0);
            assertThat(Shared.client("ana").get("/api/inbox/conversations/" + id + "/thread").body().path("entries").findValuesAsText("text"))
                    .containsExactly("before", "meanwhile", "typed in a tunnel");
        }
    }

    @Test
    void aRefusedReplyAfterACutIsADraftAgain() throws Exception {
        String id = Shared.conversationOf(Shared.freshVisitor("Lost"), "hello");
        try (var wire = new CuttableWire(Shared.baton().url()); var window = chromium.window(wire.url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/").visit(id);
            wire.cut();
            page.send("from a tunnel");
            Shared.client("ana").reply(id, "Somebody was quicker.");
            wire.mend();
            // What a colleague has answered meanwhile is shown before this one goes out.
            assertThat(page.text("Your reply has not been sent.")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(HEALED_WITHIN_MS));
            assertThat(page.reply()).hasValue("from a tunnel");
            page.button("Send anyway").click();
            assertThat(page.thread()).containsText("from a tunnel");
        }
    }

    @Test
    void theTabsOfABrowserShareOneStreamAndTheNextOneTakesItOver() {
        try (var window = window(Look.DESK)) {
            Set<Request> streams = streamsOf(window.context());
            List<InboxPage> tabs = new ArrayList<>(List.of(InboxPage.signIn(window, "ana", "/")));
            for (int i = 0; i < 7; i++) { // with a stream each, the seventh would not load any more
                tabs.add(InboxPage.open(window, "/"));
            }
            String first = Shared.freshVisitor("First");
            Shared.conversationOf(first, "hello");
            tabs.forEach(tab -> assertThat(tab.row(first)).hasCount(1));
            assertThat(streams).hasSize(1);

            Page leading = tabs.removeFirst().tab();
            leading.close();
            String second = Shared.freshVisitor("Second");
            Shared.conversationOf(second, "hello");
            tabs.forEach(tab -> assertThat(tab.row(second)).hasCount(1));
            tabs.forEach(tab -> assertThat(tab.text("Connected")).isVisible());
            tabs.getFirst().tab().waitForCondition(() -> streams.size() == 1);
        }
    }

    /// The requests for a live stream that have begun and not ended.
    private static Set<Request> streamsOf(BrowserContext context) {
        Set<Request> streams = ConcurrentHashMap.newKeySet();
        context.onRequest(request -> {
            if (request.url().contains("/api/notifications/stream")) {
                streams.add(request);
            }
        });
        context.onRequestFinished(streams::remove);
        context.onRequestFailed(streams::remove);
        context.onPage(page -> page.onClose(closed -> streams.removeIf(request -> request.frame().page() == closed)));
        return streams;
    }

    @Test
    void aSessionThatEndsAsksForThePasswordAndGoesOnWithWhatWasTyped() {
        String id = Shared.conversationOf(Shared.freshVisitor("Session"), "hello");
        try (var window = window(Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "ana", "/").visit(id);
            page.reply().fill("not to be lost");
            window.context().clearCookies();
            page.button("Send").click();
            assertThat(page.text("Your session has ended.")).isVisible();
            page.tab().getByLabel("Password").fill(Shared.baton().password());
            page.button("Sign in").click();
            assertThat(page.text("Your session has ended.")).not().isVisible();
            // It waited for her, and goes out by itself, once.
            assertThat(page.thread().locator(".said")).containsText(new String[] {"hello", "not to be lost"});
            assertThat(page.text("Not sent yet.")).hasCount(0);
            assertThat(page.reply()).hasValue("");
            assertThat(page.text("Connected")).isVisible();

            page.choose("Sign out");
            assertThat(page.tab().getByLabel("User name")).isVisible();
            page.tab().goBack();
            assertThat(page.tab().getByLabel("User name")).isVisible();
            assertThat(page.tab().getByRole(AriaRole.OPTION)).hasCount(0);
        }
    }

    @Test
    void aWrongPasswordIsToldAndTheRightOneIsTakenAfterIt() {
        try (var window = window(Look.DESK)) {
            Page page = window.tab("/?assignment=me");
            page.getByLabel("User name").fill("ana");
            page.getByLabel("Password").fill("guessed");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
            assertThat(page.getByText("The user name or the password is wrong.")).isVisible();
            page.getByLabel("Password").fill(Shared.baton().password());
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
            assertThat(page.getByText("Connected", new Page.GetByTextOptions().setExact(true))).isVisible();
            assertThat(page).hasURL(Pattern.compile("assignment=me"));
        }
    }
}
