/// Several instances of each service: that any of them gives the same answers, and how long commands wait while instances come and go.
///
/// Depends on processes. Start reading at [baton.scaleout.ScaleOutIT].
package baton.scaleout;
