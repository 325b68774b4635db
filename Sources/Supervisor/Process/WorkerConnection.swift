import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization

/// The supervisor's side of one worker: what is to be written to it, what it has said about itself, and what is held
/// against it. Shared by the tasks that read, write, watch and stop; none of them waits while holding it.
final class WorkerConnection: WorkerHandle, Sendable {
    enum Order: Sendable {
        case dismiss, kill
    }

    private struct State {
        var watchdog: Watchdog
        var failure: Failure?
        var done: WorkerMessage.DoneReason?
        var isGreeted = false
        var isDismissed = false
        /// While a message is being handled, the silence is ours.
        var isBusy = false
    }

    let pid: Int
    /// Lines for the worker's stdin. Its end closes the stdin.
    let lines: AsyncStream<[UInt8]>
    private let outbox: AsyncStream<[UInt8]>.Continuation
    let orders: AsyncStream<Order>
    private let orderly: AsyncStream<Order>.Continuation
    /// Ends when the worker has said `done`.
    let lastWord: AsyncStream<Never>
    private let lastWordSaid: AsyncStream<Never>.Continuation
    private let elapsed: @Sendable () -> Duration
    private let state: Mutex<State>

    init(pid: Int, limits: WorkerLimits, elapsed: @escaping @Sendable () -> Duration) {
        self.pid = pid
        self.elapsed = elapsed
        state = Mutex(State(watchdog: Watchdog(limits: limits)))
        // A worker that reads nothing must not fill the memory: what does not fit is refused.
        (lines, outbox) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingOldest(1024))
        (lastWord, lastWordSaid) = AsyncStream<Never>.makeStream()
        (orders, orderly) = AsyncStream<Order>.makeStream(bufferingPolicy: .bufferingOldest(8))
    }

    @discardableResult
    func send(_ message: SupervisorMessage) -> Bool {
        let line: [UInt8]
        do {
            line = try LineCodec.encode(message)
        } catch {
            condemn(
                Failure(
                    .internalError,
                    "a message could not be written as JSON",
                    remedy: "report this",
                    kind: .permanent
                )
            )
            return false
        }
        let now = elapsed()
        state.withLock { state in state.watchdog.sent(message, at: now) }
        switch outbox.yield(line) {
        case .enqueued: return true
        case .dropped:
            condemn(
                Failure(
                    .workerUnresponsive,
                    "the worker does not read its commands",
                    remedy: "it was killed and is started again; if this repeats, read the task's log",
                    kind: .transient
                )
            )
            return false
        case .terminated: return false
        @unknown default: return false
        }
    }

    func dismiss() {
        let isFirst = state.withLock { state in
            defer { state.isDismissed = true }
            state.watchdog.rest()
            return !state.isDismissed
        }
        if isFirst { orderly.yield(.dismiss) }
    }

    /// Holds this against the worker and ends it at once. The first failure counts.
    func condemn(_ failure: Failure) {
        let isFirst = state.withLock { state in
            defer { state.failure = state.failure ?? failure }
            state.watchdog.rest()
            return state.failure == nil
        }
        if isFirst { orderly.yield(.kill) }
    }

    /// No more lines for the worker: its stdin is closed after those that wait.
    func closeInput() {
        outbox.finish()
    }

    /// Nobody is left to give orders to.
    func close() {
        outbox.finish()
        orderly.finish()
        lastWordSaid.finish()
    }

    var isDismissed: Bool { state.withLock { $0.isDismissed } }
    var isCondemned: Bool { state.withLock { $0.failure != nil } }
    var isGreeted: Bool { state.withLock { $0.isGreeted } }
    var failure: Failure? { state.withLock { $0.failure } }
    var done: WorkerMessage.DoneReason? { state.withLock { $0.done } }

    func greeted() {
        state.withLock { $0.isGreeted = true }
    }

    /// Notes a message; to be called before and after it is handled.
    func begins(_ message: WorkerMessage) {
        let now = elapsed()
        state.withLock { state in
            state.isBusy = true
            state.watchdog.received(message, at: now)
            if case .done(let reason) = message { state.done = reason }
        }
        if case .done = message { lastWordSaid.finish() }
    }

    func handled() {
        state.withLock { $0.isBusy = false }
    }

    /// Looks whether the worker is well.
    func watch() {
        let now = elapsed()
        let verdict = state.withLock { state in state.isBusy ? nil : state.watchdog.verdict(at: now) }
        if let verdict { condemn(verdict) }
    }
}
