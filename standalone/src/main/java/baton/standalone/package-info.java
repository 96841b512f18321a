/// Everything in one process: an embedded, persistent broker and the three services, for a machine of one's own.
///
/// Start reading at [baton.standalone.Standalone].
package baton.standalone;
