import Glibc
import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// What a run knows about itself, gathered from its threads and read by the one that reports.
final class TaskMonitor: Sendable {
    private struct State {
        var phase: TaskPhase = .structure
        var load = LoadProgress()
        var counts = Counts()
        var conflicts = ConflictCounts()
        var position = BinlogPosition()
        /// The same, once this run has read up to there.
        var readPosition: BinlogPosition?
        var activeAt: UInt64 = 0
        /// Source's clock minus ours, microseconds.
        var clockOffset: Int64 = 0
        /// Commit time (source's clock, microseconds) of the newest transaction that the target has.
        var appliedCommit: UInt64?
        /// Its age when it was applied, microseconds.
        var ageWhenApplied: UInt64 = 0
        /// Commit time of the first transaction that this run has read; until it is applied, nothing else tells how late the target is.
        var firstCommit: UInt64?
        var sourceEnd: BinlogPosition?
        /// Of the source, as far as the position and its end are in different ones.
        var sourceFiles: BinlogFiles?
        /// Bytes of rows of an open transaction that is too large to be held.
        var openBytes: UInt64 = 0
        var waiters: [Waiter] = []
        var hasEnded = false
    }

    private struct Waiter {
        var position: BinlogPosition
        var resume: @Sendable (Result<Counts, Failure>) -> Void
    }

    /// Heartbeats come this often; an age below it says nothing.
    private static let heartbeatInterval: UInt64 = 1_500_000

    private let state = Mutex(State())
    private let bytesRead: ByteCount

    /// - Parameter bytesRead: what the run has read of the source.
    init(bytesRead: ByteCount) { self.bytesRead = bytesRead }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }

    /// Something was done, or a server answered that there is nothing to do.
    func touch() { state.withLock { $0.activeAt = Self.now() } }

    func enter(_ phase: TaskPhase) {
        let (reached, counts) = state.withLock { state in
            state.phase = phase
            return (Self.takeReached(&state), state.counts)
        }
        for waiter in reached { waiter.resume(.success(counts)) }
    }

    /// Who waits for what the target has now. What is being copied is not there yet, whatever the position.
    private static func takeReached(_ state: inout State) -> [Waiter] {
        guard state.phase == .incremental else { return [] }
        let position = state.position
        defer { state.waiters.removeAll { position.isAtOrBehind($0.position) } }
        return state.waiters.filter { position.isAtOrBehind($0.position) }
    }

    func update(load: LoadProgress) {
        state.withLock { state in
            state.load = load
            state.activeAt = Self.now()
        }
    }

    func learn(sourceClock: UInt64, end: BinlogPosition?) {
        state.withLock { state in
            state.clockOffset = Int64(bitPattern: sourceClock &- Self.now())
            if let end { state.sourceEnd = end }
            if state.sourceEnd?.file == state.position.file { state.sourceFiles = nil }
        }
    }

    /// Whether what is left to be read lies in several files of the source.
    var spansFiles: Bool { state.withLock { $0.sourceEnd?.file != $0.position.file } }

    func learn(_ files: BinlogFiles) { state.withLock { $0.sourceFiles = files } }

    /// The first transaction behind the position has been read.
    /// - Returns: whether the lag is known since then.
    func begin(committedAt: UInt64) -> Bool {
        state.withLock { state in
            guard state.phase == .incremental, state.appliedCommit == nil, state.firstCommit == nil, committedAt > 0 else { return false }
            state.firstCommit = committedAt
            return true
        }
    }

    /// The target has got so many bytes more of a transaction that is still open.
    func pass(openBytes: Int) {
        state.withLock { state in
            state.openBytes += UInt64(openBytes)
            state.activeAt = Self.now()
        }
    }

    /// How far the run has come in the log that it reads; nil before it has read anything.
    var readPosition: BinlogPosition? { state.withLock { $0.readPosition } }

    /// The target has all up to `position`.
    ///
    /// - Parameter isRead: false for where the run begins.
    func advance(to position: BinlogPosition, counts: Counts, conflicts: ConflictCounts, committedAt: UInt64, isRead: Bool = true) {
        let reached = state.withLock { state in
            state.position = position
            if isRead { state.readPosition = position }
            state.openBytes = 0
            state.counts = counts
            state.conflicts = conflicts
            state.activeAt = Self.now()
            if committedAt > 0 {
                state.appliedCommit = committedAt
                let now = Self.now() &+ UInt64(bitPattern: state.clockOffset)
                state.ageWhenApplied = now > committedAt ? now - committedAt : 0
            }
            return Self.takeReached(&state)
        }
        for waiter in reached { waiter.resume(.success(counts)) }
    }

    /// The run is over: whoever still waits waits in vain.
    func end() {
        let waiters = state.withLock { state in
            defer { state.waiters.removeAll() }
            state.hasEnded = true
            return state.waiters
        }
        for waiter in waiters { waiter.resume(.failure(Self.ended)) }
    }

    var isOver: Bool { state.withLock { $0.hasEnded } }

    static let ended = Failure(
        .notAllowed, "the task's run ended before the target had caught up", remedy: "start or resume the task, then ask again",
        kind: .transient)

    /// Calls back once the target has all up to `position`, at once if it has, or when the run ends before.
    func whenReached(_ position: BinlogPosition, _ resume: @escaping @Sendable (Result<Counts, Failure>) -> Void) {
        let known: Result<Counts, Failure>? = state.withLock { state in
            if state.phase == .incremental, state.position.isAtOrBehind(position) { return .success(state.counts) }
            if state.hasEnded { return .failure(Self.ended) }
            state.waiters.append(Waiter(position: position, resume: resume))
            return nil
        }
        if let known { resume(known) }
    }

    func progress(paused: Bool) -> Progress {
        state.withLock { state in
            Progress(
                phase: state.phase, paused: paused, position: state.position, lagMs: Self.lag(state), backlogBytes: Self.backlog(state),
                load: state.load, counts: state.counts, conflicts: state.conflicts, rssBytes: residentBytes(), activeAt: state.activeAt,
                bytesRead: bytesRead.value, transactionBytes: state.openBytes > 0 ? state.openBytes : nil)
        }
    }

    private static func lag(_ state: State) -> UInt64? {
        guard state.phase == .incremental else { return nil }
        let now = Self.now() &+ UInt64(bitPattern: state.clockOffset)
        guard let applied = state.appliedCommit else {
            if let first = state.firstCommit { return (now - min(now, first)) / 1000 }
            return state.sourceEnd.map(state.position.isAtOrBehind) == true ? 0 : nil
        }
        let age = now > applied ? now - applied : 0
        let silent = age > heartbeatInterval ? age - heartbeatInterval : 0
        return max(state.ageWhenApplied, silent) / 1000
    }

    private static func backlog(_ state: State) -> UInt64 {
        guard let end = state.sourceEnd, let endOffset = end.offset, state.position.offset != nil else { return 0 }
        let bytes: UInt64
        if state.position.isAtOrBehind(end) { return 0 }
        if end.file == state.position.file || state.sourceFiles != nil {
            bytes = (state.sourceFiles ?? BinlogFiles([])).bytes(from: state.position, to: end) ?? endOffset
        } else {
            // Only the part in the newest file is known.
            bytes = endOffset
        }
        return bytes - min(bytes, state.openBytes)
    }
}

/// Resident memory of this process, bytes.
func residentBytes() -> UInt64 {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return 0 }
        let fields = buffer[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
