import SyncMySQL
import TestSupport

/// A long query on a table: definition statements on it wait, everything else goes on; with locked rows, those who write
/// them wait, too.
struct HeldTable: Sendable {
    private let server: TestServer
    private let connection: String
    private let query: Task<Void, any Error>

    /// Returns when the query runs. It ends by ``release()``, which the scope calls too.
    ///
    /// - Parameter condition: rows that it locks; nil: none.
    init(_ table: String, locking condition: String? = nil, on server: TestServer, in scope: Scope) async throws {
        let mark = scope.uniqueName("held")
        let rows = condition.map { "WHERE \($0) FOR UPDATE" } ?? "LIMIT 1"
        query = Task {
            try await server.withSession { session in
                do {
                    _ = try session.rows("SELECT SLEEP(3600), '\(mark)' FROM \(table) \(rows)")
                } catch is MySQLError {
                    // Killed: that is how it ends.
                }
            }
        }
        self.server = server
        connection = try await eventually("the query on \(table) runs") {
            try await server.withSession { session in
                try session.connections().first { $0.statement?.contains("'\(mark)'") == true }.map { "\($0.id)" }
            }
        }
        scope.onExit { [self] in try await release() }
    }

    func release() async throws {
        do {
            try await server.execute("KILL CONNECTION \(connection)")
        } catch let error as MySQLError where error.code.rawValue == 1094 {
            // It has ended before.
        }
        try await query.value
    }
}
