import SyncModel
import Testing
import WorkerCheckpoint

/// The ceiling of rows per second, on a clock that stands still.
@Suite struct RunControlTests {
    private let now = ContinuousClock.now

    private func control(rowsPerSecond: Int) -> RunControl {
        RunControl(limits: Limits(rowsPerSecond: rowsPerSecond))
    }

    /// Whatever comes at once waits until it is paid for: one large batch gets no further than many small ones.
    @Test func aLargeBatchDoesNotPassAtOnce() {
        #expect(control(rowsPerSecond: 1).delay(rows: 1000, now: now) == .seconds(999))
        let small = control(rowsPerSecond: 1)
        let delays = (0..<1000).map { _ in small.delay(rows: 1, now: now) }
        #expect(delays.first == .zero && delays.last == .seconds(999))
    }

    /// What was allowed under the old ceiling is not taken over to the new one, nor what was owed.
    @Test func anotherCeilingBeginsItsOwnAccount() {
        let control = control(rowsPerSecond: 1_000_000)
        #expect(control.delay(rows: 1000, now: now) == .zero)
        control.limits.rowsPerSecond = 1
        #expect(control.delay(rows: 1000, now: now) == .seconds(999))
        control.limits.rowsPerSecond = 10
        #expect(control.delay(rows: 30, now: now) == .seconds(2))
        control.limits.rowsPerSecond = 0
        #expect(control.delay(rows: 1_000_000, now: now) == .zero)
    }

    /// What was not used is not saved up, apart from one second's worth.
    @Test func timeThatPassedIsNotSavedUp() {
        let control = control(rowsPerSecond: 10)
        #expect(control.delay(rows: 10, now: now) == .zero)
        #expect(control.delay(rows: 10, now: now + .seconds(100)) == .zero)
        #expect(control.delay(rows: 10, now: now + .seconds(100)) == .seconds(1))
    }
}
