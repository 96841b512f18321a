package baton.processes;

import java.io.File;
import java.util.List;
import java.util.Locale;

/// The services that a deployment consists of.
public enum ServiceKind {
    /// Takes commands.
    ASSIGNMENT_SERVICE("baton.assignment.AssignmentServiceMain"),
    /// Shows lists.
    INBOX_PROJECTION("baton.inbox.InboxProjectionMain"),
    /// Tells agents.
    NOTIFICATION_SERVICE("baton.notification.NotificationServiceMain"),
    /// Visitors write here.
    WEBCHAT_CHANNEL("baton.webchat.WebchatChannelMain");

    private final String main;

    ServiceKind(String main) {
        this.main = main;
    }

    /// The name of its module.
    public String moduleName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String main() {
        return main;
    }

    /// This JVM's class path without what would make other services of the same process, as docs/OPERATING.md says.
    List<String> classPath() {
        return JavaProcess.classPath().stream().filter(entry -> !isOfModule(entry, "standalone")
                && (this != WEBCHAT_CHANNEL || !isOfModule(entry, "agent-directory"))
                && List.of(values()).stream().allMatch(other -> other == this || !isOfModule(entry, other.moduleName()))).toList();
    }

    /// Whether an entry is a module's jar, in whatever folder, or its classes.
    private static boolean isOfModule(String entry, String module) {
        String name = new File(entry).getName();
        return name.equals(module + ".jar") || name.startsWith(module + "-") && name.endsWith(".jar")
                || entry.endsWith(File.separator + module + File.separator + "target" + File.separator + "classes");
    }
}
