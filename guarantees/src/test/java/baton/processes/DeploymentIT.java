package baton.processes;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// That the processes can be done to what faults consist of.
@Tag("slow")
class DeploymentIT {

    @Test
    void brokersAndServicesAreKilledHaltedStoppedAndStartedAgain() throws Exception {
        long began = System.nanoTime();
        try (var deployment = Deployment.start(3)) {
            say("brokers", began);
            for (ServiceKind kind : ServiceKind.values()) {
                deployment.add(kind).start();
            }
            deployment.awaitReady();
            say("services", began);
            ServiceProcess service = deployment.instances(ASSIGNMENT_SERVICE).getFirst();
            assertThat(service.health()).contains("assignment-service").doesNotContain("inbox-projection");

            service.pause();
            assertThat(service.ready()).isFalse();
            service.resume();
            service.awaitReady();

            service.kill();
            assertThat(service.alive()).isFalse();
            service.start().awaitReady();
            say("killed and started", began);
            assertThat(service.stop().exitCode()).isIn(0, 143);

            deployment.cluster().broker(2).kill();
            deployment.cluster().awaitBrokers(2);
            deployment.cluster().broker(2).start();
            deployment.cluster().awaitBrokers(3);
            say("broker killed and started", began);
        }
    }

    private static void say(String what, long began) {
        System.out.println("DeploymentIT: " + what + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }
}
