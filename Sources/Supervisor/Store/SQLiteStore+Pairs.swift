import FoundationEssentials
import GRDB
package import SupervisorTasks
package import SyncModel

extension SQLiteStore: PairStore {
    package func create(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure) {
        let arguments = try Self.encoded(pair, box)
        var rows: [StatementArguments] = []
        for task in tasks { rows.append(try Self.encoded(task, box)) }
        let taskRows = rows
        try await write { database in
            try Self.upsert(arguments, database)
            for row in taskRows { try Self.insert(row, database) }
        }
    }

    package func save(_ pair: PairRecord) async throws(Failure) {
        let arguments = try Self.encoded(pair, box)
        try await write { database in try Self.upsert(arguments, database) }
    }

    package func save(_ pair: PairRecord, tasks: [TaskRecord]) async throws(Failure) {
        let arguments = try Self.encoded(pair, box)
        var rows: [StatementArguments] = []
        for task in tasks { rows.append(try Self.encoded(task, box)) }
        let taskRows = rows
        try await write { database in
            try Self.upsert(arguments, database)
            for row in taskRows { try Self.upsert(task: row, database) }
        }
    }

    package func remove(pair: String) async throws(Failure) {
        try await write { database in
            try database.execute(sql: "DELETE FROM pair WHERE name = ?", arguments: [pair])
        }
    }

    private static func encoded(_ pair: PairRecord, _ box: SecretBox) throws(Failure) -> StatementArguments {
        do { return try pair.arguments(box) } catch { throw failure(error) }
    }

    private static func upsert(_ arguments: StatementArguments, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO pair (name, spec, secrets, scenario, desired, gate, start_at, a_to_b, b_to_a, created_at)
                VALUES (:name, :spec, :secrets, :scenario, :desired, :gate, :start_at, :a_to_b, :b_to_a, :created_at)
                ON CONFLICT (name) DO UPDATE SET
                    spec = excluded.spec, secrets = excluded.secrets, scenario = excluded.scenario,
                    desired = excluded.desired, gate = excluded.gate, start_at = excluded.start_at
                """,
            arguments: arguments
        )
    }
}

extension PairRecord {
    func arguments(_ box: SecretBox) throws -> StatementArguments {
        [
            "name": name,
            "spec": try RowCodec.text(spec),
            "secrets": try box.seal(secrets, for: "pair \(name)"),
            "scenario": scenario.rawValue,
            "desired": desired.rawValue,
            "gate": gate.rawValue,
            "start_at": startAt.map { Int64(clamping: $0) },
            "a_to_b": aToB,
            "b_to_a": bToA,
            "created_at": Int64(clamping: createdAt),
        ]
    }

    init(_ row: Row, _ box: SecretBox) throws {
        let name: String = row["name"]
        self.init(
            spec: try RowCodec.value(row["spec"]),
            secrets: try box.open(row["secrets"], for: "pair \(name)"),
            scenario: try RowCodec.word(row["scenario"]),
            desired: try RowCodec.word(row["desired"]),
            gate: try RowCodec.word(row["gate"]),
            startAt: (row["start_at"] as Int64?).map { UInt64(clamping: $0) },
            aToB: row["a_to_b"],
            bToA: row["b_to_a"],
            createdAt: UInt64(clamping: row["created_at"] as Int64)
        )
    }
}
