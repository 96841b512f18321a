package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;

/// The inbox page in one tab, in the words of somebody who looks at it: what it shows is found by role and by name, as assistive
/// technology finds it.
record InboxPage(Page tab) {

    /// Signs an agent of the demo in, by the form.
    static InboxPage signIn(Chromium.Window window, String agent, String path) {
        return new InboxPage(window.signIn(agent, Shared.baton().password(), path));
    }

    /// Another tab of a window in which somebody has signed in.
    static InboxPage open(Chromium.Window window, String path) {
        InboxPage page = new InboxPage(window.tab(path));
        assertThat(page.tab.getByText("Connected", new Page.GetByTextOptions().setExact(true))).isVisible();
        return page;
    }

    // The list

    /// The row of a visitor's conversation, wherever it is scrolled to.
    Locator row(String visitor) {
        return tab.locator("conversation-list").getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName(Pattern.compile(visitor)));
    }

    Locator rows() {
        return tab.locator("conversation-list [role=option]");
    }

    /// Mine, Unassigned, All or Completed.
    Locator view(String name) {
        return tab.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(Pattern.compile("^" + name)));
    }

    /// Opens a visitor's conversation by its row.
    InboxPage read(String visitor) {
        row(visitor).click();
        assertThat(tab.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(visitor))).isVisible();
        return this;
    }

    /// Opens a conversation by its address.
    InboxPage visit(String conversationId) {
        tab.navigate("/?conversation=" + conversationId);
        assertThat(owner()).isVisible();
        return this;
    }

    // The conversation that is open

    /// The Agent dropdown; its name says who owns the conversation.
    Locator owner() {
        return tab.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Agent: ")));
    }

    /// What the Agent dropdown offers for an agent's name; that of the agent herself begins with hers too.
    Locator agent(String name) {
        return tab.locator("agent-picker").getByRole(AriaRole.OPTION, new Locator.GetByRoleOptions().setName(Pattern.compile("^" + name))).first();
    }

    void assign(String agent) {
        owner().click();
        tab.getByLabel("Search agents").fill(agent);
        agent(agent).click();
    }

    Locator thread() {
        return tab.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Thread"));
    }

    /// The sentences that tell of changes of ownership.
    Locator statuses() {
        return thread().locator(".status");
    }

    Locator reply() {
        return tab.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Reply").setExact(true));
    }

    void send(String text) {
        reply().fill(text);
        button("Send").click();
    }

    // Everywhere

    Locator button(String name) {
        return tab.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator dialog(String name) {
        return tab.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName(name));
    }

    Locator text(String text) {
        return tab.getByText(text);
    }

    Locator text(Pattern text) {
        return tab.getByText(text);
    }

    Locator bell() {
        return tab.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Notifications, ")));
    }

    /// What the open feed tells about a visitor, newest first.
    Locator told(String visitor) {
        return dialog("Notifications").getByRole(AriaRole.LISTITEM).filter(new Locator.FilterOptions().setHasText(visitor));
    }

    /// Opens a dialog or a page by the menu under one's own name.
    void choose(String item) {
        tab.locator("account-menu").getByRole(AriaRole.BUTTON).click();
        tab.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(item)).click();
    }
}
