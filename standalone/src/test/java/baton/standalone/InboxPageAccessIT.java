package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Everybody can use the page: without a mouse, on a phone, with assistive technology; and supervisors theirs.
class InboxPageAccessIT extends InChromium {

    /// WCAG 2.2, levels A and AA, and what axe's makers think good practice.
    private static final List<String> ALL_RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /// What colours and widths can break together; the rest depends on one of them or none, and takes a minute.
    private static final List<String> COLOUR_RULES = List.of("color-contrast", "target-size");

    /// Pixels; narrower, the details are a drawer.
    private static final int DETAILS_BESIDE_FROM = 1_100;

    @ParameterizedTest
    @CsvSource({"LIGHT,1280,true", "DARK,1280,false", "LIGHT,360,false", "DARK,360,true"})
    void noViewBreaksARuleOfAccessibilityOrScrollsSideways(ColorScheme scheme, int width, boolean allRules) {
        String visitor = Shared.freshVisitor("Axe");
        String id = Shared.conversationOf(visitor, "hello");
        Shared.client("ana").reply(id, "Good morning.");
        Shared.message(id, "m-2", visitor, "an-address-that-is-quite-long.example/".repeat(8));
        try (var window = window(new Look(width, 800, scheme))) {
            Page signIn = window.tab("/");
            signIn.getByLabel("User name").waitFor();
            assertAccessible(signIn, "the sign-in", allRules);
            signIn.close();
            InboxPage page = InboxPage.signIn(window, "sam", "/");
            Page tab = page.tab();
            assertThat(page.row(visitor)).isVisible();
            assertAccessible(tab, "the list", allRules);
            page.button("Assignment").click();
            assertThat(page.dialog("Assignment")).isVisible();
            assertAccessible(tab, "the filter", allRules);
            tab.keyboard().press("Escape");
            page.bell().click();
            assertThat(page.dialog("Notifications")).isVisible();
            assertAccessible(tab, "the feed", allRules);
            tab.keyboard().press("Escape");
            tab.locator("account-menu").getByRole(AriaRole.BUTTON).click();
            assertAccessible(tab, "the menu", allRules);
            tab.keyboard().press("Escape");
            page.choose("Settings");
            assertThat(page.dialog("Settings")).isVisible();
            assertAccessible(tab, "the settings", allRules);
            tab.keyboard().press("Escape");
            page.choose("Keyboard shortcuts");
            assertThat(page.dialog("Keyboard shortcuts")).isVisible();
            assertAccessible(tab, "the shortcuts", allRules);
            tab.keyboard().press("Escape");

            page.visit(id);
            assertAccessible(tab, "the thread", allRules);
            page.owner().click();
            tab.getByLabel("Search agents").waitFor();
            assertAccessible(tab, "the Agent dropdown", allRules);
            tab.keyboard().press("Escape");
            if (width < DETAILS_BESIDE_FROM) {
                page.button("Show details").click();
            }
            assertThat(tab.locator("conversation-details")).isVisible();
            assertThat(tab.locator("conversation-details")).containsText("web");
            assertAccessible(tab, "the details", allRules);
            page.visit(id);
            page.button("Complete").click();
            assertThat(page.button("Undo")).isVisible();
            assertAccessible(tab, "the undo", allRules);

            tab.navigate("/agents");
            page.button("Add agent").click();
            page.dialog("Add agent").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save")).click();
            assertThat(page.text("This must not be empty.").first()).isVisible();
            assertAccessible(tab, "an agent's form", allRules);
            tab.keyboard().press("Escape");
            assertAccessible(tab, "the agents", allRules);
            tab.navigate("/groups");
            page.button("Add group").click();
            assertAccessible(tab, "a group's form", allRules);
            tab.keyboard().press("Escape");
            assertAccessible(tab, "the groups", allRules);

            Page chat = window.tab("/webchat");
            chat.getByLabel("Your message").fill("hello");
            chat.getByLabel("Send").click();
            assertThat(chat.getByRole(AriaRole.LOG)).containsText("Sent");
            assertAccessible(chat, "the visitor's chat", allRules);
        }
    }

    private static void assertAccessible(Page page, String view, boolean allRules) {
        AxeBuilder axe = allRules ? new AxeBuilder(page).withTags(ALL_RULES) : new AxeBuilder(page).withRules(COLOUR_RULES);
        assertThat(axe.analyze().getViolations()).as("what axe finds in " + view).isEmpty();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as(view + " does not scroll sideways").isTrue();
    }

