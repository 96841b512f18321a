package baton.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Collectors;

/// How Baton writes and reads JSON, on topics and over HTTP: times as RFC 3339 texts, unknown fields tolerated, a number where a
/// text belongs refused and the other way round, a value in an array where the value belongs too, an empty text never taken for nothing,
/// nothing after the end.
public final class Json {

    /// For topics and stores.
    public static final ObjectMapper MAPPER = strict(JsonMapper.builder().addModule(new JavaTimeModule()).build());

    private Json() {
    }

    /// Gives a mapper the house rules; the same for topics and for HTTP.
    public static <M extends ObjectMapper> M strict(M mapper) {
        mapper.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        mapper.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        mapper.enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
        mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        mapper.disable(DeserializationFeature.UNWRAP_SINGLE_VALUE_ARRAYS);
        mapper.disable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY);
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        mapper.coercionConfigFor(LogicalType.Boolean)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.String, CoercionAction.Fail);
        mapper.coercionConfigFor(LogicalType.Integer)
                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.String, CoercionAction.Fail);
        mapper.registerModule(new SimpleModule("baton-times").addDeserializer(Instant.class, new TimeDeserializer()));
        return mapper;
    }

    /// The bytes of a value that Baton made itself.
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a " + value.getClass().getSimpleName() + " could not be written", e);
        }
    }

    /// Reads one JSON value; [Unreadable] says why it could not be read.
    public static <T> T read(byte[] bytes, Class<T> type) {
        if (bytes == null) {
            throw new Unreadable("the value is missing");
        }
        try {
            T value = MAPPER.readValue(bytes, type);
            if (value == null) {
                throw new Unreadable("the value is null");
            }
            return value;
        } catch (IOException e) {
            throw new Unreadable(reason(e));
        }
    }

    /// What is wrong with a JSON text, in one line that can be shown to its sender: no class name, no source code.
    public static String reason(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidField invalid) {
                return invalid.getMessage();
            }
        }
        if (e instanceof InvalidTypeIdException type && !type.getPath().isEmpty()) {
            return path(type) + ".type " + (type.getTypeId() == null ? "is missing" : "is not known");
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return path(mapping) + " has the wrong type or value";
        }
        if (e instanceof JsonMappingException) {
            return "not a JSON object of the expected shape";
        }
        if (e instanceof JsonProcessingException processing && processing.getLocation() != null) {
            return "not JSON: line " + processing.getLocation().getLineNr() + ", column " + processing.getLocation().getColumnNr();
        }
        return "not JSON";
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(reference -> reference.getFieldName() != null ? reference.getFieldName() : "[" + reference.getIndex() + "]")
                .collect(Collectors.joining("."));
    }

    /// RFC 3339 only: Jackson's own would also take numbers, as seconds, an empty text, as null, and years that do not fit into
    /// milliseconds.
    private static final class TimeDeserializer extends StdScalarDeserializer<Instant> {

        private static final long serialVersionUID = 1L;

        TimeDeserializer() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            String text = parser.getText();
            try {
                return Rfc3339.parse(text);
            } catch (DateTimeException e) {
                throw context.weirdStringException(text, Instant.class, e.getMessage());
            }
        }
    }
}
