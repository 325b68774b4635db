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