    @Test
    void allOfItWorksByKeyboardAlone() {
        String visitor = Shared.freshVisitor("Keys");
        try (var window = window(Look.DESK)) {
            Page tab = window.tab("/");
            Keyboard keys = tab.keyboard();
            InboxPage page = new InboxPage(tab);
            assertThat(tab.getByLabel("User name")).isFocused();
            keys.type("ana");
            keys.press("Tab");
            keys.type(Shared.baton().password());
            keys.press("Enter");
            assertThat(page.text("Connected")).isVisible();
            Shared.conversationOf(visitor, "hello");
            assertThat(page.row(visitor)).isVisible();

            // To the newest, and into it.
            keys.press("j");
            keys.press("Enter");
            assertThat(tab.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(visitor)).first()).isVisible();

            // Give it to Ben: then it is his.
            keys.press("a");
            assertThat(tab.getByLabel("Search agents")).isFocused();
            keys.type("ben");
            keys.press("Enter");
            assertThat(page.owner()).containsText("Ben");
            keys.press("u");
            assertThat(tab.locator("conversation-thread .notice")).containsText("only Ben or a supervisor may change that.");
            keys.press("e");
            assertThat(page.button("Complete")).isVisible();
            assertThat(page.owner()).containsText("Ben");

            // Another one: take it, answer, give it back, put it away.
            String mine = Shared.freshVisitor("Mine");
            Shared.conversationOf(mine, "hello");
            assertThat(page.row(mine)).isVisible();
            keys.press("k");
            keys.press("Enter");
            assertThat(tab.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(mine)).first()).isVisible();
            keys.press("a");
            keys.type("ana");
            keys.press("Enter");
            assertThat(page.owner()).containsText("Ana");
            keys.press("r");
            assertThat(page.reply()).isFocused();
            keys.type("jku?/"); // no commands while one types
            keys.press("Control+Enter");
            assertThat(page.thread()).containsText("jku?/");
            keys.press("Escape");
            keys.press("u");
            assertThat(page.owner()).containsText("Unassigned");
            keys.press("e");
            assertThat(page.button("Reopen")).isVisible();

            // Views, filter, help.
            keys.press("g");
            keys.press("c");
            assertThat(page.view("Completed")).hasAttribute("aria-selected", "true");
            keys.press("/");
            assertThat(page.dialog("Assignment")).isVisible();
            keys.press("Space");
            keys.press("Enter");
            assertThat(tab).hasURL(Pattern.compile("assignment=unassigned"));
            keys.press("?");
            assertThat(page.dialog("Keyboard shortcuts")).isVisible();
            keys.press("Escape");
            assertThat(page.dialog("Keyboard shortcuts")).not().isVisible();

