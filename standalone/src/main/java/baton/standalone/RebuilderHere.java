package baton.standalone;

import baton.inbox.stream.InboxService;
import baton.notification.NotificationService;
import baton.runtime.ProblemException;
import baton.runtime.RebuildStatus;
import baton.runtime.StartRefused;
import baton.runtime.ViewRunner;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Rebuilds views in this process. A rebuild that an earlier process has left goes on instead.
final class RebuilderHere implements RebuildCommand.Rebuilder {

    private static final Duration BEGUN_WITHIN = Duration.ofMinutes(2);
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;

    private final Standalone baton;
    private final String by;

    /// @param by who asks
    RebuilderHere(Standalone baton, String by) {
        this.baton = baton;
        this.by = by;
    }

    @Override
    public RebuildCommand.Begun begin(RebuildCommand.Derived view) throws InterruptedException {
        long deadline = System.nanoTime() + BEGUN_WITHIN.toNanos();
        while (true) {
            try {
                RebuildStatus left = runner(view).status();
                if (!left.stage().equals("none") && !left.stage().equals("done")) {
                    return begun(left);
                }
                // One that starts would be stopped in the middle of it, and say so. What never comes that far is just what one rebuilds.
                if (runner(view).notReadyBecause().filter(reason -> !reason.startsWith("halted")).isEmpty() || System.nanoTime() > deadline) {
                    return begun(runner(view).request(by));
                }
            } catch (ProblemException e) {
                baton.requireStartable();
                boolean passes = e.problem().status() == UNAVAILABLE || e.problem().status() == CONFLICT; // then somebody has begun it
                if (!passes || System.nanoTime() > deadline) {
                    throw new StartRefused(e.problem().detail().replaceFirst("\\.$", ""));
                }
            }
            TimeUnit.MILLISECONDS.sleep(50); // it is starting
        }
    }

    @Override
    public RebuildStatus status(RebuildCommand.Derived view) {
        return runner(view).status();
    }

    private static RebuildCommand.Begun begun(RebuildStatus status) {
        return new RebuildCommand.Begun(status.number(), status.by());
    }

    private ViewRunner runner(RebuildCommand.Derived view) {
        return switch (view) {
            case INBOX -> baton.context().getBean(InboxService.class).runner();
            case NOTIFICATIONS -> baton.context().getBean(NotificationService.class).runner();
        };
    }
}
