import SyncModel
import Synchronization
import WorkerCheckpoint
import WorkerSchema

/// What is still to be loaded, shared by the threads of a load.
final class LoadBoard: Sendable {
    /// What a thread should do next.
    enum Work {
        /// Begin with these tables; if they are several, small ones that are copied together.
        case begin([SelectedTables.Table])
        /// Help with a table that others are at.
        case help(TableLoad)
        /// Other threads are beginning with tables that may need help.
        case wait
        case nothing
    }

    private struct State {
        var waiting: [SelectedTables.Table]
        var beginning = 0
        var open: [TableLoad] = []
        var turn = 0
        var progress: LoadProgress
        var lastReport: ContinuousClock.Instant?
        var failure: (any Error)?
    }

    private static let reportInterval = Duration.milliseconds(250)

    private let state: Mutex<State>
    private let isSmall: @Sendable (SelectedTables.Table) -> Bool
    private let report: @Sendable (LoadProgress) -> Void

    /// - Parameters:
    ///   - waiting: begun from the end, so put the largest last.
    ///   - isSmall: whether a table, and so those before it, may be copied together with others.
    init(
        _ waiting: [SelectedTables.Table],
        progress: LoadProgress,
        isSmall: @escaping @Sendable (SelectedTables.Table) -> Bool,
        report: @escaping @Sendable (LoadProgress) -> Void
    ) {
        state = Mutex(State(waiting: waiting, progress: progress))
        self.isSmall = isSmall
        self.report = report
    }

    func next() -> Work {
        state.withLock { state in
            if state.failure != nil { return .nothing }
            if let table = state.waiting.last {
                // Towards the end fewer, so that all threads come to it at about the same time.
                let count = isSmall(table) ? min(max(state.waiting.count / 16, 4), SmallTables.atOnce, state.waiting.count) : 1
                let tables = Array(state.waiting.suffix(count).reversed())
                state.waiting.removeLast(count)
                state.beginning += count
                return .begin(tables)
            }
            state.open.removeAll { !$0.hasMore }
            if !state.open.isEmpty {
                state.turn += 1
                return .help(state.open[state.turn % state.open.count])
            }
            return state.beginning > 0 ? .wait : .nothing
        }
    }

    /// Tables that will be begun next.
    func next(_ count: Int) -> [SelectedTables.Table] { state.withLock { Array($0.waiting.suffix(count)) } }

    /// The thread that began with a table has found out how it is loaded; nil: by that thread alone.
    func began(_ table: TableLoad?, rowsKnown: UInt64 = 0) {
        state.withLock { state in
            state.beginning -= 1
            if let table { state.open.append(table) }
            state.progress.rowsDone += rowsKnown
        }
    }

    func copied(rows: UInt64) { update { $0.rowsDone += rows } }

    /// What was counted as copied was rolled back.
    func takeBack(rows: UInt64) { update { $0.rowsDone -= min(rows, $0.rowsDone) } }

    /// Still alive, though nothing was copied.
    func touch() { update { _ in } }

    func finishedTable() { update { $0.tablesDone += 1 } }

    /// The table is left to another load.
    func leftTable() { update { _ in } }

    /// One thread has failed or was stopped: the others come to an end at their next chunk.
    func end(with error: any Error) {
        state.withLock { state in
            // A failure says more than the stop that follows it.
            if state.failure == nil || state.failure is Stopped { state.failure = error }
        }
    }

    /// - Throws: what made a thread end early.
    func checkFailure() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func reportNow() { report(state.withLock { $0.progress }) }

    private func update(_ change: (inout LoadProgress) -> Void) {
        let due = state.withLock { state -> LoadProgress? in
            change(&state.progress)
            let now = ContinuousClock.now
            if let last = state.lastReport, now - last < Self.reportInterval { return nil }
            state.lastReport = now
            return state.progress
        }
        if let due { report(due) }
    }
}