            // Tab leads round through all that can be used, and what has the focus is seen.
            List<String> focused = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                keys.press("Tab");
                focused.add((String) tab.evaluate("""
                        (() => {
                          let at = document.activeElement;
                          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
                          const { x, y, width, height } = at.getBoundingClientRect();
                          return at === document.body ? "the browser's own" : `${at.localName} ${at.textContent.trim()} ${width > 1 && height > 1 ? "seen" : "unseen"} at ${x}, ${y}`;
                        })()"""));
            }
            assertThat(focused).noneMatch(element -> element.contains("unseen")).filteredOn(element -> element.contains("seen"))
                    .hasSizeGreaterThanOrEqualTo(14).doesNotHaveDuplicates();
        }
    }

    @Test
    void aPhoneShowsOnePaneAtATimeAndAllThatOneNeeds() {
        String visitor = Shared.freshVisitor("Phone");
        Shared.conversationOf(visitor, "hello");
        try (var window = window(Look.PHONE)) {
            InboxPage page = InboxPage.signIn(window, "ana", "/");
            Page tab = page.tab();
            assertThat(page.reply()).not().isVisible();
            page.read(visitor);
            assertThat(page.row(visitor)).not().isVisible();
            page.owner().click();
            BoundingBox options = tab.locator("agent-picker .popup").boundingBox();
            assertThat(options.x).isNotNegative();
            assertThat(options.x + options.width).isLessThanOrEqualTo(Look.PHONE.width());
            page.agent("Ana").click();
            assertThat(page.owner()).containsText("Ana");
            page.send("from the bus");
            assertThat(page.thread()).containsText("from the bus");
            page.button("Show details").click();
            assertThat(tab.locator("conversation-details")).containsText("Owner");
            page.button("Close details").click();
            page.button("Complete").click();
            page.button("Undo").click();
            assertThat(page.button("Complete")).isVisible();
            page.button("Back to conversations").click();
            assertThat(page.row(visitor)).containsText("Reply: from the bus");
            for (String size : List.of("conversation-list [role=tab]", "header button", "conversation-list .tools button")) {
                for (Locator control : tab.locator(size).all()) {
                    if (control.isVisible()) {
                        assertThat(control.boundingBox().height).as("a finger's size: " + control).isGreaterThanOrEqualTo(24);
                    }
                }
            }
        }
    }

    @Test
    void supervisorsSeeToAgentsAndGroupsAndOthersMayNot() {
        String agent = Shared.fresh("new");
        String group = Shared.fresh("team");
        String id = Shared.conversationOf(Shared.freshVisitor("Given"), "hello");
        try (var sams = window(Look.DESK); var anas = window(Look.DESK)) {
            InboxPage ana = InboxPage.signIn(anas, "ana", "/").visit(id);
            InboxPage sam = InboxPage.signIn(sams, "sam", "/");
            sam.choose("Agents");
            sam.button("Add agent").click();
            Locator form = sam.dialog("Add agent");
            form.getByLabel("Name").fill("Dora");
            form.getByLabel("Id").fill("not an id");
            form.getByText("Save").click();
            assertThat(form.getByText("This must be 1 to 128 characters out of")).isVisible();
            form.getByLabel("Id").fill(agent);
            form.getByText("Save").click();
            assertThat(sam.text("Dora was saved.")).isVisible();

            // Ana can give it to the new agent at once.
            ana.assign("Dora");
            assertThat(ana.owner()).containsText("Dora");

            Locator row = sam.tab().getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(Pattern.compile(agent)));
            row.getByText("Edit").click();
            Locator edit = sam.dialog("Edit Dora");
            edit.getByLabel("Name").fill("Dora the second");
            edit.getByLabel("Role").selectOption("Supervisor");
            edit.getByText("Save").click();
            assertThat(row).containsText("Dora the second");
            assertThat(row).containsText("Supervisor");
            ana.owner().click();
            assertThat(ana.owner()).containsText("Dora the second");
            ana.tab().keyboard().press("Escape");

            // Who is deactivated keeps what she owns, and that is said beforehand.
            row.getByText("Edit").click();
            sam.dialog("Edit Dora the second").getByLabel("Active").uncheck();
            sam.dialog("Edit Dora the second").getByText("Save").click();
            Locator sure = sam.dialog("Deactivate Dora the second?");
            assertThat(sure).containsText("One open conversation still belongs to Dora the second");
            sure.getByText("Deactivate", new Locator.GetByTextOptions().setExact(true)).click();
            assertThat(row.getByRole(AriaRole.CELL).nth(2)).hasText("No");

            sam.choose("Groups");
            sam.button("Add group").click();
            Locator groupForm = sam.dialog("Add group");
            groupForm.getByLabel("Name").fill("Returns " + group);
            groupForm.getByLabel("Id").fill(group);
            groupForm.getByLabel("Search agents").fill("Ana");
            groupForm.getByRole(AriaRole.CHECKBOX, new Locator.GetByRoleOptions().setName(Pattern.compile("^Ana"))).first().check();
            groupForm.getByText("Save").click();
            assertThat(sam.text("Returns " + group + " was saved.")).isVisible();
            ana.button("Assignment").click();
            assertThat(ana.dialog("Assignment").getByLabel("Returns " + group)).isVisible();
            ana.tab().keyboard().press("Escape");
            sam.tab().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Delete Returns " + group)).click();
            sam.dialog("Delete the group Returns " + group + "?").getByText("Delete", new Locator.GetByTextOptions().setExact(true)).click();
            assertThat(sam.text("Returns " + group + " was deleted.")).isVisible();

            ana.tab().navigate("/agents");
            assertThat(ana.text("Only supervisors may see to agents.")).isVisible();
            assertThat(ana.button("Add agent")).hasCount(0);
        }
    }
}
