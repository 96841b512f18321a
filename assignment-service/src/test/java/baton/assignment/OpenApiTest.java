package baton.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// The description of the API has what no annotation of this project describes, too.
class OpenApiTest {

    @Test
    void describesTheSignInForATokenBesideTheSession() throws Exception {
        Map<String, Map<String, Object>> paths;
        try (InputStream yaml = OpenApiTest.class.getResourceAsStream("/META-INF/swagger/assignment-service.yml")) {
            paths = new Yaml().<Map<String, Map<String, Map<String, Object>>>>load(yaml).get("paths");
        }
        assertThat(paths).containsKeys("/login", "/logout", "/session", "/api/me");
        assertThat(paths.get("/login").get("post").toString()).contains("username", "password", "access_token", "too-many-sign-ins");
    }
}
