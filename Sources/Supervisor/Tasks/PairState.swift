package import SyncModel

extension TaskState {
    /// The state of a pair, from the states of its two tasks.
    ///
    /// The first of this list that one of the two is in, that is, what most needs a person's eye. A pair is therefore
    /// `running` while a-to-b runs and b-to-a waits for the gate.
    ///
    /// `failed`, `verify-failed`, `stopping`, `retrying`, `pausing`, `paused`, `stopped`, `verifying`, `running`,
    /// `scheduled`, `created`, `configured`, `verified`.
    package static func ofPair(_ a: TaskState, _ b: TaskState) -> TaskState {
        let order: [TaskState] = [
            .failed, .verifyFailed, .stopping, .retrying, .pausing, .paused, .stopped, .verifying, .running, .scheduled,
            .created, .configured, .verified,
        ]
        return order.first { $0 == a || $0 == b } ?? a
    }
}
