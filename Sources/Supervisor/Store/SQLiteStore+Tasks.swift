import FoundationEssentials
import GRDB
package import SupervisorNotices
package import SupervisorTasks
package import SyncModel
package import SyncWire

extension SQLiteStore: TaskStore {
    package func load() async throws(Failure) -> StoredState {
        let box = box
        return try await read { database in
            var state = StoredState()
            for row in try Row.fetchAll(database, sql: "SELECT * FROM task ORDER BY name") {
                do {
                    state.tasks.append(try TaskRecord(row, box))
                } catch {
                    let subject = UnreadableRecord.Subject.task(id: row["id"], pair: row["pair"])
                    state.unreadable.append(UnreadableRecord(subject, name: row["name"], error))
                }
            }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM pair ORDER BY name") {
                do {
                    state.pairs.append(try PairRecord(row, box))
                } catch {
                    let subject = UnreadableRecord.Subject.pair(tasks: [row["a_to_b"], row["b_to_a"]])
                    state.unreadable.append(UnreadableRecord(subject, name: row["name"], error))
                }
            }
            try Self.loadProgress(database, &state)
            try Self.loadVerifications(database, &state)
            try Self.findUnreadableMessages(database, &state)
            for row in try Row.fetchAll(
                database,
                sql: "SELECT task, COUNT(*) AS number FROM conflict WHERE decided = 0 GROUP BY task"
            ) {
                state.undecided[row["task"]] = UInt64(clamping: row["number"] as Int64)
            }
            state.openAlarms = try String.fetchSet(database, sql: "SELECT key FROM alarm")
            return state
        }
    }

    private static func loadProgress(_ database: Database, _ state: inout StoredState) throws {
        for row in try Row.fetchAll(database, sql: "SELECT task, body FROM progress") {
            let task: String = row["task"]
            do {
                state.progress[task] = try RowCodec.value(row["body"])
            } catch {
                state.unreadable.append(UnreadableRecord(.other("progress of task"), name: task, error))
            }
        }
    }

    private static func loadVerifications(_ database: Database, _ state: inout StoredState) throws {
        for row in try Row.fetchAll(database, sql: "SELECT task, at, body FROM check_item ORDER BY task, number") {
            let task: String = row["task"]
            do {
                let item: CheckItem = try RowCodec.value(row["body"])
                state.verifications[task, default: Verification(at: UInt64(clamping: row["at"] as Int64))].items.append(
                    item
                )
            } catch {
                state.unreadable.append(UnreadableRecord(.other("check item of task"), name: task, error))
            }
        }
    }

    package func create(_ task: TaskRecord) async throws(Failure) {
        let row = try Self.encoded(task, box)
        try await write { database in try Self.insert(row, database) }
    }

    static func encoded(_ task: TaskRecord, _ box: SecretBox) throws(Failure) -> StatementArguments {
        do { return try task.arguments(box) } catch { throw failure(error) }
    }

    static func insert(_ arguments: StatementArguments, _ database: Database) throws {
        do {
            try database.execute(
                sql: "INSERT INTO task (\(TaskRecord.columns)) VALUES (\(TaskRecord.placeholders))",
                arguments: arguments
            )
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw Failure(.alreadyExists, "a task of this name exists", remedy: "choose another name")
        }
    }

    /// Not REPLACE: that would delete the row first, and with it all that belongs to the task.
    static func upsert(task row: StatementArguments, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO task (\(TaskRecord.columns)) VALUES (\(TaskRecord.placeholders))
                ON CONFLICT (id) DO UPDATE SET \(TaskRecord.assignments)
                """,
            arguments: row
        )
    }

    package func save(_ task: TaskRecord, notices: [Notice]) async throws(Failure) {
        let row = try Self.encoded(task, box)
        try await write { database in
            try Self.upsert(task: row, database)
            for notice in notices { try insert(notice, database) }
        }
    }

    package func save(progress: [String: Progress]) async throws(Failure) {
        let bodies: [(String, String)]
        do {
            bodies = try progress.map { ($0.key, try RowCodec.text($0.value)) }
        } catch {
            throw Self.failure(error)
        }
        try await write { database in
            for (task, body) in bodies {
                // A task that was deleted meanwhile has no row to belong to.
                try database.execute(
                    sql: """
                        INSERT INTO progress (task, body) SELECT id, ? FROM task WHERE id = ?
                        ON CONFLICT (task) DO UPDATE SET body = excluded.body
                        """,
                    arguments: [body, task]
                )
            }
        }
    }

    package func save(verification: Verification, of task: String, notices: [Notice]) async throws(Failure) {
        let bodies: [String]
        do { bodies = try verification.items.map(RowCodec.text) } catch { throw Self.failure(error) }
        try await write { database in
            try database.execute(sql: "DELETE FROM check_item WHERE task = ?", arguments: [task])
            for (number, body) in bodies.enumerated() {
                try database.execute(
                    sql: "INSERT INTO check_item (task, number, at, body) VALUES (?, ?, ?, ?)",
                    arguments: [task, number, Int64(clamping: verification.at), body]
                )
            }
            for notice in notices { try insert(notice, database) }
        }
    }

    package func remove(task: String, notices: [Notice]) async throws(Failure) {
        try await write { database in
            for notice in notices { try insert(notice, database) }
            try database.execute(sql: "DELETE FROM task WHERE id = ?", arguments: [task])
            // Nothing will ever close them.
            try database.execute(sql: "DELETE FROM alarm WHERE key LIKE ?", arguments: ["\(task)/%"])
        }
    }
}
