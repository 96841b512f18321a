package baton.simulation;

/// One sending of a wish, whose caller waits at one instance.
///
/// @param id by which the record says who waits
record Call(String id, Wish wish) {

    /// The caller does not learn what became of it.
    void isUnknown() {
        wish.isGivenUp();
    }
}
