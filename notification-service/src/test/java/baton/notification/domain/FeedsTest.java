package baton.notification.domain;

import static baton.notification.Samples.AT;
import static baton.notification.Samples.agent;
import static baton.notification.Samples.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Agent;
import baton.contract.InvalidField;
import baton.contract.Notification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FeedsTest {

    private static final String EVERYONE = Notification.EVERYONE;

    private final Feeds feeds = new Feeds();

    @Test
    void mergesHerOwnWithEveryonesNewestFirst() {
        feeds.take("ana", told("c1", 2, 10, null));
        feeds.take(EVERYONE, told("c2", 2, 30, null));
        feeds.take("ana", told("c3", 2, 20, null));
        feeds.take("ben", told("c4", 2, 40, null));

        assertThat(ids(agent("ana"))).containsExactly("c2:2", "c3:2", "c1:2");
        assertThat(ids(agent("ben"))).containsExactly("c4:2", "c2:2");
    }

    @Test
    void ordersTheSameInstantByConversationAndVersion() {
        feeds.take("ana", told("c2", 9, 10, null));
        feeds.take("ana", told("c2", 10, 10, null));
        feeds.take(EVERYONE, told("c1", 11, 10, null));

        assertThat(ids(agent("ana"))).containsExactly("c2:10", "c2:9", "c1:11");
    }

    @Test
    void showsTheSameEventOnce() {
        feeds.take("ana", told("c1", 2, 10, null));
        feeds.take("ana", told("c1", 2, 10, null));

        assertThat(ids(agent("ana"))).containsExactly("c1:2");
    }

    @Test
    void hidesEveryonesFromTheActorAndFromWhoWasNotActive() {
        feeds.take(EVERYONE, told("c1", 2, 10, "ana"));
        feeds.take(EVERYONE, told("c2", 2, 20, null));
        Agent late = agent("zoe", List.of(new Agent.Period(AT.plusSeconds(15), null)));

        assertThat(ids(agent("ana"))).containsExactly("c2:2");
        assertThat(ids(agent("ben"))).containsExactly("c2:2", "c1:2");
        assertThat(ids(late)).containsExactly("c2:2");
    }

    @Test
    void pagesWithoutGapOrRepeat() {
        for (int second = 0; second < 25; second++) {
            feeds.take(second % 3 == 0 ? "ana" : EVERYONE, told("c" + second, 2, second / 2, null));
        }
        Agent ana = agent("ana");

        assertThat(walk(ana, 7)).containsExactlyElementsOf(ids(ana)).hasSize(25);
    }

    @Test
    void saysThatThereIsNothingOlderOnAPageThatIsJustFull() {
        feeds.take("ana", told("c1", 2, 1, null));
        feeds.take("ana", told("c2", 2, 2, null));

        assertThat(feeds.page(agent("ana"), null, null, 2).nextBefore()).isNull();
        assertThat(feeds.page(agent("ana"), null, null, 1).nextBefore()).isEqualTo(FeedPlace.of(told("c2", 2, 2, null)).text());
    }

    @Test
    void countsAsUnreadWhatIsNewerThanTheMark() {
        for (int second = 1; second <= 5; second++) {
            feeds.take("ana", told("c" + second, 2, second, null));
        }
        FeedPlace mark = FeedPlace.of(told("c3", 2, 3, null));

        FeedPage page = feeds.page(agent("ana"), mark, null, 2);

        assertThat(page.unread()).isEqualTo(2);
        assertThat(feeds.unread(agent("ana"), null)).isEqualTo(5);
        assertThat(feeds.page(agent("ana"), mark, null, 10).items().stream().map(FeedItem::read))
                .containsExactly(false, false, true, true, true);
    }

    @Test
    void keepsWhatWasForHerAloneHoweverMuchThereIsForEveryone() {
        feeds.take("ana", told("own-1", 2, 1, null));
        feeds.take("ana", told("own-2", 2, 2, null));
        for (int second = 10; second < 10 + 3 * Feeds.EVERYONES_ENTRIES_MAX; second++) {
            feeds.take(EVERYONE, told("all-" + second, 2, second, null));
        }
        List<String> walked = walk(agent("ana"), 200);

        assertThat(walked).hasSize(Feeds.EVERYONES_ENTRIES_MAX + 2).endsWith("own-2:2", "own-1:2");
        assertThat(feeds.unread(agent("ana"), null)).isEqualTo(Feeds.EVERYONES_ENTRIES_MAX + 2);
        assertThat(walk(agent("ben"), 200)).hasSize(Feeds.EVERYONES_ENTRIES_MAX);
    }

    @Test
    void keepsWhatWasForEveryoneHoweverMuchThereIsForOneAlone() {
        feeds.take(EVERYONE, told("all", 2, 1, null));
        for (int second = 10; second < 10 + 3 * Feeds.OWN_ENTRIES_MAX; second++) {
            feeds.take("ana", told("own-" + second, 2, second, null));
        }

        assertThat(walk(agent("ana"), 200)).hasSize(Feeds.OWN_ENTRIES_MAX + 1).endsWith("all:2");
        assertThat(walk(agent("ben"), 200)).containsExactly("all:2");
    }

    @Test
    void keepsTheNewestOfEachListAndDropsWhatComesLateAndIsOlder() {
        Feeds small = new Feeds(2, 3, 1_000);
        for (int second = 10; second < 15; second++) {
            small.take(EVERYONE, told("all-" + second, 2, second, null));
            small.take("ana", told("own-" + second, 2, second, null));
        }
        small.take(EVERYONE, told("all-late", 2, 11, null));
        small.take("ana", told("own-late", 2, 12, null));

        assertThat(small.page(agent("ana"), null, null, 50).items().stream().map(FeedItem::conversationId))
                .containsExactly("own-14", "all-14", "own-13", "all-13", "all-12");
    }

    @Property(tries = 200)
    void isTheSameInWhateverOrderThePartitionsAreRead(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int ownMax,
            @ForAll @IntRange(min = 1, max = 8) int everyonesMax, @ForAll @IntRange(min = 1, max = 20) int entriesMax) {
        List<Notification> all = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            all.add(told("c" + i % 4, i + 1, i / 3, null));
        }
        List<String> recipients = List.of("ana", EVERYONE, "ben", "chloe");
        Feeds one = new Feeds(ownMax, everyonesMax, entriesMax);
        all.forEach(notification -> one.take(recipients.get((int) (notification.version() % 4)), notification));
        List<Notification> shuffled = new ArrayList<>(all);
        shuffled.addAll(all);
        Collections.shuffle(shuffled, new Random(seed));
        Feeds other = new Feeds(ownMax, everyonesMax, entriesMax);
        shuffled.forEach(notification -> other.take(recipients.get((int) (notification.version() % 4)), notification));

        for (String agent : List.of("ana", "ben", "chloe")) {
            assertThat(other.page(agent(agent), null, null, 50)).isEqualTo(one.page(agent(agent), null, null, 50));
        }
    }

    @Test
    void holdsNoMoreForAllAgentsTogetherThanThereIsRoomForAndOfEachTheNewest() {
        Feeds small = new Feeds(8, 3, 20);
        for (int agents = 1; agents <= 6; agents++) {
            for (int second = 0; second < 10; second++) {
                small.take("agent-" + agents, told("c-" + agents, 1 + second, second, null));
            }
            int each = agents <= 2 ? 8 : agents <= 5 ? 4 : 2;
            for (int agent = 1; agent <= agents; agent++) {
                List<Long> versions = small.page(agent("agent-" + agent), null, null, 50).items().stream().map(FeedItem::version).toList();
                assertThat(versions).as("of %s agents", agents).hasSize(each).first().isEqualTo(10L);
            }
        }
    }

    @Test
    void readsAPlaceBackFromItsText() {
        FeedPlace place = new FeedPlace(1_763_806_500_123L, "web.a-b~c_9", 42);

        assertThat(place.text()).isEqualTo("1763806500123-42-web.a-b~c_9");
        assertThat(FeedPlace.parse(place.text(), "before")).isEqualTo(place);
        for (String wrong : List.of("", "x", "1-2", "1--c", "-1-2-c", "1-2-c c", "1-2-c/..", "9999999999999999-1-c", "1-2-" + "c".repeat(129))) {
            assertThatThrownBy(() -> FeedPlace.parse(wrong, "before")).as(wrong).isInstanceOf(InvalidField.class)
                    .hasMessage("before must be the id of a notification");
        }
        assertThatThrownBy(() -> FeedPlace.parse(null, "upTo")).isInstanceOf(InvalidField.class).hasMessage("upTo is missing");
    }

    /// All pages, each of which but the last is full.
    private List<String> walk(Agent agent, int limit) {
        List<String> walked = new ArrayList<>();
        FeedPlace before = null;
        do {
            FeedPage page = feeds.page(agent, null, before, limit);
            page.items().forEach(item -> walked.add(item.eventId()));
            before = page.nextBefore() == null ? null : FeedPlace.parse(page.nextBefore(), "before");
            assertThat(page.items()).hasSizeBetween(before == null ? 1 : limit, limit);
        } while (before != null);
        return walked;
    }

    private List<String> ids(Agent agent) {
        return feeds.page(agent, null, null, 200).items().stream().map(FeedItem::eventId).toList();
    }
}
