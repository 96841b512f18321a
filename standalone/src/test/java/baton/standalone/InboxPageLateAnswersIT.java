package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the inbox page makes of an answer that comes later than what has happened meanwhile, and of a reply whose tab is gone.
class InboxPageLateAnswersIT extends InChromium {

    private static final double HEALED_WITHIN_MS = 40_000;
    /// As if the browser had kept the page and showed it again: it asks anew for everything.
    private static final String ASK_ANEW = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))";

    @AfterEach
    void switchAlertsOff() {
        Shared.client("chloe").put("/api/notifications/settings", "{\"desktop\":false,\"audio\":false}");
    }

    @Test
    void aReplyWhoseTabWasClosedIsSentByAnotherTab() throws Exception {
        String id = Shared.conversationOf(Shared.freshVisitor("Stranded"), "hello");
        try (var wire = new CuttableWire(Shared.baton().url()); var window = chromium.window(wire.url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/");
            InboxPage other = InboxPage.open(window, "/");
            page.visit(id);
            wire.cut();
            page.send("left behind");
            assertThat(page.text("Not sent yet. It is sent as soon as Baton can be reached.")).isVisible(
                    new LocatorAssertions.IsVisibleOptions().setTimeout(HEALED_WITHIN_MS));
            page.tab().close();
            wire.mend();
            other.tab().waitForCondition(() -> textsOf(id).contains("left behind"), new Page.WaitForConditionOptions().setTimeout(HEALED_WITHIN_MS));
            assertThat(textsOf(id)).containsExactly("hello", "left behind");
        }
    }

    private static List<String> textsOf(String conversation) {
        return Shared.client("ana").get("/api/inbox/conversations/" + conversation + "/thread").body().path("entries").findValuesAsText("text");
    }

    @Test
    void aSwitchStaysAsItWasSavedWhenWhatWasAskedForBeforeComesAfter() {
        try (var window = chromium.window(Shared.baton().url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/");
            Locator sound = page.dialog("Settings").getByLabel("Sound", new Locator.GetByLabelOptions().setExact(true));
            AtomicReference<Route> late = new AtomicReference<>();
            AtomicReference<APIResponse> off = new AtomicReference<>();
            page.tab().route("**/api/notifications/settings", route -> {
                if (!route.request().method().equals("GET")) {
                    route.resume();
                } else if (late.get() == null) {
                    off.set(route.fetch());
                    late.set(route);
                } // else it is never answered
            });
            page.choose("Settings"); // which are asked for once more
            page.tab().waitForCondition(() -> late.get() != null);
            assertThat(sound).not().isChecked();
            page.tab().waitForResponse(answer -> answer.request().method().equals("PUT"), sound::check);
            page.tab().evaluate(ASK_ANEW);
            // What was asked for meanwhile is asked for when the late answer has been looked at.
            page.tab().waitForRequest(request -> request.method().equals("GET") && request.url().endsWith("/api/notifications/settings"),
                    () -> late.get().fulfill(new Route.FulfillOptions().setResponse(off.get())));
            assertThat(sound).isChecked();
        }
    }

    @Test
    void aRefusalFromBeforeSheSignedInDoesNotAskHerToSignInAgain() {
        String id = Shared.conversationOf(Shared.freshVisitor("Again"), "hello");
        try (var window = chromium.window(Shared.baton().url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/").visit(id);
            AtomicReference<Route> late = new AtomicReference<>();
            page.tab().route(Pattern.compile("/api/notifications\\?"), route -> {
                if (late.get() == null) {
                    late.set(route);
                } else {
                    route.resume();
                }
            });
            page.tab().evaluate(ASK_ANEW);
            page.tab().waitForCondition(() -> late.get() != null);
            window.context().clearCookies();
            page.tab().evaluate(ASK_ANEW);
            assertThat(page.text("Your session has ended.")).isVisible();
            page.tab().getByLabel("Password").fill(Shared.baton().password());
            page.button("Sign in").click();
            assertThat(page.text("Your session has ended.")).not().isVisible();

            page.tab().waitForResponse(answer -> answer.request().equals(late.get().request()),
                    () -> late.get().fulfill(new Route.FulfillOptions().setStatus(401).setContentType("application/problem+json")
                            .setBody("{\"type\":\"urn:baton:problem:unauthorized\",\"title\":\"You are not signed in\",\"status\":401}")));
            page.send("nobody has asked"); // a dialog would be before it
            assertThat(page.thread()).containsText("nobody has asked");
            assertThat(page.text("Your session has ended.")).not().isVisible();
        }
    }

    /// With the pointer on the list, what comes in later is held back.
    @Test
    void theRowsOfAGroupAreThereBeforeItsMembersAreKnown() {
        String group = Shared.fresh("g");
        Shared.putGroup(group, "ben");
        String visitor = Shared.freshVisitor("Grouped");
        Shared.client("sam").assign(Shared.conversationOf(visitor, "hello"), "ben");
        try (var window = chromium.window(Shared.baton().url(), Look.DESK)) {
            InboxPage page = InboxPage.signIn(window, "chloe", "/");
            AtomicReference<Route> late = new AtomicReference<>();
            page.tab().route("**/api/groups", route -> {
                if (!late.compareAndSet(null, route)) {
                    route.resume();
                }
            });
            page.tab().navigate("/?assignment=group:" + group);
            page.tab().waitForCondition(() -> late.get() != null);
            page.tab().locator("conversation-list").hover();
            assertThat(page.row(visitor)).isVisible();
            page.tab().waitForResponse(answer -> answer.url().contains("/api/inbox?"), () -> late.get().resume());
            assertThat(page.row(visitor)).isVisible();
        }
    }
}
