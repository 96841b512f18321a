/// More than is good for it: more commands than can be decided, more readers than read, more questions than there is time for, and callers
/// who are not who they say. What is refused is refused in a defined way, what was promised stays so, and it is well again by itself.
///
/// Brokers and services are processes, see [baton.processes.Deployment]; clients speak HTTP over sockets of their own.
package baton.load;
