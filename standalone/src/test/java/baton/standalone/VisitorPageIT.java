package baton.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Chromium.Look;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

/// The visitors' page in a real browser.
class VisitorPageIT extends InChromium {

    @Test
    void resumesBehindTheLastReplyAlsoWhenItsEntryIsNotKeptAnyMore() {
        try (var window = chromium.window(Shared.baton().url(), Look.DESK)) {
            Page page = window.tab("/webchat");
            Locator log = page.getByRole(AriaRole.LOG);
            page.getByLabel("Your message").fill("hello");
            page.getByLabel("Send").click();
            assertThat(log).containsText("Sent");
            String id = (String) page.evaluate("JSON.parse(localStorage.getItem('baton-webchat')).session.conversationId");
            Journey.awaitConversation(Shared.client("ana"), id);
            Shared.client("ana").reply(id, "Good morning.");
            assertThat(log).containsText("Good morning.");

            // As after three hundred messages of hers, which a minute has no room for.
            page.evaluate("""
                    (() => {
                      const state = JSON.parse(localStorage.getItem('baton-webchat'));
                      const own = (n) => ({ kind: 'own', id: `m-${n}`, text: `line ${n}`, at: Date.now(), state: 'sent' });
                      localStorage.setItem('baton-webchat', JSON.stringify({ ...state, entries: Array.from({ length: 300 }, (_, n) => own(n)) }));
                    })()""");
            Request stream = page.waitForRequest("**/webchat/stream", page::reload);
            assertThat(stream.headers().get("last-event-id")).startsWith(id + ":");
            Shared.client("ana").reply(id, "Are you there?");
            assertThat(log).containsText("Are you there?");
            assertThat(log).not().containsText("Good morning.");
        }
    }
}
