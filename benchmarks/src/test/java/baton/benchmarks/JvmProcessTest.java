package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class JvmProcessTest {

    @Test
    void addsOwnAndSystemTimeWhateverTheProcessIsCalled() {
        String rest = " S 22707 22703 1724 0 -1 4194304 16841 0 0 0 1269 31 7 8 20 0 14 0 302547 2609336320 24009 18446744073709551615";
        assertThat(JvmProcess.processorSeconds("22709 (java)" + rest)).isEqualTo(13.0);
        assertThat(JvmProcess.processorSeconds("22709 (a) R (1 2)" + rest)).isEqualTo(13.0);
    }

    @Test
    void addsUpThreadsByWhatTheyDo() {
        assertThat(JvmProcess.processorMillisByThreads("""
                2026-01-01 00:00:00
                Full thread dump OpenJDK 64-Bit Server VM (25.0.3+9-LTS mixed mode, sharing):

                "main" #3 [22711] prio=5 os_prio=0 cpu=430.20ms elapsed=6.79s tid=0x00007f1fb802ab00 nid=22711 waiting on condition  [0x00007f1fbdf1e000]
                   java.lang.Thread.State: TIMED_WAITING (sleeping)
                "data-plane-kafka-request-handler-0" #40 [1] daemon prio=5 os_prio=0 cpu=10.50ms elapsed=6.75s tid=0x1 nid=1 waiting on condition  [0x1]
                "data-plane-kafka-request-handler-1" #41 [2] daemon prio=5 os_prio=0 cpu=9.50ms elapsed=6.75s tid=0x1 nid=2 waiting on condition  [0x1]
                "data-plane-kafka-network-thread-1-ListenerName(PLAINTEXT)-PLAINTEXT-0" #42 [3] prio=5 os_prio=0 cpu=4.00ms elapsed=6.75s tid=0x1 nid=3 runnable  [0x1]
                "assignment-service-standalone-StreamThread-1" #43 [4] prio=5 os_prio=0 cpu=7.00ms elapsed=6.75s tid=0x1 nid=4 runnable  [0x1]
                "kafka-producer-network-thread | assignment-service-standalone-StreamThread-1-producer" #44 [5] daemon prio=5 os_prio=0 cpu=3.00ms elapsed=6.75s tid=0x1 nid=5 runnable  [0x1]
                "tail-live" #45 [6] daemon prio=5 os_prio=0 cpu=1.50ms elapsed=6.75s tid=0x2 nid=6 runnable  [0x2]
                "C2 CompilerThread0" #12 [22720] daemon prio=9 os_prio=0 cpu=139.86ms elapsed=6.75s tid=0x00007f1fb8077ee0 nid=22720 waiting on condition  [0x0]
                "VM Thread" os_prio=0 cpu=14.75ms elapsed=6.77s tid=0x00007f1fb8063420 nid=22714 runnable
                "GC Thread#0" os_prio=0 cpu=8.00ms elapsed=6.77s tid=0x00007f1fb8063421 nid=22715 runnable
                "G1 Main Marker" os_prio=0 cpu=4.00ms elapsed=6.77s tid=0x00007f1fb8063422 nid=22716 runnable
                "G1 Conc#0" os_prio=0 cpu=2.00ms elapsed=6.77s tid=0x00007f1fb8063423 nid=22717 runnable
                "G1 Service" os_prio=0 cpu=0.25ms elapsed=6.77s tid=0x00007f1fb8063424 nid=22718 runnable

                JNI global refs: 10, weak refs: 0
                """)).containsExactly(
                entry("assignment-service: decides", 7.0),
                entry("readers of whole topics: streams, feeds, agents", 1.5),
                entry("Kafka clients: producers", 3.0),
                entry("broker: request handlers", 20.0),
                entry("broker: network threads", 4.0),
                entry("JVM: garbage collection and other stops", 29.0),
                entry("JVM: compilers", 139.86),
                entry("everything else", 430.2));
    }

    @Test
    void addsUpTheHeapOfWhateverCollector() {
        assertThat(JvmProcess.heapBytes("""
                22709:
                DefNew     total 39296K, used 7K [0x00000000f8000000, 0x00000000faaa0000, 0x00000000faaa0000)
                 eden space 34944K,   0% used [0x00000000f8000000, 0x00000000f8000000, 0x00000000fa220000)
                Tenured    total 87424K, used 3053K [0x00000000faaa0000, 0x0000000100000000, 0x0000000100000000)
                 the  space 87424K,   3% used [0x00000000faaa0000, 0x00000000fad9b5c8, 0x0000000100000000)
                 Metaspace       used 1234K, committed 1408K, reserved 1114112K
                """)).isEqualTo(3_060 * 1_024);
        assertThat(JvmProcess.heapBytes("""
                garbage-first heap   total reserved 131072K, committed 14336K, used 2914K [0x00000000f8000000, 0x0000000100000000)
                 region size 1024K, 0 young (0K), 0 survivors (0K)
                """)).isEqualTo(2_914 * 1_024);
        assertThatThrownBy(() -> JvmProcess.heapBytes("22709:\n")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLastBoundOfTheHeapCounts() {
        assertThat(JvmProcess.heapMax("java -Xms160m -Xmx512m -Xmn64m -Xmx4g -cp a.jar Main")).isEqualTo("-Xmx4g");
        assertThat(JvmProcess.heapMax("java -cp a.jar Main")).isEqualTo("the JVM's own choice");
    }
}
