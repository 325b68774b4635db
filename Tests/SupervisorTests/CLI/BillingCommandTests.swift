import SupervisorAPI
import SupervisorCLI
import SyncCurl
import SyncModel
import Testing

/// `billing` from the command line to the operations.
@Suite(.timeLimit(.minutes(10))) struct BillingCommandTests {
    @Test func showTellsWhatIsFreeWhoseAndIsolated() async throws {
        try await TestDaemon.run { (daemon) async throws in
            #expect(await daemon.run("billing", "show").output == "service    free\nisolation  off\nno tasks\n")
            let billing = BillingView(
                free: false, freeUntil: "2027-03-01", timeZone: "Europe/Berlin", isolation: true,
                subscriptions: [.init(owner: "o@x", until: "2027-05-31"), .init(task: "shop", until: "2027-06-01")],
                tasks: [
                    .init(
                        name: "orders", pair: nil, owner: "o@x", mode: .monthlySubscription, until: "2027-05-31",
                        isolatedSince: Timestamp("2027-06-01T07:00:00Z")),
                    .init(name: "t", pair: nil, owner: nil, mode: .payAsYouGo, until: nil, isolatedSince: nil),
                ], notices: [.init(subject: "owner o@x", about: "subscription", stage: "ended", end: "2027-05-31", at: .now)])
            await daemon.operations.set(billing)
            #expect(
                await daemon.run("billing", "show").output == """
                    service       was free until 2027-03-01 (Europe/Berlin)
                    isolation     one day after expiry
                    subscription  o@x, until 2027-05-31
                    subscription  shop, until 2027-06-01
                    TASK    OWNER  MODE                  SUBSCRIPTION
                    orders  o@x    monthly-subscription  until 2027-05-31  isolated since 2027-06-01T07:00:00.000Z
                    t       -      pay-as-you-go         -

                    """)
            let json = await daemon.run("billing", "show", "--json")
            #expect(try json.decoded(BillingView.self).tasks == billing.tasks)
            #expect(json.output.contains(#""isolated_since":null"#) && json.output.contains(#""stage":"ended""#), "\(json.output)")
        }
    }

    @Test func usageIsAddedUpForPeopleAndGivenByDayToPrograms() async throws {
        try await TestDaemon.run { (daemon) async throws in
            #expect(await daemon.run("billing", "usage").output == "no usage\n")
            await daemon.operations.set([
                .init(id: "1", task: "old", owner: nil, mode: .payAsYouGo, day: "2027-02-01", seconds: 3600, rows: 1, bytes: 1024),
                .init(id: "2", task: "a", owner: "o@x", mode: .payAsYouGo, day: "2027-02-01", seconds: 5, rows: 1, bytes: 0),
                .init(id: "1", task: "new", owner: "o@x", mode: .payAsYouGo, day: "2027-02-02", seconds: 61, rows: 2, bytes: 1024),
                .init(id: "1", task: "new", owner: "o@x", mode: .monthlySubscription, day: "2027-02-02", seconds: 1, rows: 0, bytes: 0),
            ])
            #expect(
                await daemon.run("billing", "usage", "--month", "2027-02", "--task", "new").output == """
                    TASK  OWNER  MODE                  RAN      ROWS  READ
                    a     o@x    pay-as-you-go         0:00:05  1     0 B
                    new   o@x    monthly-subscription  0:00:01  0     0 B
                    new   o@x    pay-as-you-go         1:01:01  3     2.0 KiB

                    """)
            #expect(
                await daemon.operations.usageQueries == [UsageQuery(), UsageQuery(month: "2027-02", task: "new")])
            let json = await daemon.run("billing", "usage", "--json")
            let usage = try json.decoded(UsageView.self)
            #expect(usage.month == nil && usage.days.count == 4 && usage.days[2].seconds == 61)
        }
    }

    @Test(arguments: ["2027-13", "2027-2", "2027-02-01", "february", "", "2027-00"])
    func whatIsNoMonthIsRefused(_ month: String) async throws {
        try await TestDaemon.run { (daemon) async throws in
            let run = await daemon.run("billing", "usage", "--month", month)
            #expect(run.status == 2 && run.errors.contains("--month: found '\(month)'; allowed: a month such as 2027-03"), "\(run.errors)")
            let answer = try await daemon.call(.get, "/api/v1/billing/usage?month=\(month)")
            #expect(answer.status == 400 && answer.code == "invalid-request")
            #expect(await daemon.operations.usageQueries.isEmpty)
        }
    }
}
