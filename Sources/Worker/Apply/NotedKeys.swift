import Synchronization
package import WorkerConflict
package import WorkerSchema

/// Which rows a log changes, by a digest of each one's key, as many as there is room for.
///
/// Two keys have one digest with a chance of 1 in 2¹²⁸, which nobody can raise who does not know this process's secret.
package final class NotedKeys: FollowedChanges {
    /// Keys that are remembered at once by default; they take 64 MiB.
    package static let capacity = 3 << 20

    private struct Digest: Hashable {
        let first: Int
        let second: Int

        /// Two hashes under the process's random key, each over a prefix of its own.
        init(_ key: RowKey) {
            first = Self.hash(key, 1)
            second = Self.hash(key, 2)
        }

        private static func hash(_ key: RowKey, _ prefix: UInt8) -> Int {
            var hasher = Hasher()
            hasher.combine(prefix)
            hasher.combine(key)
            return hasher.finalize()
        }
    }

    private struct State {
        var digests: [TableName: Set<Digest>] = [:]
        var count = 0
        /// Tables that nobody will ask about any more.
        var left: Set<TableName> = []
        var isFull = false
        var reached = LogPlace(file: 0, offset: 0)
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: digests that are kept at once.
    package init(capacity: Int = NotedKeys.capacity) { self.capacity = capacity }

    /// There were more than can be remembered: nothing is, and ``contains(_:of:)`` knows nothing.
    package var isFull: Bool { state.withLock { $0.isFull } }

    /// Number of digests that are kept.
    package var count: Int { state.withLock { $0.count } }

    package func matters(_ table: TableName) -> Bool { state.withLock { !$0.isFull && !$0.left.contains(table) } }

    package func note(_ keys: [RowKey], of table: TableName) {
        let digests = keys.map(Digest.init)
        state.withLock { state in
            guard !state.isFull, !state.left.contains(table) else { return }
            for digest in digests where state.digests[table, default: []].insert(digest).inserted {
                state.count += 1
                guard state.count > capacity else { continue }
                state.digests = [:]
                state.count = 0
                state.isFull = true
                return
            }
        }
    }

    package func advance(to place: LogPlace) { state.withLock { $0.reached = max($0.reached, place) } }

    package func fail(_ error: any Error) { state.withLock { $0.failure = error } }

    /// How far the log has been followed.
    ///
    /// - Throws: what the follower failed with.
    package func reached() throws -> LogPlace {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.reached
        }
    }

    package func contains(_ key: RowKey, of table: TableName) -> Bool {
        let digest = Digest(key)
        return state.withLock { $0.digests[table]?.contains(digest) ?? false }
    }

    /// Nobody will ask about this table any more.
    package func leave(_ table: TableName) {
        state.withLock { state in
            guard state.left.insert(table).inserted else { return }
            state.count -= state.digests.removeValue(forKey: table)?.count ?? 0
        }
    }
}

/// Which of some rows a log changes, by their whole keys.
final class SoughtKeys: FollowedChanges {
    private struct State {
        var open: Set<RowKey>
        var found: Set<RowKey> = []
        var reached = LogPlace(file: 0, offset: 0)
        var failure: (any Error)?
    }

    private let state: Mutex<State>
    private let table: TableName

    init(_ keys: Set<RowKey>, of table: TableName) {
        state = Mutex(State(open: keys))
        self.table = table
    }

    func matters(_ table: TableName) -> Bool { table == self.table }

    func note(_ keys: [RowKey], of table: TableName) {
        state.withLock { state in
            for key in keys { if let known = state.open.remove(key) { state.found.insert(known) } }
        }
    }

    func advance(to place: LogPlace) { state.withLock { $0.reached = max($0.reached, place) } }

    func fail(_ error: any Error) { state.withLock { $0.failure = error } }

    var found: Set<RowKey> { state.withLock { $0.found } }

    /// Whether nothing up to `place` can change what was found.
    ///
    /// - Throws: what the follower failed with.
    func isAnswered(upTo place: LogPlace) throws -> Bool {
        try state.withLock { state in
            if state.open.isEmpty { return true }
            if let failure = state.failure { throw failure }
            return state.reached >= place
        }
    }
}
