package baton.webchat.domain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The replies that visitors may still read: the newest of the conversations that were answered last. A fold over
/// `conversation-replies`; the same records give the same content.
///
/// Bounded in three ways. At each bound what is oldest goes, a whole conversation or its first replies, and is not shown any more. A
/// repeated record changes nothing. One thread folds, any thread reads.
public final class ReplyView {

    /// What one reply takes beside its text: ids, time, places in maps. An estimate, rounded up.
    static final int REPLY_BYTES = 400;

    private final Bounds bounds;
    private final Map<Recipient, Replies> conversations = new LinkedHashMap<>(); // the one answered last comes last
    private long bytes;

    /// @param conversationsMax           conversations that are kept
    /// @param repliesPerConversationMax  replies of each
    /// @param bytesMax                   heap for all of them, as estimated by [#bytes()]
    public record Bounds(int conversationsMax, int repliesPerConversationMax, long bytesMax) {
        /// Refuses what cannot work.
        public Bounds {
            if (conversationsMax < 1 || repliesPerConversationMax < 1 || bytesMax < 1) {
                throw new IllegalArgumentException("the bounds of replies must be more than 0");
            }
        }
    }

    private static final class Replies {
        private final Deque<VisitorReply> newest = new ArrayDeque<>();
        private long lastVersion;
    }

    /// An empty view.
    public ReplyView(Bounds bounds) {
        this.bounds = bounds;
    }

    /// Takes a reply in; false if it is a repeat.
    public synchronized boolean fold(Recipient recipient, VisitorReply reply) {
        Replies replies = conversations.get(recipient);
        if (replies != null && reply.version() <= replies.lastVersion) {
            return false;
        }
        conversations.remove(recipient);
        replies = replies == null ? new Replies() : replies;
        conversations.put(recipient, replies);
        replies.newest.add(reply);
        replies.lastVersion = reply.version();
        bytes += bytes(reply);
        if (replies.newest.size() > bounds.repliesPerConversationMax()) {
            forgetFirst(replies);
        }
        while (conversations.size() > bounds.conversationsMax() || (bytes > bounds.bytesMax() && conversations.size() > 1)) {
            forgetOldestConversation();
        }
        while (bytes > bounds.bytesMax() && replies.newest.size() > 1) {
            forgetFirst(replies);
        }
        return true;
    }

    /// The replies to a visitor behind a version, oldest first; 0 for all that are kept.
    public synchronized List<VisitorReply> after(Recipient recipient, long version) {
        Replies replies = conversations.get(recipient);
        if (replies == null || replies.lastVersion <= version) {
            return List.of();
        }
        return replies.newest.stream().filter(reply -> reply.version() > version).toList();
    }

    /// How many conversations are kept.
    public synchronized int conversations() {
        return conversations.size();
    }

    /// The heap that the replies take, estimated: two bytes for each character and [#REPLY_BYTES] for each reply.
    public synchronized long bytes() {
        return bytes;
    }

    private void forgetOldestConversation() {
        Iterator<Replies> oldest = conversations.values().iterator();
        bytes -= oldest.next().newest.stream().mapToLong(ReplyView::bytes).sum();
        oldest.remove();
    }

    private void forgetFirst(Replies replies) {
        bytes -= bytes(replies.newest.removeFirst());
    }

    private static long bytes(VisitorReply reply) {
        return REPLY_BYTES + 2L * reply.text().length();
    }
}
