package baton.assignment.http;

import baton.assignment.http.RulesController.PartitionRules;
import baton.assignment.http.RulesController.RulesChange;
import baton.assignment.http.RulesController.RulesView;
import baton.assignment.stream.AssignmentSettings;
import baton.contract.Json;
import baton.contract.Unreadable;
import baton.runtime.Problem;
import baton.runtime.SessionCookie;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Asks the instances that decide for other partitions about the rules there, in the caller's name. Blocks, a little longer than a decision
/// may take.
@Singleton
final class OtherInstances {

    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(2);

    private final SessionCookie cookie;
    private final Duration answeredWithin;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECTED_WITHIN).build();

    OtherInstances(SessionCookie cookie, AssignmentSettings settings) {
        this.cookie = cookie;
        this.answeredWithin = settings.decidedWithin().plus(CONNECTED_WITHIN);
    }

    /// The rules of a partition; empty where the instance does not decide it any more, does not answer, or cannot say.
    Optional<PartitionRules> rules(URI owner, int partition, HttpRequest<?> asked) {
        try {
            var answer = send(request(owner, partition, asked).GET());
            return answer.statusCode() == 200 ? Json.read(answer.body(), RulesView.class).partitions().stream().findFirst() : Optional.empty();
        } catch (IOException | Unreadable _) {
            return Optional.empty();
        }
    }

    /// Has a partition switched; a problem where that is not known to have happened.
    void switchRules(URI owner, int partition, int version, HttpRequest<?> asked) {
        try {
            var answer = send(request(owner, partition, asked).header(HttpHeaders.CONTENT_TYPE, "application/json")
                    .PUT(java.net.http.HttpRequest.BodyPublishers.ofByteArray(Json.write(new RulesChange(version)))));
            if (answer.statusCode() != 200) {
                throw unknown(partition);
            }
        } catch (IOException _) {
            throw unknown(partition);
        }
    }

    private static RuntimeException unknown(int partition) {
        return Problem.outcomeUnknown("Whether partition " + partition + " was switched is not known. Send it again to go on.").asException();
    }

    private java.net.http.HttpRequest.Builder request(URI owner, int partition, HttpRequest<?> asked) {
        String authorization = cookie.token(asked).map(token -> "Bearer " + token).orElseGet(() -> asked.getHeaders().get(HttpHeaders.AUTHORIZATION));
        return java.net.http.HttpRequest.newBuilder(owner.resolve("/api/rules?partition=" + partition)).timeout(answeredWithin)
                .header(HttpHeaders.AUTHORIZATION, authorization);
    }

    private HttpResponse<byte[]> send(java.net.http.HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @PreDestroy
    void close() {
        client.shutdownNow();
    }
}
