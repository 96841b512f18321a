package baton.notification.http;

import baton.contract.InvalidField;
import baton.directory.Caller;
import baton.notification.delivery.AgentWrites;
import baton.notification.delivery.AlertSettings;
import baton.notification.delivery.AlertSettingsTable;
import baton.notification.delivery.FeedTail;
import baton.notification.delivery.ReadMarks;
import baton.notification.domain.FeedPage;
import baton.notification.domain.FeedPlace;
import baton.notification.domain.Feeds;
import baton.runtime.Problem;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/// The caller's feed, what she has read of it, and her settings.
@Controller("/api/notifications")
@Tag(name = "notifications")
public class NotificationController {

    /// Items of one page.
    static final int LIMIT_MAX = 200;
    /// How far the clocks of brokers and of this process may differ.
    private static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(5);

    private final FeedTail feed;
    private final ReadMarks marks;
    private final AlertSettingsTable settings;
    private final AgentWrites writes;

    /// Up to where the caller has read.
    ///
    /// @param upTo the id of a notification; it and all before it are read
    public record ReadUpTo(String upTo) {
        /// Refuses what is no id.
        public ReadUpTo {
            FeedPlace.parse(upTo, "upTo");
        }
    }

    /// How many are not read.
    public record Unread(int unread) {
    }

    /// Which alerts the caller has switched on.
    public record Alerts(Boolean desktop, Boolean audio) {
        /// Refuses to guess.
        public Alerts {
            if (desktop == null) {
                throw new InvalidField("desktop", "is missing");
            }
            if (audio == null) {
                throw new InvalidField("audio", "is missing");
            }
        }

        static Alerts of(AlertSettings settings) {
            return new Alerts(settings.desktop(), settings.audio());
        }
    }

    NotificationController(FeedTail feed, ReadMarks marks, AlertSettingsTable settings, AgentWrites writes) {
        this.feed = feed;
        this.marks = marks;
        this.settings = settings;
        this.writes = writes;
    }

    /// A page of the feed.
    @Get
    @Operation(summary = "The caller's notifications, newest first, and how many of all are unread")
    public FeedPage page(@Parameter(hidden = true) Caller caller,
            @QueryValue(defaultValue = "50") @Min(1) @Max(LIMIT_MAX) int limit,
            @Parameter(description = "The id of a notification: only older ones") @QueryValue @Nullable String before) {
        FeedPlace place = before == null ? null : FeedPlace.parse(before, "before");
        return feeds().page(caller.agent(), readUpTo(caller), place, limit);
    }

    /// Marks as read.
    @Post("/read")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Marks a notification and all older ones as read; a mark never moves backwards")
    public CompletableFuture<Unread> read(@Parameter(hidden = true) Caller caller, @Body ReadUpTo read) {
        FeedPlace upTo = FeedPlace.parse(read.upTo(), "upTo");
        if (upTo.atMillis() > Instant.now().plus(CLOCKS_DIFFER_MAX).toEpochMilli()) {
            throw new InvalidField("upTo", "must not lie in the future"); // it would mark what nobody has seen yet
        }
        Feeds feeds = feeds();
        return writes.markRead(caller.id(), upTo).thenApply(_ -> new Unread(feeds.unread(caller.agent(), readUpTo(caller))));
    }

    /// The settings.
    @Get("/settings")
    @Operation(summary = "Which alerts the caller has switched on; none until she chooses")
    public Alerts settings(@Parameter(hidden = true) Caller caller) {
        if (!settings.complete()) {
            throw Problem.unavailable("The settings are still being read.").asException();
        }
        return Alerts.of(settings.of(caller.id()));
    }

    /// Changes the settings.
    @Put("/settings")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Switches the caller's alerts on and off")
    public CompletableFuture<Alerts> change(@Parameter(hidden = true) Caller caller, @Body Alerts alerts) {
        return writes.put(new AlertSettings(caller.id(), alerts.desktop(), alerts.audio())).thenApply(_ -> alerts);
    }

    private Feeds feeds() {
        if (!feed.complete() || !marks.complete()) {
            throw Problem.unavailable("The notifications are still being read.").asException();
        }
        return feed.feeds();
    }

    private FeedPlace readUpTo(Caller caller) {
        return marks.of(caller.id()).orElse(null);
    }
}
