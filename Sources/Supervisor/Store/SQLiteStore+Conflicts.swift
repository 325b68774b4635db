import GRDB
package import SupervisorTasks
package import SyncModel

extension SQLiteStore: ConflictStore {
    package func insert(_ records: [ConflictRecord], of task: String) async throws(Failure) {
        let rows: [(Int64, String, Bool, Int64, String)]
        do {
            rows = try records.map { record in
                (
                    Int64(clamping: record.sequence), record.decision.rawValue, record.decision != .reported,
                    Int64(clamping: record.at), try RowCodec.text(record)
                )
            }
        } catch {
            throw Self.failure(error)
        }
        try await write { database in
            for (sequence, decision, decided, at, body) in rows {
                try database.execute(
                    sql: """
                        INSERT INTO conflict (task, sequence, decision, decided, at, body)
                        SELECT id, ?, ?, ?, ?, ? FROM task WHERE id = ?
                        ON CONFLICT (task, sequence) DO UPDATE SET decision = excluded.decision, decided = 1
                            WHERE decided = 0 AND excluded.decided = 1
                        """,
                    arguments: [sequence, decision, decided, at, body, task]
                )
            }
        }
    }

    package func conflicts(_ query: ConflictSelection) async throws(Failure) -> [StoredConflict] {
        try await read { database in
            let marks = Array(repeating: "?", count: query.tasks.count).joined(separator: ", ")
            var sql = "SELECT id, task, sequence, decision, decided, body FROM conflict WHERE task IN (\(marks))"
            var arguments = StatementArguments(query.tasks)
            if query.undecidedOnly { sql += " AND decided = 0" }
            // A body that is no JSON is an error to SQLite; it belongs to no class and no table.
            func field(_ name: String) -> String { "CASE WHEN json_valid(body) THEN json_extract(body, '$.\(name)') END" }
            for (name, value) in [("kind", query.kind?.rawValue), ("database", query.database), ("table", query.table)] {
                guard let value else { continue }
                sql += " AND \(field(name)) = ?"
                arguments += [value]
            }
            if let text = query.tableText {
                sql += " AND (\(field("table")) = ? OR \(field("database")) || '.' || \(field("table")) = ?)"
                arguments += [text, text]
            }
            if let before = query.before {
                sql += " AND (at, id) < (SELECT at, id FROM conflict WHERE id = ?)"
                arguments += [before]
            }
            sql += " ORDER BY at DESC, id DESC LIMIT ?"
            arguments += [query.limit]
            return try Row.fetchAll(database, sql: sql, arguments: arguments).map { StoredConflict(row: $0) }
        }
    }

    package func conflict(_ id: Int64) async throws(Failure) -> StoredConflict? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT id, task, sequence, decision, decided, body FROM conflict WHERE id = ?",
                arguments: [id]
            ).map { StoredConflict(row: $0) }
        }
    }

    package func resolve(_ id: Int64, as decision: ConflictDecision) async throws(Failure) {
        try await write { database in
            try database.execute(
                sql: "UPDATE conflict SET decision = ?, decided = 1 WHERE id = ?",
                arguments: [decision.rawValue, id]
            )
        }
    }

    package func conflictsMissed(by tasks: [String]) async throws(Failure) -> UInt64 {
        try await read { database in
            let marks = Array(repeating: "?", count: tasks.count).joined(separator: ", ")
            // Workers number them without a gap.
            let missed = try Int64.fetchOne(
                database,
                sql: """
                    SELECT SUM(missed) FROM (
                        SELECT MAX(sequence) - COUNT(*) AS missed FROM conflict WHERE task IN (\(marks)) GROUP BY task
                    )
                    """,
                arguments: StatementArguments(tasks)
            )
            return UInt64(clamping: missed ?? 0)
        }
    }

    package func undecided(of task: String) async throws(Failure) -> UInt64 {
        try await read { database in
            let count = try Int64.fetchOne(
                database,
                sql: "SELECT COUNT(*) FROM conflict WHERE task = ? AND decided = 0",
                arguments: [task]
            )
            return UInt64(clamping: count ?? 0)
        }
    }
}

extension StoredConflict {
    init(row: Row) {
        let id: Int64 = row["id"]
        do {
            var record: ConflictRecord = try RowCodec.value(row["body"])
            record.decision = try RowCodec.word(row["decision"])
            self.init(id: id, task: row["task"], record: record, decided: row["decided"])
        } catch {
            let decided: Bool = row["decided"]
            self.init(
                id: id, task: row["task"], sequence: UInt64(clamping: row["sequence"] as Int64),
                decision: ConflictDecision(rawValue: row["decision"]) ?? (decided ? .keptTarget : .reported), decided: decided,
                unreadable: UnreadableRecord(.other("conflict"), name: "\(id)", error))
        }
    }
}
