import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What `task show` says of how far a task is.
    @Suite struct FigureTests {
        private struct Shop {
            let source: TestServer
            let target: TestServer
            let supervisor: TestSupervisor
            let task: OneWay
            let table: String

            /// A task on a table `t (id, payload)` that has caught up.
            init(_ kind: ServerKind, in scope: Scope) async throws {
                (source, target) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("figures")
                table = "`\(database)`.t"
                for server in [source, target] { try await server.makeDatabase(database, in: scope) }
                try await source.execute("CREATE TABLE \(table) (id INT PRIMARY KEY AUTO_INCREMENT, payload VARCHAR(2000) CHARACTER SET ascii)")
                supervisor = try await TestSupervisor(in: scope)
                task = try await OneWay(
                    "figures", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
            }

            /// One transaction.
            func insert(rows: Int) async throws {
                let row = "(REPEAT('x', 2000))"
                try await source.execute(
                    "INSERT INTO \(table) (payload) VALUES " + Array(repeating: row, count: rows).joined(separator: ","))
            }

            /// Lets all pass that a ceiling has held up.
            func catchUp() async throws {
                try await supervisor.run("task", "limit", task.name, "--rows-per-second", "0")
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await target.value("SELECT COUNT(*) FROM \(table)") == source.value("SELECT COUNT(*) FROM \(table)"))
            }

            func report() async throws -> TaskReport { try await supervisor.task(task.name) }
        }

        @Test(arguments: Integration.kinds)
        func backlogCountsAllFilesOfTheSource(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let shop = try await Shop(kind, in: scope)
                try await shop.supervisor.run("task", "pause", shop.task.name)
                for _ in 0..<5 { try await shop.insert(rows: 50) }
                try await shop.source.execute("FLUSH BINARY LOGS")
                try await shop.insert(rows: 1)
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "1")
                try await shop.supervisor.run("task", "resume", shop.task.name)
                try await eventually("what lies in the file before counts") { try await shop.report().backlogBytes > 400_000 }
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "0")
                try await shop.supervisor.wait(shop.task.name, for: "caught-up")
                try await eventually("nothing is left") { try await shop.report().backlogBytes < 100_000 }
            }
        }

        @Test(arguments: Integration.kinds)
        func figuresAreTrueWhileATaskIsPausedAndJustAfterIt(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let shop = try await Shop(kind, in: scope)
                try await shop.supervisor.run("task", "pause", shop.task.name)
                // What others write is no change of this task, though it is in the log.
                try await eventually("nothing waits") { try await shop.report().lagMs == 0 }
                try await shop.insert(rows: 100)
                let first = try await eventually("what waits is told") {
                    let report = try await shop.report()
                    return report.lagMs ?? 0 > 0 && report.backlogBytes > 200_000 ? report : nil
                }
                #expect(first.state == "paused" && first.worker.pid == nil && first.measuredAt != nil)
                try await eventually("it grows older") { try await shop.report().lagMs ?? 0 > first.lagMs ?? 0 }
                for _ in 0..<2 { try await shop.insert(rows: 100) }
                let later = try await eventually("more of it waits") {
                    let report = try await shop.report()
                    return report.backlogBytes > first.backlogBytes + 400_000 ? report : nil
                }
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "1")
                try await shop.supervisor.run("task", "resume", shop.task.name)
                let running = try await eventually("it runs") {
                    let report = try await shop.report()
                    return report.state == "running" ? report : nil
                }
                #expect(running.lagMs ?? 0 >= later.lagMs ?? 0 && running.backlogBytes > 600_000, "\(running)")
                #expect(running.counts.transactions == first.counts.transactions)
                try await shop.catchUp()
                try await eventually("nothing is left") {
                    let report = try await shop.report()
                    return report.lagMs ?? .max < later.lagMs ?? 0 && report.backlogBytes < 100_000
                }
            }
        }

        /// Nobody has looked while it was paused.
        @Test(arguments: Integration.kinds)
        func aResumedTaskKnowsItsLagBeforeItHasAppliedAnything(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let shop = try await Shop(kind, in: scope)
                let before = try await shop.report()
                try await shop.supervisor.run("task", "pause", shop.task.name)
                try await shop.insert(rows: 100)
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "1")
                try await shop.supervisor.run("task", "resume", shop.task.name)
                let report = try await eventually("the lag is told") {
                    let report = try await shop.report()
                    return report.lagMs == nil ? nil : report
                }
                #expect(report.state == "running" && report.lagMs ?? 0 > 0 && report.counts.transactions == before.counts.transactions)
                try await shop.catchUp()
            }
        }

        /// The other half of a pair goes on: what it brings to the source is not what this one has to carry.
        @Test(arguments: Integration.kinds)
        func whatThePartnerBringsDoesNotWait(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilSettled()
                let (aToB, bToA) = ("\(pair.name)-a-to-b", "\(pair.name)-b-to-a")
                try await pair.a.execute("CREATE TABLE `\(pair.database)`.own (id INT PRIMARY KEY)")
                try await pair.waitUntilSettled()
                try await pair.supervisor.run("task", "pause", aToB)
                try await pair.b.execute("INSERT INTO `\(pair.database)`.own VALUES (1), (2)")
                try await pair.supervisor.wait(bToA, for: "caught-up")
                try await eventually("A has them") { try await pair.a.value("SELECT COUNT(*) FROM `\(pair.database)`.own") == "2" }
                func half() async throws -> TaskReport {
                    let tasks = try await pair.supervisor.pair(pair.name).tasks
                    return try #require(tasks.first { $0.name == aToB })
                }
                try await eventually("nothing waits") { try await half().lagMs == 0 }
                try await pair.a.execute("INSERT INTO `\(pair.database)`.own VALUES (3)")
                try await eventually("what A has written waits") { try await half().lagMs ?? 0 > 0 }
                try await pair.supervisor.run("task", "resume", aToB)
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
            }
        }

        @Test(arguments: Integration.kinds)
        func aLargeTransactionShowsHowFarItIs(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let shop = try await Shop(kind, in: scope)
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "1000")
                // 20 MB: pieces of 2 MiB, one after the other.
                try await shop.insert(rows: 10_000)
                let first = try await eventually("some of it is done") { try await shop.report().transactionBytes }
                try await eventually("more of it is done") { try await shop.report().transactionBytes.map { $0 > first } ?? false }
                #expect(try await shop.target.value("SELECT COUNT(*) FROM \(shop.table)") == "0")
                try await shop.supervisor.run("task", "limit", shop.task.name, "--rows-per-second", "0")
                try await shop.supervisor.wait(shop.task.name, for: "caught-up")
                try await eventually("none is open") { try await shop.report().transactionBytes == nil }
                #expect(try await shop.target.value("SELECT COUNT(*) FROM \(shop.table)") == "10000")
            }
        }
    }
}
