import SyncModel
import SyncWire
import Testing

@testable import SupervisorTasks

@Suite("How fast a task gets on") struct ProgressRateTests {
    private static let second: UInt64 = 1_000_000

    /// - Parameter figures: what the worker says, second by second.
    private static func rate(_ figures: [Progress]) -> TaskRate? {
        var rate = ProgressRate()
        for (second, progress) in figures.enumerated() { rate.note(progress, at: UInt64(second) * Self.second) }
        return rate.rate
    }

    private static func copy(_ done: UInt64, of estimate: UInt64 = 1000) -> Progress {
        Progress(phase: .data, load: LoadProgress(tablesTotal: 1, rowsDone: done, rowsTotalEstimate: estimate))
    }

    private static func catchUp(_ applied: UInt64, backlog: UInt64) -> Progress {
        Progress(phase: .incremental, backlogBytes: backlog, counts: Counts(inserts: applied))
    }

    @Test func aCopyHasItsRateItsShareAndItsTime() {
        #expect(Self.rate([Self.copy(0)]) == nil)
        #expect(Self.rate([Self.copy(0), Self.copy(100), Self.copy(200)]) == TaskRate(rowsPerSecond: 100, percent: 20, secondsLeft: 8))
        // An estimate that was too low never says that all is done.
        #expect(Self.rate([Self.copy(900), Self.copy(1100)]) == TaskRate(rowsPerSecond: 200))
        #expect(Self.rate([Self.copy(500), Self.copy(500)]) == TaskRate(rowsPerSecond: 0, percent: 50))
    }

    @Test func catchingUpGoesByTheBacklogThatThereWas() {
        let figures = [Self.catchUp(0, backlog: 4000), Self.catchUp(50, backlog: 3000), Self.catchUp(100, backlog: 2000)]
        #expect(Self.rate(figures) == TaskRate(rowsPerSecond: 50, percent: 50, secondsLeft: 2))
        // Writers that are faster: no end is in sight.
        #expect(Self.rate([Self.catchUp(0, backlog: 1000), Self.catchUp(10, backlog: 2000)]) == TaskRate(rowsPerSecond: 10, percent: 0))
        // All is caught up with; what comes next is another backlog.
        #expect(Self.rate(figures + [Self.catchUp(200, backlog: 0)])?.percent == nil)
        #expect(Self.rate(figures + [Self.catchUp(200, backlog: 0), Self.catchUp(200, backlog: 500)])?.percent == 0)
    }

    @Test func onlyTheLastSecondsCount() {
        let slow = (0..<30).map { Self.catchUp(UInt64($0), backlog: 0) }
        let fast = (0..<12).map { Self.catchUp(30 + UInt64($0) * 1000, backlog: 0) }
        #expect(Self.rate(slow + fast) == TaskRate(rowsPerSecond: 1000))
    }

    @Test func anotherPhaseOrAClockThatGoesBackBeginsAnew() {
        #expect(Self.rate([Self.copy(0), Self.copy(100), Self.catchUp(0, backlog: 0)]) == nil)
        var rate = ProgressRate()
        rate.note(Self.catchUp(0, backlog: 0), at: 5 * Self.second)
        rate.note(Self.catchUp(10, backlog: 0), at: Self.second)
        #expect(rate.rate == nil)
        rate.note(Self.catchUp(30, backlog: 0), at: 2 * Self.second)
        #expect(rate.rate == TaskRate(rowsPerSecond: 20))
    }
}
