package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's tour does what it says: what it says that its commands print is looked for in what they print, in its order.
class ReadmeIT {

    private static final String CHOSEN = "# another one each time the tour is taken";

    @Test
    void theTourPrintsWhatItSays(@TempDir Path data) throws Exception {
        List<String> blocks = DocumentedCommands.of("README.md", "tour").blocks();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
        String tour = String.join("\n", blocks);
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            // The blocks are pasted by a person, who takes longer than the notification does: wait for it once.
            String waitForBen = "for _ in $(seq 100); do as \"$BEN\" GET /api/notifications | grep -q \"$PARCEL:2\" && break; done\n";
            // A reader of the topics sees what is committed: what the inbox shows is.
            String waitForTheInbox = "as \"$ANA\" GET \"/api/inbox/conversations/$PARCEL?minVersion=4\" > /dev/null; ";
            for (int time = 1; time <= 2; time++) { // whoever liked it takes it again
                String printed = DocumentedCommands.run(baton, data, tour.replace(CHOSEN, CHOSEN + "\necho \"the parcel is $PARCEL\"\n")
                        .replace("as \"$BEN\" GET /api/notifications\n", waitForBen + "as \"$BEN\" GET /api/notifications\n")
                        .replace("kcat -C", waitForTheInbox + "kcat -C"));
                Matcher parcel = Pattern.compile("the parcel is (parcel-[0-9]+)").matcher(printed);
                assertThat(parcel.find()).as(printed).isTrue();
                int from = 0;
                for (String said : DocumentedCommands.printedBy(tour)) {
                    String text = said.replace("$PARCEL", parcel.group(1)).replace("$OTHER", parcel.group(1) + "-too");
                    int at = printed.indexOf(text, from);
                    assertThat(at).as("'" + text + "' in what is printed after the one before it:\n" + printed).isGreaterThanOrEqualTo(from);
                    from = at;
                }
            }
        }
    }
}
