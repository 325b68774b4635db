/// What the user wants of a task, apart from what is the case. It is stored before it is acted upon, so that a
/// supervisor that was killed carries on with it.
package enum Desired: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing yet: never started, or only verified.
    case idle
    /// Started, but to wait for the gate of its pair.
    case held
    case up
    case paused
    /// For good.
    case stopped
    /// Deleted: what it left in the databases and in the store is to be removed.
    case gone
}
