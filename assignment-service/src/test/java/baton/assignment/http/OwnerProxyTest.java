package baton.assignment.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which conversation a request is about, and so which instance decides.
class OwnerProxyTest {

    @ParameterizedTest
    @ValueSource(strings = {"/api/conversations/web~1/complete", "/api/conversations/web%7E1/complete", "/api/conversations/web%7e1/assignee",
        "/api/commands/k-1?conversationId=web~1", "/api/commands/k-1?conversationId=web%7E1"})
    void isTheOneThatTheEndpointReads(String path) {
        assertThat(OwnerProxy.conversationId(HttpRequest.GET(path))).contains("web~1");
    }

    @Test
    void isNoneWhereNoneIsNamed() {
        assertThat(OwnerProxy.conversationId(HttpRequest.GET("/api/commands/k-1"))).isEmpty();
    }
}
