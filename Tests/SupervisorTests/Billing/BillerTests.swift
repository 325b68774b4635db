import SupervisorBilling
import SupervisorNotices
import SyncModel
import Testing

/// Who is told what and when: once, at the right day, whatever happens meanwhile.
@Suite struct BillerTests {
    /// A supervisor that is asked whenever a test says so, with the ledger that it would have stored.
    struct Desk {
        var settings = ReloadableSettings()
        var tasks: [BilledTask] = []
        var told: Set<BillingEntry> = []

        /// - Returns: what was told, as `STAGE of END to OWNER`.
        mutating func ask(at now: UInt64) -> [String] {
            let news = Biller(settings, tasks: tasks) { "id" }.due(at: now, told: told)
            for one in news {
                // Nothing is ever told twice of the same date.
                #expect(told.insert(one.entry).inserted)
                #expect(one.notice.at == now)
            }
            return news.map { "\($0.entry.kind.rawValue) \($0.entry.stage.rawValue) of \($0.entry.end) to \($0.notice.owner ?? "all")" }
        }
    }

    private static let hour: UInt64 = 3_600_000_000
    private func moment(_ day: String, zone: String = "UTC", hours: Int = 0) throws -> UInt64 {
        let moment = BillingCalendar(timeZone: zone).moment(of: try #require(CalendarDate(day)))
        return UInt64(Int64(moment) + Int64(hours) * Int64(Self.hour))
    }

    private func free(until day: String, owners: [Owner] = [Owner(email: "o")]) -> Desk {
        var desk = Desk()
        desk.settings.owners = owners
        desk.settings.billing.freeUntil = CalendarDate(day)
        return desk
    }

    @Test(arguments: [
        ("2027-03-31", "2027-02-28", "2027-03-24", "2027-03-30"),
        ("2028-03-31", "2028-02-29", "2028-03-24", "2028-03-30"),
        ("2028-03-01", "2028-02-01", "2028-02-23", "2028-02-29"),
        ("2027-03-01", "2027-02-01", "2027-02-22", "2027-02-28"),
        ("2028-02-29", "2028-01-29", "2028-02-22", "2028-02-28"),
        ("2027-01-01", "2026-12-01", "2026-12-25", "2026-12-31"),
        // The clocks change on the way, or on the very day.
        ("2027-03-28", "2027-02-28", "2027-03-21", "2027-03-27"),
        ("2027-11-07", "2027-10-07", "2027-10-31", "2027-11-06"),
    ])
    func aMonthAWeekAndADayBeforeTheOwnerIsTold(_ end: String, _ month: String, _ week: String, _ day: String) throws {
        for zone in ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"] {
            var desk = free(until: end, owners: [Owner(email: "o", timeZone: zone)])
            var log: [String] = []
            // Each hour, at the hour and right before it.
            var now = try moment(month, zone: zone, hours: -30)
            let last = try moment(end, zone: zone, hours: 60)
            while now < last {
                for moment in [now - 1, now] {
                    for word in desk.ask(at: moment) { log.append("\(moment) \(word)") }
                }
                now += Self.hour
            }
            #expect(
                log == [
                    "\(try moment(month, zone: zone)) free-period month of \(end) to o",
                    "\(try moment(week, zone: zone)) free-period week of \(end) to o",
                    "\(try moment(day, zone: zone)) free-period day of \(end) to o",
                ], "\(zone)")
        }
    }

    @Test func everyOwnerIsToldInHisOwnMorning() throws {
        var desk = free(until: "2027-03-01", owners: [Owner(email: "tokyo", timeZone: "Asia/Tokyo"), Owner(email: "plain")])
        desk.settings.billing.timeZone = "America/New_York"
        desk.tasks = [BilledTask(id: "1", name: "t", owner: "of-task"), BilledTask(id: "2", name: "u", owner: "plain")]
        #expect(desk.ask(at: try moment("2027-02-01", zone: "Asia/Tokyo", hours: -1)).isEmpty)
        #expect(desk.ask(at: try moment("2027-02-01", zone: "Asia/Tokyo")) == ["free-period month of 2027-03-01 to tokyo"])
        #expect(
            desk.ask(at: try moment("2027-02-01", zone: "America/New_York")) == [
                "free-period month of 2027-03-01 to of-task", "free-period month of 2027-03-01 to plain",
            ])
        // One who comes later hears of it at once.
        desk.tasks.append(BilledTask(id: "3", name: "v", owner: "late"))
        #expect(desk.ask(at: try moment("2027-02-03")) == ["free-period month of 2027-03-01 to late"])
    }

    @Test func whereNobodyOwnsAnythingTheMessageCenterIsTold() throws {
        var desk = free(until: "2027-03-01", owners: [])
        #expect(desk.ask(at: try moment("2027-02-28")) == ["free-period day of 2027-03-01 to all"])
        #expect(desk.ask(at: try moment("2027-02-28", hours: 1)).isEmpty)
    }

    @Test(arguments: [
        ("2027-02-10", "month"), ("2027-02-22", "week"), ("2027-02-27", "week"), ("2027-02-28", "day"), ("2027-03-01", nil),
        ("2027-05-01", nil), ("2027-01-31", nil),
    ])
    func afterADowntimeOnlyTheLatestIsTold(_ day: String, _ stage: String?) throws {
        var desk = free(until: "2027-03-01")
        #expect(desk.ask(at: try moment(day)) == (stage.map { ["free-period \($0) of 2027-03-01 to o"] } ?? []))
        #expect(desk.ask(at: try moment(day)).isEmpty)
        // Nor is what was passed over told by a clock that goes back.
        if stage != nil { #expect(desk.ask(at: try moment("2027-02-05")).isEmpty) }
    }

    @Test func aMovedDateIsToldAnewAndAnOldOneNotTwice() throws {
        var desk = free(until: "2027-03-01")
        #expect(desk.ask(at: try moment("2027-02-01")) == ["free-period month of 2027-03-01 to o"])
        // Postponed: nothing is due yet.
        desk.settings.billing.freeUntil = CalendarDate("2027-06-01")
        #expect(desk.ask(at: try moment("2027-02-25")).isEmpty)
        // And back: what was told of this date is not told again, what comes after it is.
        desk.settings.billing.freeUntil = CalendarDate("2027-03-01")
        #expect(desk.ask(at: try moment("2027-02-25", hours: 1)) == ["free-period week of 2027-03-01 to o"])
        desk.settings.billing.freeUntil = CalendarDate("2027-03-15")
        #expect(desk.ask(at: try moment("2027-02-25", hours: 2)) == ["free-period month of 2027-03-15 to o"])
        desk.settings.billing.freeUntil = CalendarDate("2027-03-01")
        #expect(desk.ask(at: try moment("2027-02-25", hours: 3)).isEmpty)
        #expect(desk.ask(at: try moment("2027-02-28")) == ["free-period day of 2027-03-01 to o"])
        // A clock that goes back, or another zone, does not bring back what comes before.
        #expect(desk.ask(at: try moment("2027-02-23")).isEmpty)
        desk.settings.billing.timeZone = "Asia/Tokyo"
        #expect(desk.ask(at: try moment("2027-02-28", hours: 3)).isEmpty)
        // No date: no news.
        desk.settings.billing.freeUntil = nil
        #expect(desk.ask(at: try moment("2027-02-28", hours: 4)).isEmpty)
    }

    @Test func theTextSaysHowLongItIs() throws {
        var desk = free(until: "2027-03-01", owners: [Owner(email: "o", timeZone: "Asia/Tokyo")])
        desk.tasks = [BilledTask(id: "1", name: "t", owner: "o"), BilledTask(id: "2", name: "u", owner: "p")]
        for (day, words) in [("2027-02-01", "in 28 days"), ("2027-02-25", "in 4 days"), ("2027-02-28", "tomorrow")] {
            let news = Biller(desk.settings, tasks: desk.tasks) { "id" }.due(at: try moment(day, zone: "Asia/Tokyo"), told: [])
            let notice = try #require(news.first { $0.notice.owner == "o" }?.notice)
            #expect(notice.event == .freePeriodEnds)
            #expect(notice.text == "the service is free until 2027-03-01, \(words)")
            #expect(notice.facts == [.init("free-until", "2027-03-01"), .init("tasks", "1")])
            #expect(notice.remedy?.contains("billing show") == true)
        }
    }

    @Test func subscriptionsAreToldToTheirOwnersUntilTheyHaveExpired() throws {
        var desk = Desk()
        desk.settings.owners = [Owner(email: "o", timeZone: "Europe/Berlin")]
        desk.tasks = [
            BilledTask(id: "1", name: "shop-a-to-b", pair: "shop", owner: "p", mode: .monthlySubscription),
            BilledTask(id: "2", name: "own", owner: "o", mode: .monthlySubscription),
        ]
        let end = try #require(CalendarDate("2027-03-31"))
        desk.settings.billing.subscriptions = [
            Subscription(.owner("o"), until: end), Subscription(.task("shop"), until: end), Subscription(.task("nobody"), until: end),
        ]
        #expect(desk.ask(at: try moment("2027-02-28", zone: "Europe/Berlin")) == ["subscription month of 2027-03-31 to o"])
        #expect(desk.ask(at: try moment("2027-02-28")) == ["subscription month of 2027-03-31 to p"])
        #expect(desk.ask(at: try moment("2027-03-24")).count == 2)
        #expect(desk.ask(at: try moment("2027-03-30")).count == 2)
        #expect(desk.ask(at: try moment("2027-03-31", zone: "Europe/Berlin")) == ["subscription ended of 2027-03-31 to o"])
        #expect(desk.ask(at: try moment("2027-03-31")) == ["subscription ended of 2027-03-31 to p"])
        #expect(desk.ask(at: try moment("2027-12-31")).isEmpty)
        // Renewed: a new series.
        desk.settings.billing.subscriptions[0].until = try #require(CalendarDate("2028-03-31"))
        #expect(desk.ask(at: try moment("2028-03-30")) == ["subscription day of 2028-03-31 to o"])
        // Down for a year: that it has expired is still true.
        var other = Desk()
        other.settings.billing.subscriptions = [Subscription(.owner("o"), until: end)]
        let late = Biller(other.settings, tasks: []) { "id" }.due(at: try moment("2028-03-31"), told: [])
        #expect(late.map(\.notice.event) == [.subscriptionExpired] && late.map(\.notice.severity) == [.critical])
    }
}
