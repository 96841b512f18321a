package baton.webchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisitorLimitsTest {

    @Test
    void anIpv4AddressCountsByItself() {
        assertThat(VisitorLimits.network("192.0.2.1")).isNotEqualTo(VisitorLimits.network("192.0.2.2"))
                .isEqualTo(VisitorLimits.network("::ffff:192.0.2.1"));
    }

    @Test
    void anIpv6AddressCountsByItsNetwork() {
        assertThat(VisitorLimits.network("2001:db8:1:2::1")).isEqualTo(VisitorLimits.network("2001:db8:1:2:ffff::9"))
                .isNotEqualTo(VisitorLimits.network("2001:db8:1:3::1"));
    }

    @Test
    void whatIsNoAddressCountsAsOneAndIsNeverLookedUp() {
        assertThat(VisitorLimits.network("localhost")).isEqualTo("unknown").isEqualTo(VisitorLimits.network(""))
                .isEqualTo(VisitorLimits.network("192.0.2.1, 192.0.2.2"));
    }
}
