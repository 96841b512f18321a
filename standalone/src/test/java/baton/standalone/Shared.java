package baton.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// One Baton for all tests of this process that do not stop it: each uses conversations of its own. Closed when the process ends.
final class Shared {

    private static Standalone baton;
    private static final Map<String, Client> CLIENTS = new ConcurrentHashMap<>();

    private Shared() {
    }

    static synchronized Standalone baton() {
        if (baton == null) {
            try {
                Path folder = Files.createTempDirectory("baton-shared");
                baton = Standalone.start(Standalone.Options.forTests(folder));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    baton.close();
                    delete(folder);
                }));
                baton.awaitReady();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return baton;
    }

    static Client client(String name) {
        return CLIENTS.computeIfAbsent(name, _ -> Client.signIn(baton().url(), name, baton().password()));
    }

    static Log log() {
        return new Log(baton().bootstrapServers());
    }

    /// An id that no other test uses.
    static String fresh(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    /// A conversation with one message, at version 2, in the inbox.
    static String conversation() {
        String id = fresh("c");
        client("webchat").message(id, fresh("m"), "hello");
        if (client("ana").conversation(id, 2).status() != 200) {
            throw new AssertionError(id + " did not appear in the inbox");
        }
        return id;
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
