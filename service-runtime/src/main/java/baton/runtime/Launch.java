package baton.runtime;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.context.env.EnvironmentPropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts a process out of one or more services. Each service brings its own configuration file, named like itself: in one
/// class path, several `application.yml` would hide each other.
public final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);
    /// How Micronaut says, among the beans on its way, that a setting has a value that is none.
    private static final Pattern UNREADABLE =
            Pattern.compile("Error resolving property value \\[([^]]+)]\\. Unable to convert value \\[([^]]*)]");
    private static final String KAFKA_VARIABLE = "BATON_KAFKA_";
    private static final String COMMON = "service-runtime";

    private Launch() {
    }

    /// Starts one service as a process, which ends when it is told to, and with exit code 1 and a sentence on stderr when it can never
    /// do its work as it is set up. Where `BATON_DEMO` is true, a file `<service>-demo.yml` is laid over the service's own.
    public static void andStay(String service, String... args) {
        try {
            ApplicationContext context = start(Map.of(), args, files(service));
            Runtime.getRuntime().addShutdownHook(new Thread(context::close, "shutdown"));
            throw new StartRefused(context.getBean(Boot.class).awaitRefusal());
        } catch (StartRefused e) {
            System.err.println(service + " cannot start: " + e.getMessage() + ".");
        } catch (RuntimeException e) {
            LOG.error("{} cannot start", service, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(1);
    }

    private static String[] files(String service) {
        String demo = Optional.ofNullable(System.getenv("BATON_DEMO")).map(String::strip).orElse("");
        return switch (demo) {
            case "", "false" -> new String[] {service};
            case "true" -> Stream.of(service, service + "-demo").filter(name -> name.equals(service) || isThere(name)).toArray(String[]::new);
            default -> throw new StartRefused("BATON_DEMO is true or false, not " + demo);
        };
    }

    /// Starts services in this process; the caller closes the context. Throws [StartRefused] with what is wrong with the settings.
    ///
    /// @param properties outrank files and environment
    /// @param services   names of configuration files; later ones outrank earlier ones
    public static ApplicationContext start(Map<String, Object> properties, String[] args, String... services) {
        ApplicationContextBuilder builder = ApplicationContext.builder()
                .deduceEnvironment(false)
                .banner(false)
                .args(args)
                .propertySources(file(COMMON, Integer.MIN_VALUE), kafkaProperties(System.getenv()));
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
            throw refusal(e).orElse(e);
        }
    }

    /// A wrong setting as a sentence; empty for what nobody expected, which is told with its stack trace.
    private static Optional<RuntimeException> refusal(RuntimeException failure) {
        Matcher unreadable = UNREADABLE.matcher(String.valueOf(failure.getMessage()));
        if (unreadable.find()) {
            return Optional.of(new StartRefused(unreadable.group(1) + " cannot be " + unreadable.group(2)));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case StartRefused refused -> {
                    return Optional.of(refused);
                }
                case BindException taken -> {
                    return Optional.of(new StartRefused("its address or port cannot be used (" + taken.getMessage() + ")"));
                }
                case IllegalArgumentException wrong when failure instanceof BeanInstantiationException -> {
                    return Optional.of(new StartRefused(wrong.getMessage()));
                }
                default -> {
                }
            }
        }
        return Optional.empty();
    }

    /// `BATON_KAFKA_SECURITY_PROTOCOL` is Kafka's `security.protocol`. The names of Kafka's properties have dots only, which the general
    /// rule for the environment cannot know.
    static PropertySource kafkaProperties(Map<String, String> environment) {
        Map<String, Object> properties = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(KAFKA_VARIABLE)) {
                properties.put("baton.kafka." + name.substring(KAFKA_VARIABLE.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return PropertySource.of("kafka-variables", properties, EnvironmentPropertySource.POSITION);
    }

    private static boolean isThere(String name) {
        return Launch.class.getClassLoader().getResource(name + ".yml") != null;
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
