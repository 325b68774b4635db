import SyncMySQL
import Synchronization
import TestSupport
import WorkloadKit

/// An application that writes into whatever tables a database has at the moment, while others define and drop them. Each
/// table has a column `id`; its rows are those whose id ends in 5.
final class Wanderer: Sendable {
    private let state: State
    private let result: Task<Void, any Error>

    private final class State: Sendable {
        let isStopped = Atomic(false)
        let rows = Atomic(0)
    }

    init(_ server: TestServer, _ database: String, seed: UInt64, in scope: Scope) {
        let state = State()
        self.state = state
        result = Task {
            try await server.withSession { session in
                var random = SeededRandom(seed: seed)
                while !state.isStopped.load(ordering: .relaxed) {
                    if try Self.step(session, database, &random) { state.rows.add(1, ordering: .relaxed) }
                }
            }
        }
        scope.onExit { [self] in _ = try await stop() }
    }

    /// Lets it change this many more rows.
    func change(_ more: Int) async throws {
        let goal = state.rows.load(ordering: .relaxed) + more
        try await eventually(within: .seconds(60), "\(more) more rows are changed") {
            state.rows.load(ordering: .relaxed) >= goal
        }
    }

    /// - Returns: how many rows it has changed.
    func stop() async throws -> Int {
        state.isStopped.store(true, ordering: .relaxed)
        try await result.value
        return state.rows.load(ordering: .relaxed)
    }

    /// - Returns: whether a row was changed; the table may be another one by now.
    private static func step(_ session: Session, _ database: String, _ random: inout SeededRandom) throws(MySQLError) -> Bool {
        let tables = try session.rows(
            """
            SELECT TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME REGEXP '^[tr][0-9]+$'
            """)
        guard !tables.isEmpty, let table = random.pick(tables)[0] else { return false }
        let name = "`\(database)`.`\(table)`"
        let id = 1_000_005 + random.number(0...200) * 10
        do {
            switch random.number(0...3) {
            case 0: return try session.execute("DELETE FROM \(name) WHERE id = \(id)") == 1
            case 1:
                let columns = try session.rows(
                    """
                    SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS
                    WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = '\(table)' AND COLUMN_NAME <> 'id'
                    """)
                guard !columns.isEmpty, let column = columns.first?[0], let type = columns.first?[1] else { return false }
                return try session.execute("UPDATE \(name) SET `\(column)` = \(value(type, &random)) WHERE id = \(id)") == 1
            default: return try session.execute("INSERT IGNORE INTO \(name) (id) VALUES (\(id))") == 1
            }
        } catch {
            // The statements that run meanwhile change names and types under its feet.
            let expected: [UInt32] = [1054, 1146, 1265, 1366, 1406, 1292, 1264, 1412]
            guard expected.contains(error.code.rawValue) || error.isLockFailure else { throw error }
            return false
        }
    }

    private static func value(_ type: String, _ random: inout SeededRandom) -> String {
        switch type {
        case "enum": random.pick(["'a'", "'b'", "NULL"])
        case "datetime": "'2026-03-0\(random.number(1...9)) 01:02:03.5'"
        case "varchar", "text": "'text \(random.number(0...999))'"
        default: "\(random.number(0...9999))"
        }
    }
}
