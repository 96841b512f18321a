/// Who the agents and groups are at this moment, and who is calling: what the three services have to agree on at their
/// HTTP edges. Depends on event-contract and service-runtime.
///
/// Start reading at [baton.directory.CallerFilter]: who may call what.
package baton.directory;
