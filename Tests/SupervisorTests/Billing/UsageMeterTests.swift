import SupervisorBilling
import SupervisorNotices
import SyncModel
import Testing

/// Counts of a whole life become what was used on a day, each row once.
@Suite struct UsageMeterTests {
    private let task = BilledTask(id: "1", name: "t", owner: "o")
    private let monday = CalendarDate("2027-03-01") ?? .epoch
    private let tuesday = CalendarDate("2027-03-02") ?? .epoch

    private func isEmpty(_ meter: inout UsageMeter) -> Bool { meter.take() == nil }

    @Test func eachDayAndModeHasItsOwnSum() throws {
        var meter = UsageMeter()
        meter.note(UsageSample(ran: .seconds(5), applied: 10, loaded: 100, bytes: 7), of: task, on: monday)
        meter.note(UsageSample(ran: .milliseconds(2500), applied: 15, loaded: 100, bytes: 1), of: task, on: monday)
        var renamed = task
        renamed.name = "u"
        meter.note(UsageSample(ran: .seconds(1), applied: 16, loaded: 100), of: renamed, on: tuesday)
        renamed.mode = .monthlySubscription
        meter.note(UsageSample(applied: 18, loaded: 100), of: renamed, on: tuesday)
        let taken = meter.take()
        let batch = try #require(taken)
        #expect(
            Set(batch.rows) == [
                UsageRow(task: "1", name: "t", owner: "o", mode: .payAsYouGo, day: monday, milliseconds: 7500, rows: 115, bytes: 8),
                UsageRow(task: "1", name: "u", owner: "o", mode: .payAsYouGo, day: tuesday, milliseconds: 1000, rows: 1),
                UsageRow(task: "1", name: "u", owner: "o", mode: .monthlySubscription, day: tuesday, rows: 2),
            ])
        #expect(batch.marks == ["1": UsageMark(applied: 18, loaded: 100)])
        let isIdle = isEmpty(&meter)
        #expect(isIdle)
        // Idle: nothing to store.
        meter.note(UsageSample(applied: 18, loaded: 100), of: renamed, on: tuesday)
        let isIdle2 = isEmpty(&meter)
        #expect(isIdle2)
    }

    @Test func noRowIsCountedTwiceWhenCountsBeginAnew() {
        var meter = UsageMeter(marks: ["1": UsageMark(applied: 50, loaded: 1000)])
        // A worker that has not read its checkpoint yet, and one that counts the rest of the copy only.
        for sample in [UsageSample(), UsageSample(applied: 40, loaded: 0), UsageSample(applied: 50, loaded: 900)] {
            meter.note(sample, of: task, on: monday)
        }
        let isIdle3 = isEmpty(&meter)
        #expect(isIdle3)
        meter.note(UsageSample(applied: 52, loaded: 1001), of: task, on: monday)
        let taken = meter.take()
        #expect(taken?.rows.map(\.rows) == [3])
    }

    @Test func whatCouldNotBeStoredIsStoredLater() throws {
        var meter = UsageMeter()
        meter.note(UsageSample(ran: .seconds(1), applied: 1, bytes: 2), of: task, on: monday)
        let taken = meter.take()
        let batch = try #require(taken)
        meter.note(UsageSample(ran: .seconds(1), applied: 3, bytes: 2), of: task, on: monday)
        meter.giveBack(batch)
        let row = UsageRow(task: "1", name: "t", owner: "o", mode: .payAsYouGo, day: monday, milliseconds: 2000, rows: 3, bytes: 4)
        let later = meter.take()
        #expect(later == UsageBatch(rows: [row], marks: ["1": UsageMark(applied: 3)]))
    }
}
