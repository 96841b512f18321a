package baton.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.web.router.exceptions.UnsatisfiedBodyRouteException;
import io.micronaut.web.router.exceptions.UnsatisfiedQueryValueRouteException;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes every error that leaves the process a [Problem], whoever found it: an endpoint, the router, the JSON reader, validation
/// or security. No stack trace and no class name leaves; what was not expected is logged here.
@Singleton
public final class ProblemResponses implements ErrorResponseProcessor<Problem> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemResponses.class);

    private final List<Explanation> explanations;
    private final long bodyBytesMax;

    /// Says what an exception means to the caller, for exceptions that this module does not know and that arrive inside another one,
    /// such as that of the JSON reader. One that an endpoint throws as it is needs an [io.micronaut.http.server.exceptions.ExceptionHandler]:
    /// without, Micronaut logs it as an error of ours before it asks here.
    @FunctionalInterface
    public interface Explanation {
        /// The problem, or null if the exception means nothing to it.
        Problem explain(Throwable cause);
    }

    ProblemResponses(List<Explanation> explanations, HttpServerConfiguration server) {
        this.explanations = List.copyOf(explanations);
        this.bodyBytesMax = server.getMaxRequestSize();
    }

    /// The response for a problem.
    public static MutableHttpResponse<Problem> response(Problem problem) {
        return fill(HttpResponse.status(HttpStatus.valueOf(problem.status())), problem);
    }

    @Override
    public MutableHttpResponse<Problem> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        return fill(response, problem(context, response));
    }

    private static MutableHttpResponse<Problem> fill(MutableHttpResponse<?> response, Problem problem) {
        MutableHttpResponse<Problem> filled = response.status(problem.status())
                .contentType(new MediaType(Problem.MEDIA_TYPE))
                .body(problem);
        if (problem.retryAfter() > 0) {
            filled.header("Retry-After", String.valueOf(problem.retryAfter()));
        }
        return filled;
    }

    private Problem problem(ErrorContext context, MutableHttpResponse<?> response) {
        for (Throwable cause = context.getRootCause().orElse(null); cause != null; cause = cause.getCause()) {
            Problem problem = explain(cause);
            if (problem != null) {
                return problem;
            }
        }
        int status = response.code();
        String said = context.getErrors().stream().map(Error::getMessage).findFirst().orElse(null);
        return switch (status) {
            case 400 -> Problem.malformed(said == null ? "The request cannot be read." : said);
            case 401 -> Problem.unauthorized("This needs a valid bearer token, or a session.");
            case 403 -> Problem.forbidden("This token does not allow it.");
            case 404 -> Problem.nothingAt(context.getRequest().getPath());
            case 405 -> Problem.of(405, "method-not-allowed", "The method is not allowed here",
                    context.getRequest().getPath() + " does not take " + context.getRequest().getMethodName() + ": the header Allow says what it takes.");
            case 406 -> Problem.of(406, "not-acceptable", "The answer cannot be given in that form", "This answers with application/json.");
            case 413 -> tooLarge(context.getRequest());
            case 415 -> Problem.of(415, "unsupported-media-type", "The request's form is not understood", "This takes application/json.");
            default -> status >= 500
                    ? unexpected(context, status)
                    : Problem.of(status, "refused", HttpStatus.valueOf(status).getReason(), said == null ? "Refused." : said);
        };
    }

    private Problem explain(Throwable cause) {
        for (Explanation explanation : explanations) {
            Problem problem = explanation.explain(cause);
            if (problem != null) {
                return problem;
            }
        }
        return switch (cause) {
            case ProblemException e -> e.problem();
            case ConstraintViolationException e -> violation(e);
            case UnsatisfiedBodyRouteException _ -> Problem.malformed("The body is missing: this takes a JSON document.");
            case UnsatisfiedRouteException e -> missing(e);
            case ContentLengthExceededException _ -> tooLarge(413, "At most " + bodyBytesMax + " bytes are taken.");
            case ConversionErrorException e when !(e.getConversionError().getCause() instanceof JsonProcessingException) ->
                    Problem.malformed(e.getArgument().getName() + " is not what it must be: "
                            + e.getConversionError().getOriginalValue().map(Object::toString).orElse("nothing"))
                            .with("field", e.getArgument().getName());
            default -> null;
        };
    }

    private static Problem missing(UnsatisfiedRouteException e) {
        String name = e instanceof UnsatisfiedQueryValueRouteException query ? query.getQueryParameterName() : e.getArgument().getName();
        return Problem.malformed(name + " is missing.").with("field", name);
    }

    /// What Netty has not read to its end arrives as one kind of failure, whatever it was that was too long.
    private Problem tooLarge(HttpRequest<?> request) {
        Throwable unread = request instanceof NettyHttpRequest<?> netty ? netty.getNativeRequest().decoderResult().cause() : null;
        return switch (unread) {
            case TooLongHttpLineException _ -> tooLarge(414, "Its first line is too long: ask for less at once.");
            case TooLongHttpHeaderException _ -> tooLarge(431, "Its headers are too long.");
            case null, default -> tooLarge(413, "At most " + bodyBytesMax + " bytes are taken.");
        };
    }

    private static Problem tooLarge(int status, String detail) {
        return Problem.of(status, "too-large", "The request is too large", detail);
    }

    private static Problem violation(ConstraintViolationException e) {
        return e.getConstraintViolations().stream()
                .map(violation -> Problem.invalidField(lastName(violation), violation.getMessage()))
                .min(java.util.Comparator.comparing(Problem::detail))
                .orElseGet(() -> Problem.malformed("The request is not valid."));
    }

    private static String lastName(ConstraintViolation<?> violation) {
        String name = "request";
        for (Path.Node node : violation.getPropertyPath()) {
            name = node.getName() == null ? name : node.getName();
        }
        return name;
    }

    private static Problem unexpected(ErrorContext context, int status) {
        LOG.error("{} {} failed with {}", context.getRequest().getMethod(), context.getRequest().getPath(), status,
                context.getRootCause().orElse(null));
        return Problem.of(status, "unexpected", "Something went wrong in Baton",
                "It was logged. What was asked for may or may not have been done.");
    }
}
