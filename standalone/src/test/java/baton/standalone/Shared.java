package baton.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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

    /// A client for an agent of its own, made for the test, so that her lists, her feed and her settings are the test's alone.
    static Client freshAgent(String id) {
        putAgent(id, true);
        return Tokens.of(baton(), id);
    }

    static void putAgent(String id, boolean active) {
        Client.Answer put = client("sam").put("/api/agents/" + id, "{\"name\":\"Agent " + id + "\",\"role\":\"agent\",\"active\":" + active + "}");
        if (put.status() != 200) {
            throw new AssertionError(put);
        }
    }

    static void putGroup(String id, String... members) {
        Client.Answer put = client("sam").put("/api/groups/" + id, "{\"name\":\"Group " + id + "\",\"members\":["
                + Stream.of(members).map(member -> '"' + member + '"').collect(Collectors.joining(",")) + "]}");
        if (put.status() != 200) {
            throw new AssertionError(put);
        }
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

    /// A visitor's name that no other test uses, one word.
    static String freshVisitor(String prefix) {
        return prefix + UUID.randomUUID().toString().substring(0, 8);
    }

    /// A conversation of a visitor with this name, with one message, at version 2, in the inbox.
    static String conversationOf(String visitor, String text) {
        String id = fresh("c");
        message(id, "m-1", visitor, text);
        if (client("ana").conversation(id, 2).status() != 200) {
            throw new AssertionError(id + " did not appear in the inbox");
        }
        return id;
    }

    /// What a visitor with this name writes.
    static void message(String conversation, String messageId, String visitor, String text) {
        Client.Answer answer = client("webchat").post("/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"" + conversation
                + "\",\"messageId\":\"" + messageId + "\",\"visitor\":{\"id\":\"" + visitor + "\",\"name\":\"" + visitor + "\"},\"text\":\"" + text + "\"}");
        if (answer.status() != 202) {
            throw new AssertionError(answer);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
