package baton.benchmarks.axon;

import baton.runtime.Launch;

/// Starts the service on Axon Framework as a process of its own.
public final class AxonServiceMain {

    private AxonServiceMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("axon-service", args);
    }
}
