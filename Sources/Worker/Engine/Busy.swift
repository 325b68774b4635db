import Glibc
import SyncMySQL
import Synchronization

/// Says that a run is alive while one call takes long: a statement that changes a large table, the commit of a large
/// transaction, a row that an application holds locked.
///
/// How far a server is with a statement cannot be seen. That it has died shows in the session's own time limits, but for
/// questions that a living server answers at once: see ``promptly(_:_:)``.
final class Busy: Sendable {
    /// Well below the time after which a silent worker is taken for dead.
    private static let interval: UInt32 = 1
    /// How long a living server may take for an answer that costs it nothing.
    private static let patience = Duration.seconds(6)

    private struct State {
        var isBusy = false
        var isOver = false
        var asked: (session: Interruption, at: ContinuousClock.Instant)?
    }

    private let state = Mutex(State())

    init(_ monitor: TaskMonitor) {
        WorkerThread.start("dts-alive") { [self] in
            while true {
                let (isBusy, isOver, silent) = state.withLock { state in
                    let asked = state.asked.flatMap { .now - $0.at > Self.patience ? $0.session : nil }
                    if asked != nil { state.asked = nil }
                    return (state.isBusy, state.isOver, asked)
                }
                silent?.interrupt()
                if isOver { return }
                if isBusy { monitor.touch() }
                sleep(Self.interval)
            }
        }
    }

    func during<T>(_ body: () throws -> T) rethrows -> T {
        state.withLock { $0.isBusy = true }
        defer { state.withLock { $0.isBusy = false } }
        return try body()
    }

    /// Runs `body`, which asks a server for what it answers at once, and cuts its session off when no answer comes for some seconds:
    /// a host that is gone, or a process that stands still, ends no connection.
    func promptly<T>(_ session: Interruption, _ body: () throws -> T) rethrows -> T {
        state.withLock { $0.asked = (session, .now) }
        defer { state.withLock { $0.asked = nil } }
        return try body()
    }

    func end() { state.withLock { $0.isOver = true } }
}
