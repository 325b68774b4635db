import Synchronization
package import SyncModel
import WorkerBinlog

/// A place in one server's binlog, comparable.
package struct LogPlace: Sendable, Hashable, Comparable {
    package var file: Int
    package var offset: UInt64

    package init(file: Int, offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    /// File names are ordered by the number at their end.
    package init(_ position: BinlogPosition) {
        let name = position.file ?? ""
        file = name.lastIndex(of: ".").flatMap { Int(name[name.index(after: $0)...]) } ?? 0
        offset = position.offset ?? 0
    }

    package static func < (left: LogPlace, right: LogPlace) -> Bool {
        left.file != right.file ? left.file < right.file : left.offset < right.offset
    }
}

/// The keys that a server's binlog has changed lately, each with the place of its last change: what tells a row that is
/// really different from one whose change is only on its way.
///
/// Keys are let go as soon as nobody asks for changes that old.
package final class KeyWindow: Sendable {
    private struct State {
        var changes: [RowKey: LogPlace] = [:]
        /// Of a transaction whose place is not known yet.
        var pending: [RowKey] = []
        var reached = LogPlace(file: 0, offset: 0)
        /// From where on somebody will ask, by token.
        var floors: [UInt64: LogPlace] = [:]
        var nextFloor: UInt64 = 0
        var sizeAfterTrim = 0
        var failure: (any Error)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything up to `place` has been followed, and these keys were changed there.
    package func advance(to place: LogPlace, keys: some Sequence<RowKey>) {
        state.withLock { state in
            for key in keys { state.changes[key] = place }
            state.reached = max(state.reached, place)
            if state.changes.count > 1024, state.changes.count > state.sizeAfterTrim * 2 { Self.trim(&state) }
        }
    }

    /// A transaction whose end is still to come changes these keys; ``advance(to:)`` will tell where it ends.
    package func note(_ keys: [RowKey]) { state.withLock { $0.pending += keys } }

    /// Everything up to `place`, the end of a transaction, has been followed, and what was noted since the one before was changed there.
    package func advance(to place: LogPlace) {
        let keys = state.withLock { state in
            defer { state.pending.removeAll(keepingCapacity: true) }
            return state.pending
        }
        advance(to: place, keys: keys)
    }

    /// These keys are being changed; where is not known yet, and ``advance(to:keys:)`` will tell it.
    package func announce(_ keys: some Sequence<RowKey>) {
        state.withLock { state in
            for key in keys { state.changes[key] = LogPlace(file: .max, offset: .max) }
        }
    }

    /// The follower cannot go on; everybody who waits is told.
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

    /// Keeps changes behind `place` until ``release(_:)``; without a place, those that come from now on.
    ///
    /// Changes that nobody held may be gone already: hold first, look afterwards.
    package func hold(from place: LogPlace? = nil) -> UInt64 {
        state.withLock { state in
            state.nextFloor += 1
            state.floors[state.nextFloor] = place ?? state.reached
            return state.nextFloor
        }
    }

    /// Moves a hold forward.
    package func move(_ token: UInt64, to place: LogPlace) {
        state.withLock { state in
            if let floor = state.floors[token], floor < place { state.floors[token] = place }
        }
    }

    package func release(_ token: UInt64) { state.withLock { state in state.floors[token] = nil } }

    /// Whether the key was changed behind `place`.
    package func contains(_ key: RowKey, after place: LogPlace) -> Bool {
        state.withLock { state in state.changes[key].map { $0 > place } ?? false }
    }

    private static func trim(_ state: inout State) {
        // Without anybody who asks, the next one asks from where the log is now.
        let floor = state.floors.values.min() ?? state.reached
        state.changes = state.changes.filter { $0.value > floor }
        state.sizeAfterTrim = max(state.changes.count, 1024)
    }
}
