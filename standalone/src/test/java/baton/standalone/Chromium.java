package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// The browser that is installed on this machine. Where there is none, tests that need it are skipped, except in CI, which installs one.
final class Chromium implements AutoCloseable {

    private static final List<String> ARGUMENTS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync");
    private static final String ZONE = "Europe/Berlin";

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path program) {
        this.playwright = Playwright.create();
        this.browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(ARGUMENTS));
    }

    /// Starts it; skips the calling test where there is none.
    static Chromium open() {
        Optional<Path> program = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(program.isPresent() || "true".equals(System.getenv("CI")), "no Chromium is installed");
        return new Chromium(program.orElseThrow(() -> new AssertionError("CI has no Chromium")));
    }

    /// Looks of a window.
    record Look(int width, int height, ColorScheme scheme) {
        static final Look DESK = new Look(1280, 800, ColorScheme.LIGHT);
        static final Look DARK = new Look(1280, 800, ColorScheme.DARK);
        static final Look PHONE = new Look(360, 740, ColorScheme.LIGHT);
    }

    /// A window of a browser of one's own: cookies, storage, and what its pages complain about.
    Window window(String url, Look look) {
        return window(url, look, "en-US", ZONE);
    }

    /// The same, for somebody who speaks another language and lives elsewhere.
    Window window(String url, Look look, String language, String zone) {
        return new Window(browser.newContext(context(url, look, language, zone)));
    }

    /// A window with the cookies of another one.
    Window window(String url, Look look, String storageState) {
        return new Window(browser.newContext(context(url, look, "en-US", ZONE).setStorageState(storageState)));
    }

    private static Browser.NewContextOptions context(String url, Look look, String language, String zone) {
        return new Browser.NewContextOptions().setBaseURL(url).setLocale(language).setTimezoneId(zone)
                .setViewportSize(look.width(), look.height()).setColorScheme(look.scheme()).setReducedMotion(ReducedMotion.REDUCE)
                .setPermissions(List.of("notifications"));
    }

    /// One browser's tabs.
    static final class Window implements AutoCloseable {

        private final BrowserContext context;
        private final List<String> complaints = new CopyOnWriteArrayList<>();

        private Window(BrowserContext context) {
            this.context = context;
            context.setDefaultTimeout(15_000);
            // What the page has the browser show and play is shown and played, and noted.
            context.addInitScript("""
                    window.shown = [];
                    window.tones = 0;
                    if (window.Notification) {
                      window.Notification = class extends window.Notification {
                        constructor(title, options) {
                          super(title, options);
                          window.shown.push(this);
                        }
                      };
                    }
                    if (window.OscillatorNode) {
                      const { start } = AudioScheduledSourceNode.prototype;
                      AudioScheduledSourceNode.prototype.start = function (...at) {
                        window.tones++;
                        return start.apply(this, at);
                      };
                    }
                    """);
            context.onConsoleMessage(message -> {
                if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                    complaints.add(message.text());
                }
            });
            context.onWebError(error -> complaints.add(error.error()));
        }

        BrowserContext context() {
            return context;
        }

        /// A new tab at a path.
        Page tab(String path) {
            Page page = context.newPage();
            page.navigate(path);
            return page;
        }

        /// A new tab, signed in by the form.
        Page signIn(String agent, String password, String path) {
            Page page = tab(path);
            page.getByLabel("User name").fill(agent);
            page.getByLabel("Password").fill(password);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")).click();
            page.getByText("Connected").first().waitFor();
            return page;
        }

        /// What pages have written to the console as an error, or have not caught, and what the content security policy has stopped.
        List<String> complaints() {
            return complaints;
        }

        @Override
        public void close() {
            context.close();
            assertThat(complaints).as("errors in the console").isEmpty();
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
