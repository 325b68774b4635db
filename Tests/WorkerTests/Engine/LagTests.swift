import SyncModel
import SyncWire
import Testing
import WorkerCheckpoint

@testable import WorkerEngine

/// How late a run says that the target is, before it has applied anything.
@Suite struct LagTests {
    private static let position = BinlogPosition(file: "binlog.000001", offset: 100)

    /// A run that follows the log from a position; its source's clock is ours, but for the moment that it takes to say so.
    private func monitor(sourceIsAt end: UInt64) -> TaskMonitor {
        let monitor = TaskMonitor(bytesRead: ByteCount())
        monitor.enter(.incremental)
        monitor.advance(to: Self.position, counts: Counts(), conflicts: ConflictCounts(), committedAt: 0)
        monitor.learn(sourceClock: TaskMonitor.now(), end: BinlogPosition(file: "binlog.000001", offset: end))
        return monitor
    }

    @Test func nothingIsLateWhereNothingIsLeft() {
        #expect(monitor(sourceIsAt: 100).progress(paused: false).lagMs == 0)
    }

    @Test func theFirstTransactionThatIsReadTellsIt() throws {
        let monitor = monitor(sourceIsAt: 5000)
        #expect(monitor.progress(paused: false).lagMs == nil)
        let committedAt = TaskMonitor.now() - 3_600_000_000
        #expect(monitor.begin(committedAt: committedAt))
        #expect(try #require(monitor.progress(paused: false).lagMs) >= 3_500_000)
        // Those that follow are younger.
        #expect(!monitor.begin(committedAt: committedAt + 1_000_000))
        #expect(try #require(monitor.progress(paused: false).lagMs) >= 3_500_000)
        monitor.advance(
            to: BinlogPosition(file: "binlog.000001", offset: 5000), counts: Counts(), conflicts: ConflictCounts(), committedAt: TaskMonitor.now())
        #expect(try #require(monitor.progress(paused: false).lagMs) < 3_500_000)
    }
}
