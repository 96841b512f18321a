package baton.simulation;

import baton.contract.Decision;

/// One command as an agent means it: under one id, however often it is sent.
final class Wish {

    private final String conversationId;
    private final String commandId;
    private final String agent;
    private final String body;
    private final Long ifMatch;
    private int waiting;
    private boolean sent;
    private Decision answer;

    /// @param body the JSON of the command
    Wish(String conversationId, String commandId, String agent, String body, Long ifMatch) {
        this.conversationId = conversationId;
        this.commandId = commandId;
        this.agent = agent;
        this.body = body;
        this.ifMatch = ifMatch;
    }

    /// The same command id for something else.
    Wish withBody(String other) {
        return new Wish(conversationId, commandId, agent, other, ifMatch);
    }

    /// The same command id from somebody else.
    Wish by(String other) {
        return new Wish(conversationId, commandId, other, body, ifMatch);
    }

    /// Whether it is to assign to an agent who was deactivated, as the edge may or may not know.
    boolean assignsTo(String agentId) {
        return body.contains("\"agentId\":\"" + agentId + "\"");
    }

    /// The value of the record that the edge writes. What of it is not the agent's own, the edge knows at this moment, and may know otherwise
    /// when it is sent again.
    String envelope(int rulesVersion, boolean supervisor, String ownership, boolean assigneeDeactivated, String more) {
        String body = assigneeDeactivated ? this.body.substring(0, this.body.length() - 1) + ",\"assigneeDeactivated\":true}" : this.body;
        return "{\"rulesVersion\":" + rulesVersion + ",\"commandId\":\"" + commandId + "\",\"conversationId\":\"" + conversationId
                + "\",\"actor\":{\"type\":\"agent\",\"id\":\"" + agent + "\"},\"supervisor\":" + supervisor + ",\"ownership\":\"" + ownership
                + "\",\"ifMatch\":" + ifMatch + ",\"body\":" + body + more + "}";
    }

    /// May be on the log from now on.
    void isSent() {
        sent = true;
        waiting++;
    }

    void isGivenUp() {
        waiting--;
    }

    void isAnswered(Decision decision) {
        waiting--;
        answer = decision;
    }

    /// Whether somebody would have to send it again to learn what became of it.
    boolean isUnknown() {
        return sent && waiting == 0 && answer == null;
    }

    boolean isAnswered() {
        return answer != null;
    }

    /// Whether somebody waits at this moment.
    boolean isWaiting() {
        return waiting > 0;
    }

    String conversationId() {
        return conversationId;
    }

    String commandId() {
        return commandId;
    }

    String agent() {
        return agent;
    }

    @Override
    public String toString() {
        return commandId + " of " + agent + " for " + conversationId + ": " + body + (ifMatch == null ? "" : " if at " + ifMatch);
    }
}
