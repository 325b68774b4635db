import SyncMySQL
import TestSupport
import Testing

extension Integration {
    /// A transaction of the source that is larger than a batch, on a target whose rows are in use.
    @Suite struct LargeTransactionTests {
        /// The lock is held until the applier has waited for it twice in one and the same transaction.
        @Test(arguments: Integration.kinds)
        func itWaitsForLockedRows(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let rows = (1...3000).map { "(\($0), REPEAT('a', 1000))" }.joined(separator: ",")
                let followed = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(2000))", "INSERT INTO t VALUES \(rows)"],
                    settings: "retry_minutes: 5", in: scope)
                let target = followed.target
                let holder = try await HeldRow("`\(followed.database)`.t WHERE id = 3000", on: target, in: scope)
                try await followed.write("UPDATE t SET v = REPEAT('b', 1500)")
                // A wait that ends without the row is followed by another one, on the same connection: the time starts again.
                var longest: [String: Int] = [:]
                try await eventually(within: .seconds(90), "the applier waits for the second time") {
                    for row in try await target.rows("SHOW FULL PROCESSLIST") {
                        guard let id = row[0], let time = row[5].flatMap({ Int($0) }), row[7]?.contains("`\(followed.database)`.`t`") == true else { continue }
                        if let before = longest[id], before > 3, time < before { return true }
                        longest[id] = max(longest[id] ?? 0, time)
                    }
                    return false
                }
                #expect(try await followed.onTarget("SELECT COUNT(*) FROM t WHERE v LIKE 'b%'") == ["0"])
                try await holder.release()
                try await followed.requireEqual()
                let report = try await followed.supervisor.task(followed.task.name)
                #expect(report.worker.restarts == 0 && report.conflicts.total == 0 && report.error == nil)
            }
        }
    }
}

/// A row that an application holds locked in an open transaction.
private struct HeldRow: Sendable {
    private let server: TestServer
    private let connection: UInt64
    private let holding: Task<Void, any Error>

    /// Returns when the row is locked. It ends by ``release()``, which the scope calls too.
    init(_ row: String, on server: TestServer, in scope: Scope) async throws {
        let (connections, told) = AsyncStream<UInt64>.makeStream()
        holding = Task {
            try await server.withSession { session in
                defer { told.finish() }
                try session.execute("START TRANSACTION")
                _ = try session.rows("SELECT * FROM \(row) FOR UPDATE")
                told.yield(session.connectionID)
                do { _ = try session.rows("SELECT SLEEP(3600)") } catch is MySQLError {
                    // Killed: that is how it ends.
                }
            }
        }
        self.server = server
        guard let found = await connections.first(where: { _ in true }) else { throw Trouble("the row was not locked") }
        connection = found
        scope.onExit { [self] in try await release() }
    }

    func release() async throws {
        do {
            try await server.execute("KILL CONNECTION \(connection)")
        } catch let error as MySQLError where error.code.rawValue == 1094 {
            // It has ended before.
        }
        try await holding.value
    }
}
