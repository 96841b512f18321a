package baton.runtime;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.core.annotation.Introspected;
import java.util.LinkedHashMap;
import java.util.Map;

/// An error as a caller sees it: RFC 9457, `application/problem+json`.
///
/// @param type       `urn:baton:problem:<name>`; the name is part of the contract
/// @param title      the same for every occurrence
/// @param detail     what happened this time and what the caller can do
/// @param more       further members, such as the owner or the present version
/// @param retryAfter seconds for the header `Retry-After`, or 0 for none
@Introspected
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "title", "status", "detail"})
public record Problem(String type, String title, int status, String detail,
        @JsonIgnore Map<String, Object> more, @JsonIgnore int retryAfter) {

    /// What every type begins with.
    public static final String TYPE_PREFIX = "urn:baton:problem:";
    /// The media type.
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Keeps the order of the further members.
    public Problem {
        more = more == null ? Map.of() : java.util.Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    /// A problem without further members.
    public static Problem of(int status, String name, String title, String detail) {
        return new Problem(TYPE_PREFIX + name, title, status, detail, Map.of(), 0);
    }

    /// The request is not what the interface takes: not JSON, a missing field.
    public static Problem malformed(String detail) {
        return of(400, "malformed", "The request is malformed", detail);
    }

    /// A field's value is not allowed.
    public static Problem invalidField(String field, String reason) {
        return of(422, "invalid-field", "A field is not valid", field + " " + reason).with("field", field);
    }

    /// Nobody knows who is calling.
    public static Problem unauthorized(String detail) {
        return of(401, "unauthorized", "You are not signed in", detail);
    }

    /// The caller may not do this.
    public static Problem forbidden(String detail) {
        return of(403, "forbidden", "This is not allowed", detail);
    }

    /// There is no such thing.
    public static Problem notFound(String kind, String id) {
        return of(404, kind + "-not-found", "There is no such " + kind, "There is no " + kind + " " + id + ".");
    }

    /// There is nothing at this address.
    public static Problem nothingAt(String path) {
        return of(404, "not-found", "There is nothing here", "There is nothing at " + path + ".");
    }

    /// Nothing has been done; try again.
    public static Problem unavailable(String detail) {
        return of(503, "unavailable", "Baton cannot do this at this moment", detail).retryAfter(1);
    }

    /// It may or may not have been done; only the same idempotency key may be sent again.
    public static Problem outcomeUnknown(String detail) {
        return of(503, "outcome-unknown", "The outcome is not known", detail).retryAfter(1);
    }

    /// Too much at once.
    public static Problem overloaded(String detail) {
        return of(429, "overloaded", "Too many requests at once", detail).retryAfter(1);
    }

    /// The same problem with one more member.
    public Problem with(String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put(name, value);
        return new Problem(type, title, status, detail, members, retryAfter);
    }

    /// The same problem with the header `Retry-After`.
    public Problem retryAfter(int seconds) {
        return new Problem(type, title, status, detail, more, seconds);
    }

    /// As JSON, for an answer that is written before anything has been looked at.
    byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem cannot be written as JSON", e);
        }
    }

    /// For an endpoint to throw.
    public ProblemException asException() {
        return new ProblemException(this);
    }

    /// The further members, for the JSON.
    @JsonAnyGetter
    Map<String, Object> members() {
        return more;
    }
}
