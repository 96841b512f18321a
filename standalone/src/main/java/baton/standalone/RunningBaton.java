package baton.standalone;

import baton.contract.Json;
import baton.contract.Unreadable;
import baton.runtime.Problem;
import baton.runtime.RebuildStatus;
import baton.runtime.StartRefused;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The process that has a data folder, over HTTP, in the name of its supervisor: whoever may read the folder's password may do this.
final class RunningBaton implements RebuildCommand.Rebuilder {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration BEGUN_WITHIN = Duration.ofMinutes(2);
    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final int OVERLOADED = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final String by;
    private final DataFolder.Running running;
    private final String password;
    private String token;

    private RunningBaton(String by, DataFolder.Running running, String password) {
        this.by = by;
        this.running = running;
        this.password = password;
    }

    /// Throws [StartRefused] where the folder does not say, or does not say to this user, where the process is.
    ///
    /// @param by what asks: the process only hears in whose name
    static RunningBaton of(Path folder, String by) {
        Path password = folder.resolve("password");
        try {
            return new RunningBaton(by, DataFolder.Running.of(folder), Files.readString(password).strip());
        } catch (IOException e) {
            throw new StartRefused(password + " cannot be read: " + (e instanceof java.nio.file.AccessDeniedException ? "this user may not" : e.toString()));
        }
    }

    @Override
    public RebuildCommand.Begun begin(RebuildCommand.Derived view) throws InterruptedException {
        signIn();
        long deadline = System.nanoTime() + BEGUN_WITHIN.toNanos();
        while (true) {
            HttpResponse<byte[]> answer = send("POST", path(view), null);
            switch (answer.statusCode()) {
                case ACCEPTED -> {
                    return new RebuildCommand.Begun(read(answer.body(), RebuildStatus.class).number(), by);
                }
                case CONFLICT -> {
                    RebuildStatus underWay = status(view);
                    return new RebuildCommand.Begun(underWay.number(), underWay.by()); // somebody has begun it, or this did, and was told that it is not known
                }
                case UNAVAILABLE, OVERLOADED -> {
                    if (System.nanoTime() > deadline) {
                        throw refused(answer);
                    }
                }
                default -> throw refused(answer);
            }
            TimeUnit.MILLISECONDS.sleep(200); // it is starting, or catching up
        }
    }

    @Override
    public RebuildStatus status(RebuildCommand.Derived view) throws InterruptedException {
        signIn();
        return read(expect(200, sendUntilTaken("GET", path(view), null)).body(), RebuildStatus.class);
    }

    private static String path(RebuildCommand.Derived view) {
        return switch (view) {
            case INBOX -> "/api/inbox/rebuild";
            case NOTIFICATIONS -> "/api/notifications/rebuild";
        };
    }

    private void signIn() throws InterruptedException {
        if (token == null) {
            byte[] credentials = Json.write(java.util.Map.of("username", running.supervisor(), "password", password));
            token = read(expect(200, sendUntilTaken("POST", "/login", credentials)).body(), JsonNode.class).path("access_token").asText();
        }
    }

    /// Again where it is refused for a moment, because the process is starting, or busy with the rebuild.
    private HttpResponse<byte[]> sendUntilTaken(String method, String path, byte[] json) throws InterruptedException {
        long deadline = System.nanoTime() + BEGUN_WITHIN.toNanos();
        while (true) {
            HttpResponse<byte[]> answer = send(method, path, json);
            if (answer.statusCode() != UNAVAILABLE && answer.statusCode() != OVERLOADED || System.nanoTime() > deadline) {
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private HttpResponse<byte[]> expect(int status, HttpResponse<byte[]> answer) {
        if (answer.statusCode() != status) {
            throw refused(answer);
        }
        return answer;
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] json) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(running.url() + path)).timeout(ANSWER_WITHIN).header("Content-Type", "application/json")
                .method(method, json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new StartRefused("the process at " + running.url() + " does not answer (" + e + "); what was begun goes on when it is there again");
        }
    }

    private StartRefused refused(HttpResponse<byte[]> answer) {
        boolean problem = answer.headers().firstValue("Content-Type").filter(type -> type.startsWith(Problem.MEDIA_TYPE)).isPresent();
        String detail = problem ? read(answer.body(), JsonNode.class).path("detail").asText() : "it answers " + answer.statusCode();
        return new StartRefused(detail.replaceFirst("\\.$", "") + (answer.statusCode() == 403 ? " (as " + running.supervisor() + ")" : ""));
    }

    private static <T> T read(byte[] body, Class<T> type) {
        try {
            return Json.read(body, type);
        } catch (Unreadable e) {
            throw new StartRefused("what answers is not Baton: " + e.getMessage());
        }
    }
}
