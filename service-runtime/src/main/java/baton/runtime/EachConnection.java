package baton.runtime;

import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/// Does something to each connection of the server, when its codec and Micronaut's own handlers are in their places.
///
/// @param connection the one it is for; null for the server's own
/// @param prepare    what is done, on the connection's thread
record EachConnection(Channel connection, Consumer<Channel> prepare) implements NettyServerCustomizer {

    /// For a server; it makes one for each connection.
    EachConnection(Consumer<Channel> prepare) {
        this(null, prepare);
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
        return role == ChannelRole.CONNECTION ? new EachConnection(channel, prepare) : this;
    }

    @Override
    public void onInitialPipelineBuilt() {
        if (connection != null) {
            prepare.accept(connection);
        }
    }
}
