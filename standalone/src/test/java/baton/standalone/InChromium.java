package baton.standalone;

import baton.standalone.Chromium.Look;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Tests that look at the pages of the shared Baton in a browser of their own.
abstract class InChromium {

    static Chromium chromium;

    @BeforeAll
    static void open() {
        chromium = Chromium.open();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
            chromium = null;
        }
    }

    static Chromium.Window window(Look look) {
        return chromium.window(Shared.baton().url(), look);
    }
}
