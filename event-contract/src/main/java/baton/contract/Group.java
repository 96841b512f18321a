package baton.contract;

import java.util.List;

/// The value of a record on `groups`: a named set of agents. The record's key is its id.
public record Group(String id, String name, List<String> members) {

    /// Refuses missing parts and too many members; drops repeats and freezes the list.
    public Group {
        Ids.require(id, "id");
        Texts.requireName(name, "name");
        if (members == null) {
            throw new InvalidField("members", "is missing");
        }
        if (members.size() > Limits.GROUP_MEMBERS_MAX) {
            throw new InvalidField("members", "must be at most " + Limits.GROUP_MEMBERS_MAX + ", they are " + members.size());
        }
        members.forEach(member -> Ids.require(member, "members"));
        members = members.stream().distinct().toList();
    }
}
