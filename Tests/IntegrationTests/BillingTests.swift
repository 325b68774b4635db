import FoundationEssentials
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Billing on the real daemon, whose dates are those of today.
    @Suite struct BillingTests {
        struct Billing: Decodable {
            struct Notice: Decodable, Equatable {
                var subject: String
                var about: String
                var stage: String
                var end: String
                var at: String
            }
            struct Item: Decodable {
                var name: String
                var until: String?
                var isolatedSince: String?
            }
            var free: Bool
            var notices: [Notice]
            var tasks: [Item]
        }

        struct Usage: Decodable {
            struct Day: Decodable {
                var task: String
                var owner: String?
                var mode: String
                var seconds: Int
                var rows: Int
                var bytes: Int
            }
            var days: [Day]
        }

        @Test func anOwnerIsToldOnceOfTheEndOfTheFreePeriod() async throws {
            try await Scope.with { scope in
                let end = Self.day(in: 3)
                let path = try scope.file("dts.yml", Self.free(until: end))
                let supervisor = try await TestSupervisor(in: scope, config: path)
                let told = try await Self.told(supervisor, 1)
                #expect(told.map { [$0.subject, $0.about, $0.stage, $0.end] } == [["owner ops@example.com", "free-period", "week", end]])
                try await supervisor.kill()
                try await supervisor.start()
                try supervisor.hangUp()
                try await eventually("the settings are read again") { supervisor.printed.contains("Settings read again") }
                // Another date is news; it comes after whatever the restart would have told again.
                let other = Self.day(in: 5)
                try Data(Self.free(until: other).utf8).write(to: URL(filePath: path))
                try supervisor.hangUp()
                let all = try await Self.told(supervisor, 2)
                #expect(all.first == told.first)
                #expect(all.last.map { [$0.stage, $0.end] } == ["week", other])
                #expect(try await supervisor.json(Billing.self, "billing", "show").free)
                let messages = try await supervisor.json(NotificationTests.Page.self, "message", "list", "--event", "free-period-ends").messages
                #expect(messages.map(\.owner) == ["ops@example.com", "ops@example.com"])
                #expect(supervisor.printed.contains("billing.free_until: \(other), was \(end)"))
            }
        }

        @Test func anExpiredTaskStopsIsRefusedAndGoesOnByItselfWhenItIsRenewed() async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(.mariadb, .a)
                let target = try TestServer.shared(.mariadb, .b)
                let database = scope.uniqueName("billed")
                try await source.makeDatabase(database, in: scope)
                scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await source.execute(
                    "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY, note MEDIUMTEXT)",
                    "INSERT INTO `\(database)`.t VALUES (1, REPEAT('x', 200000)), (2, '')")
                let path = try scope.file("dts.yml", Self.subscription(until: Self.day(in: 90)))
                let supervisor = try await TestSupervisor(in: scope, config: path)
                let task = try await OneWay(
                    "billed", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]",
                    settings: "billing: monthly-subscription\nowner: {email: ops@example.com}", on: supervisor, in: scope)
                try await task.start()
                // What comes from here on comes by the log.
                try await supervisor.wait("billed", for: "incremental")
                try await source.execute("INSERT INTO `\(database)`.t VALUES (3, REPEAT('y', 300000))")
                try await supervisor.wait("billed", for: "settled")

                try Data(Self.subscription(until: Self.day(in: -3)).utf8).write(to: URL(filePath: path))
                try supervisor.hangUp()
                try await eventually("the task is isolated") { try await supervisor.task("billed").state == "paused" }
                #expect(try await supervisor.task("billed").error?.code == "isolated")
                let refused = try await supervisor.command("task", "resume", "billed")
                #expect(refused.status == 1 && refused.errors.hasPrefix("error: isolated: "), "\(refused.errors)")
                try await source.execute("INSERT INTO `\(database)`.t VALUES (4, '')")
                let isolated = try #require(try await supervisor.json(Billing.self, "billing", "show").tasks.first)
                #expect(isolated.name == "billed" && isolated.until == Self.day(in: -3) && isolated.isolatedSince != nil)
                try await supervisor.kill()
                try await supervisor.start()
                #expect(try await supervisor.command("task", "resume", "billed").errors.hasPrefix("error: isolated: "))

                try Data(Self.subscription(until: Self.day(in: 90)).utf8).write(to: URL(filePath: path))
                try supervisor.hangUp()
                try await eventually("the task runs again") { try await supervisor.task("billed").state == "running" }
                try await supervisor.wait("billed", for: "settled")
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t") == "4")

                // Two rows were copied and two came by the log; none of them is counted twice for the restart.
                let usage = try await eventually("the usage is complete") {
                    let usage = try await supervisor.json(Usage.self, "billing", "usage", "--task", "billed")
                    return usage.days.reduce(0) { $0 + $1.rows } >= 4 ? usage : nil
                }
                #expect(usage.days.reduce(0) { $0 + $1.rows } == 4)
                #expect(usage.days.allSatisfy { $0.owner == "ops@example.com" && $0.mode == "monthly-subscription" })
                // What was copied, and the log; a worker that goes on does not read it all again.
                #expect((500_000..<1_000_000).contains(usage.days.reduce(0) { $0 + $1.bytes }), "\(usage.days)")
            }
        }

        private static func free(until day: String) -> String {
            "owners: [{email: ops@example.com}]\nbilling: {free_until: \(day)}"
        }

        private static func subscription(until day: String) -> String {
            "billing: {isolation: true, subscriptions: [{owner: ops@example.com, until: \(day)}]}"
        }

        private static func day(in days: Int) -> String {
            String(Date.now.addingTimeInterval(Double(days) * 86400).formatted(.iso8601).prefix(10))
        }

        private static func told(_ supervisor: TestSupervisor, _ count: Int) async throws -> [Billing.Notice] {
            try await eventually("owners are told") {
                let notices = try await supervisor.json(Billing.self, "billing", "show").notices
                return notices.count >= count ? notices : nil
            }
        }
    }
}
