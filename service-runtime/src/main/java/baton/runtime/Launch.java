package baton.runtime;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// Starts a process out of one or more services. Each service brings its own configuration file, named like itself: in one
/// class path, several `application.yml` would hide each other.
public final class Launch {

    private static final String COMMON = "service-runtime";

    private Launch() {
    }

    /// Starts one service as a process, which ends when it is told to.
    public static void andStay(String service, String... args) {
        ApplicationContext context = start(Map.of(), args, service);
        Runtime.getRuntime().addShutdownHook(new Thread(context::close, "shutdown"));
    }

    /// Starts services in this process; the caller closes the context.
    ///
    /// @param properties outrank files and environment
    public static ApplicationContext start(Map<String, Object> properties, String[] args, String... services) {
        ApplicationContextBuilder builder = ApplicationContext.builder()
                .deduceEnvironment(false)
                .banner(false)
                .args(args)
                .propertySources(file(COMMON, Integer.MIN_VALUE));
        for (int i = 0; i < services.length; i++) {
            builder.propertySources(file(services[i], Integer.MIN_VALUE + 1 + i));
        }
        ApplicationContext context = builder.properties(properties).build();
        try {
            context.start();
            context.getBean(EmbeddedServer.class).start();
            return context;
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private static PropertySource file(String name, int order) {
        String path = name + ".yml";
        try (InputStream yaml = Launch.class.getClassLoader().getResourceAsStream(path)) {
            if (yaml == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return PropertySource.of(name, new YamlPropertySourceLoader().read(name, yaml), order);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
