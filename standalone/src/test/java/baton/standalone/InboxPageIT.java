package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page in a real browser: what agents see and click.
class InboxPageIT {

    private static Chromium chromium;

    @BeforeAll
    static void open() {
        chromium = Chromium.open();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private static Chromium.Window window(Look look) {
        return chromium.window(Shared.baton().url(), look);
    }

    private static Page signIn(Chromium.Window window, String agent, String path) {
        return window.signIn(agent, Shared.baton().password(), path);
    }

    /// A conversation of a visitor whose name no other test has.
    private static String conversationOf(String visitor, String text) {
        String id = Shared.fresh("page");
        Shared.client("webchat").post("/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"" + id + "\",\"messageId\":\"m-1\","
                + "\"visitor\":{\"id\":\"" + visitor + "\",\"name\":\"" + visitor + "\"},\"text\":\"" + text + "\"}");
        assertThat(Shared.client("ana").conversation(id, 2).status()).isEqualTo(200);
        return id;
    }

    private static Locator row(Page page, String visitor) {
        return page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(Pattern.compile(visitor)));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator agentButton(Page page) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Agent: ")));
    }

    private static void choose(Page page, String agent) {
        agentButton(page).click();
        page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(Pattern.compile("^" + agent))).first().click();
    }

    private static void assertAccessible(Page page) {
        assertThat(new AxeBuilder(page).withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")).analyze()
                .getViolations()).as("what axe finds on " + page.url()).isEmpty();
    }

    @Test
    void aConversationGoesFromTheFirstMessageToCompletedAndBackWithTwoAgentsSideBySide() {
        String visitor = "Story" + Shared.fresh("v");
        try (var anas = window(Look.DESK); var bens = window(Look.DARK)) {
            Page ana = signIn(anas, "ana", "/");
            Page ben = signIn(bens, "ben", "/");
            String id = conversationOf(visitor, "Where is my parcel?");

            // Both see it come in without a reload, unassigned.
            for (Page page : List.of(ana, ben)) {
                assertThat(row(page, visitor)).containsText("Where is my parcel?");
                assertThat(row(page, visitor)).containsText("Unassigned");
            }

            // Ana takes it; both see whose it is, and the thread says so.
            row(ana, visitor).click();
            assertThat(agentButton(ana)).containsText("Unassigned");
            choose(ana, "Ana");
            assertThat(agentButton(ana)).containsText("Ana");
            row(ben, visitor).click();
            assertThat(agentButton(ben)).containsText("Ana");
            assertThat(ben.getByRole(AriaRole.LOG)).containsText("Ana took this conversation");
            assertThat(ben.getByRole(AriaRole.LOG)).containsText(Pattern.compile("(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [A-Z][a-z]+ \\d+, \\d{4}, \\d+:\\d\\d"));

            // Ben may answer all the same; it stays Ana's.
            ben.getByLabel("Reply", new Page.GetByLabelOptions().setExact(true)).fill("It is on its way.");
            button(ben, "Send").click();
            assertThat(ana.getByRole(AriaRole.LOG)).containsText("It is on its way.");
            assertThat(agentButton(ana)).containsText("Ana");

            // Ana passes it on to Ben, who completes it.
            choose(ana, "Ben");
            assertThat(agentButton(ben)).containsText("Ben");
            assertThat(ben.getByRole(AriaRole.LOG)).containsText("Ana passed this conversation on to Ben");
            button(ben, "Complete").click();
            assertThat(button(ben, "Reopen")).isVisible();
            assertThat(ana.getByRole(AriaRole.LOG)).containsText("Ben completed this conversation");

            // The visitor writes again, and it is everybody's.
            Shared.client("webchat").message(id, "m-2", "It is broken.");
            assertThat(ana.getByRole(AriaRole.LOG)).containsText("It is broken.");
            assertThat(ana.getByRole(AriaRole.LOG)).containsText("reopened this conversation");
            assertThat(agentButton(ana)).containsText("Unassigned");
        }
    }

    @Test
    void ofTwoAgentsWhoTakeOneConversationAtOnceTheSecondIsToldWhoHasIt() {
        String visitor = "Race" + Shared.fresh("v");
        conversationOf(visitor, "hello");
        try (var anas = window(Look.DESK); var bens = window(Look.DESK)) {
            Page ana = signIn(anas, "ana", "/");
            Page ben = signIn(bens, "ben", "/");
            row(ana, visitor).click();
            row(ben, visitor).click();
            assertThat(agentButton(ana)).containsText("Unassigned");
            assertThat(agentButton(ben)).containsText("Unassigned");
            agentButton(ana).click();
            agentButton(ben).click();
            Locator anas1 = ana.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(Pattern.compile("^Ana"))).first();
            Locator bens1 = ben.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(Pattern.compile("^Ben"))).first();
            anas1.click();
            bens1.click();
            assertThat(agentButton(ana)).containsText("Ana");
            assertThat(agentButton(ben)).containsText("Ana");
            assertThat(ben.locator("body")).containsText(Pattern.compile("Ana (has owned|took) this conversation"));
        }
    }

    @Test
    void aCutConnectionHealsWithoutAReload() throws Exception {
        String before = "Before" + Shared.fresh("v");
        String meanwhile = "Meanwhile" + Shared.fresh("v");
        try (var wire = new CuttableWire(Shared.baton().url()); var window = chromium.window(wire.url(), Look.DESK)) {
            Page page = window.signIn("chloe", Shared.baton().password(), "/");
            conversationOf(before, "one");
            assertThat(row(page, before)).isVisible();
            wire.cut();
            assertThat(page.getByText("Connected")).not().isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(30_000));
            conversationOf(meanwhile, "two");
            wire.mend();
            assertThat(page.getByText("Connected")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(40_000));
            assertThat(row(page, meanwhile)).isVisible();
            assertThat(row(page, meanwhile)).hasCount(1);
            assertThat(row(page, before)).hasCount(1);
        }
    }

    @Test
    void whatWasTypedSurvivesAReload() {
        String visitor = "Draft" + Shared.fresh("v");
        String id = conversationOf(visitor, "hello");
        try (var window = window(Look.DESK)) {
            Page page = signIn(window, "ana", "/?conversation=" + id);
            Locator reply = page.getByLabel("Reply", new Page.GetByLabelOptions().setExact(true));
            assertThat(page.getByText("Your reply will make this conversation yours.")).isVisible();
            reply.fill("half a sent");
            page.reload();
            assertThat(reply).hasValue("half a sent");
        }
    }

    @ParameterizedTest
    @CsvSource({"LIGHT,1280", "DARK,1280", "LIGHT,360", "DARK,360"})
    void noViewBreaksAnAccessibilityRule(com.microsoft.playwright.options.ColorScheme scheme, int width) {
        String visitor = "Axe" + Shared.fresh("v");
        String id = conversationOf(visitor, "hello");
        try (var window = window(new Look(width, 800, scheme))) {
            Page signIn = window.tab("/");
            signIn.getByLabel("User name").waitFor();
            assertAccessible(signIn);
            signIn.close();
            Page page = signIn(window, "sam", "/");
            assertThat(row(page, visitor)).isVisible();
            assertAccessible(page);
            page.navigate("/?conversation=" + id);
            agentButton(page).waitFor();
            assertAccessible(page);
            agentButton(page).click();
            page.getByLabel("Search agents").waitFor();
            assertAccessible(page);
            page.navigate("/agents");
            page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Agents")).first().waitFor();
            assertAccessible(page);
            page.navigate("/groups");
            page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Groups")).first().waitFor();
            assertAccessible(page);
            assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).as("no scrolling sideways").isTrue();
        }
    }
}
