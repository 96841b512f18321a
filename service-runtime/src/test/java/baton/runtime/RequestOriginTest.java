package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOriginTest {

    private final RequestOrigin direct = new RequestOrigin(false);
    private final RequestOrigin behindProxy = new RequestOrigin(true);

    @ParameterizedTest(name = "{1} at {0}: {2}")
    @CsvSource({
        "localhost:8080,     http://localhost:8080,      true",
        "localhost:8080,     HTTP://LOCALHOST:8080,      true",
        "baton.example,      http://baton.example,       true",
        "baton.example,      http://baton.example:80,    true",
        "baton.example:80,   http://baton.example,       true",
        "[::1]:8080,         http://[::1]:8080,          true",
        "localhost:8080,     http://localhost:3000,      false",
        "localhost:8080,     http://localhost,           false",
        "localhost:8080,     https://localhost:8080,     false",
        "localhost:8080,     http://127.0.0.1:8080,      false",
        "baton.example,      http://evil.example,        false",
        "baton.example,      http://baton.example.evil,  false",
        "baton.example,      http://evil@baton.example.evil, false",
        "baton.example,      null,                       false",
        "baton.example,      not an origin,              false",
        "'',                 http://,                    false",
    })
    void isTheSameOnlyIfSchemeHostAndPortAre(String host, String origin, boolean same) {
        assertThat(direct.same(request(host).header("Origin", origin))).isEqualTo(same);
    }

    @Test
    void takesTheBrowsersWordWhereAProxyHasChangedTheHost() {
        var request = request("inbox-projection:8080").header("Origin", "https://baton.example");
        assertThat(direct.same(request)).isFalse();
        assertThat(direct.same(request.header("Sec-Fetch-Site", "same-origin"))).isTrue();
    }

    @Test
    void isNotTheSameWhereNothingIsSaid() {
        assertThat(direct.named(request("baton.example"))).isFalse();
        assertThat(direct.same(request("baton.example"))).isFalse();
        assertThat(direct.same(request("baton.example").header("Sec-Fetch-Site", "same-site"))).isFalse();
        assertThat(direct.same(request("baton.example").header("Sec-Fetch-Site", "none"))).isFalse();
    }

    @Test
    void believesForwardedHeadersOnlyBehindAProxy() {
        var request = request("baton.example").header("Origin", "https://baton.example")
                .header("X-Forwarded-Proto", "https").header("X-Forwarded-For", "203.0.113.7");
        assertThat(direct.secure(request)).isFalse();
        assertThat(direct.same(request)).isFalse();
        assertThat(behindProxy.secure(request)).isTrue();
        assertThat(behindProxy.same(request)).isTrue();
        assertThat(behindProxy.address(request)).isEqualTo("203.0.113.7");
    }

    @Test
    void takesTheAddressThatTheNearestProxyHasWritten() {
        assertThat(address("192.0.2.1, 198.51.100.2 , 203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(address("192.0.2.1", "203.0.113.7")).as("in a line of its own").isEqualTo("203.0.113.7");
    }

    @Test
    void anIpv4AddressCountsByItself() {
        assertThat(address("192.0.2.1")).isNotEqualTo(address("192.0.2.2")).isEqualTo(address("::ffff:192.0.2.1"));
    }

    @Test
    void anIpv6AddressCountsByItsNetwork() {
        assertThat(address("2001:db8:1:2::1")).isEqualTo(address("2001:db8:1:2:ffff::9")).isNotEqualTo(address("2001:db8:1:3::1"));
    }

    @Test
    void whatIsNoAddressCountsAsOneAndIsNeverLookedUp() {
        assertThat(address("localhost")).isEqualTo("unknown").isEqualTo(address("192.0.2.1:4711")).isEqualTo(address("192.0.2.1,"));
    }

    private String address(String... forwardedFor) {
        MutableHttpRequest<?> request = request("baton.example");
        for (String line : forwardedFor) {
            request.header("X-Forwarded-For", line);
        }
        return behindProxy.address(request);
    }

    private static MutableHttpRequest<?> request(String host) {
        return HttpRequest.POST("/session", "").header("Host", host);
    }
}
