package baton.assignment.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.Launch;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP reads as strictly as the topics are read.
class RequestJsonTest {

    private static ApplicationContext context;
    private static ObjectMapper json;

    @BeforeAll
    static void start() {
        context = Launch.start(Map.of("baton.jwt-secret", "a-secret-of-thirty-two-characters!", "micronaut.server.port", -1,
                "baton.bootstrap-servers", "localhost:1"), new String[0], "assignment-service");
        json = context.getBean(ObjectMapper.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void readsAnObject() throws Exception {
        assertThat(json.readValue("{\"agentId\":\"ana\"}", ConversationsController.Assignee.class)).isEqualTo(new ConversationsController.Assignee("ana"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"ana\"", "[\"ana\"]", "{\"agentId\":[\"ana\"]}", "[{\"agentId\":\"ana\"}]", "{\"agentId\":7}"})
    void refusesAnotherShapeOfAnObjectWithOneField(String text) {
        assertThatThrownBy(() -> json.readValue(text, ConversationsController.Assignee.class)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void refusesATextWhereAListBelongs() {
        assertThatThrownBy(() -> json.readValue("{\"name\":\"Sales\",\"members\":\"ana\"}", AgentsController.GroupChange.class))
                .isInstanceOf(JsonProcessingException.class);
    }
}
