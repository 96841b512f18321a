package baton.notification.domain;

import baton.contract.Notification;

/// One notification and who gets it.
///
/// @param recipient an agent's id, or [Notification#EVERYONE]
public record Telling(String recipient, Notification notification) {
}
