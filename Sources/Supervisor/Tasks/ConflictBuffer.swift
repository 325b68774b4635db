import SyncModel

/// Conflicts on their way into the store, a bounded number of them.
///
/// A worker may forget a conflict once it has been told that all up to it are stored. So nothing after a conflict that
/// was lost here may be acknowledged to this worker: its successor sends them again.
struct ConflictBuffer {
    /// How many may wait for a store that fails.
    static let limit = 1000
    /// Written at once when so many wait; fewer wait a moment for company.
    static let batch = 100

    private(set) var waiting: [ConflictRecord] = []
    private var hasGap = false
    var flushIsDue = false
    var isBeingStored = false

    mutating func add(_ record: ConflictRecord) {
        if waiting.count < Self.limit, !hasGap {
            waiting.append(record)
        } else {
            hasGap = true
        }
    }

    /// These are stored now.
    mutating func stored(_ count: Int) {
        waiting.removeFirst(count)
    }

    /// Another worker begins: it sends again what was not acknowledged.
    mutating func begin() {
        hasGap = false
    }
}
