import Glibc
import SyncMySQL
import Synchronization

/// Says that a run is alive while one call takes long: a statement that changes a large table, the commit of a large
/// transaction, a row that an application holds locked.
///
/// How far a server is with a statement cannot be seen. That it has died shows in the session's own time limits.
final class Busy: Sendable {
    /// Well below the time after which a silent worker is taken for dead.
    private static let interval: UInt32 = 5

    private struct State {
        var isBusy = false
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ monitor: TaskMonitor) {
        WorkerThread.start("dts-alive") { [self] in
            while true {
                let now = state.withLock { $0 }
                if now.isOver { return }
                if now.isBusy { monitor.touch() }
                sleep(Self.interval)
            }
        }
    }

    func during<T>(_ body: () throws -> T) rethrows -> T {
        state.withLock { $0.isBusy = true }
        defer { state.withLock { $0.isBusy = false } }
        return try body()
    }

    func end() { state.withLock { $0.isOver = true } }
}
