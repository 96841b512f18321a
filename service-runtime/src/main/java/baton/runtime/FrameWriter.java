package baton.runtime;

import io.micronaut.core.io.buffer.ByteBuffer;
import io.micronaut.core.io.buffer.ByteBufferFactory;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.body.TypedMessageBodyWriter;
import io.micronaut.http.codec.CodecException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;

/// Writes frames as they are: they were encoded once, for all listeners.
@Singleton
@Produces(MediaType.TEXT_EVENT_STREAM)
final class FrameWriter implements TypedMessageBodyWriter<Frame> {

    @Override
    public Argument<Frame> getType() {
        return Argument.of(Frame.class);
    }

    @Override
    public ByteBuffer<?> writeTo(Argument<Frame> type, MediaType mediaType, Frame frame, MutableHeaders outgoingHeaders,
            ByteBufferFactory<?, ?> bufferFactory) {
        return bufferFactory.wrap(frame.bytes());
    }

    @Override
    public void writeTo(Argument<Frame> type, MediaType mediaType, Frame frame, MutableHeaders outgoingHeaders,
            OutputStream outputStream) {
        try {
            outputStream.write(frame.bytes());
        } catch (IOException e) {
            throw new CodecException("a frame could not be written", e);
        }
    }
}
