import SupervisorBilling
import SupervisorNotices
import SyncModel
import Testing

/// Which tasks may run.
@Suite struct IsolationRuleTests {
    private func moment(_ day: String, zone: String = "UTC") throws -> UInt64 {
        BillingCalendar(timeZone: zone).moment(of: try #require(CalendarDate(day)))
    }

    private func settings(_ subscriptions: [(Subscription.Subject, String)], isolation: Bool = true) throws -> ReloadableSettings {
        var settings = ReloadableSettings()
        settings.billing.isolation = isolation
        settings.billing.subscriptions = try subscriptions.map { Subscription($0.0, until: try #require(CalendarDate($0.1))) }
        return settings
    }

    private let task = BilledTask(id: "1", name: "shop-a-to-b", pair: "shop", owner: "o", mode: .monthlySubscription)
    private func verdict(_ settings: ReloadableSettings, _ task: BilledTask, _ now: UInt64) -> Biller.Verdict {
        Biller(settings, tasks: [task]) { "id" }.verdict(on: task, at: now)
    }

    @Test func aTaskIsIsolatedOneDayAfterItsSubscriptionInTheOwnersZone() throws {
        let end = try #require(CalendarDate("2027-03-31"))
        for subject in [Subscription.Subject.owner("o"), .task("shop"), .task("shop-a-to-b")] {
            var settings = try settings([(subject, "2027-03-31")])
            settings.owners = [Owner(email: "o", timeZone: "Asia/Tokyo")]
            let from = try moment("2027-04-01", zone: "Asia/Tokyo")
            #expect(verdict(settings, task, from - 1) == .free)
            #expect(verdict(settings, task, from) == .isolated(end))
        }
    }

    @Test func itIsNotWithoutTheSettingNorForAnotherModeNorWhileTheServiceIsFree() throws {
        let late = try moment("2028-01-01")
        let expired = try settings([(.owner("o"), "2027-03-31")])
        #expect(verdict(expired, task, late) != .free)
        #expect(verdict(try settings([(.owner("o"), "2027-03-31")], isolation: false), task, late) == .free)
        var other = task
        other.mode = .payAsYouGo
        #expect(verdict(expired, other, late) == .free)
        var free = expired
        free.billing.freeUntil = CalendarDate("2028-01-01")
        #expect(verdict(free, task, late) == .free)
        #expect(verdict(free, task, try moment("2028-01-02")) != .free)
    }

    @Test func theLatestOfItsSubscriptionsCountsAndWithoutAnyNothingHasExpired() throws {
        let late = try moment("2028-01-01")
        #expect(verdict(try settings([(.owner("o"), "2027-03-31"), (.task("shop"), "2028-06-01")]), task, late) == .free)
        #expect(verdict(try settings([(.owner("p"), "2027-03-31"), (.task("other"), "2027-03-31")]), task, late) == .unknown)
    }
}
