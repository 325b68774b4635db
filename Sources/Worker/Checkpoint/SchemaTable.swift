import SyncModel
package import SyncMySQL
import SyncWire
package import WorkerDDL
package import WorkerSchema

/// The task's ``SchemaHistory`` as of its checkpoint, on the target: what the source's tables looked like at that place
/// of its log. Written in the transaction that moves the checkpoint.
package enum SchemaTable {
    private static let definitions = "`\(metadataDatabase)`.table_definition"
    private static let shared = "`\(metadataDatabase)`.shared_table"
    private static let statements = "`\(metadataDatabase)`.open_statement"

    package struct Kept: Sendable {
        /// nil: the definition is not clear.
        package var tables: [TableName: TableDefinition?] = [:]
        package var openStatements: [String: OpenStatement] = [:]
        /// Tables that both sides write.
        package var shared: Set<TableName> = []
    }

    package static func read(task: String, _ session: Session) throws -> Kept {
        var kept = Kept()
        for row in try session.rows(
            "SELECT source_database, source_table, definition FROM \(definitions) WHERE task = \(quoteText(task))"
        ) {
            let name = TableName(database: row[0] ?? "", table: row[1] ?? "")
            kept.tables[name] = .some(try row[2].map { try definition($0, name) })
        }
        for row in try session.rows(
            "SELECT by_task, connection, origins, file, file_offset FROM \(statements) WHERE task = \(quoteText(task))"
        ) {
            guard let other = row[0], let connection = row[1].flatMap({ UInt32($0) }) else { continue }
            kept.openStatements[other] = OpenStatement(
                connection: connection,
                origins: row[2] ?? "",
                end: BinlogPosition(file: row[3], offset: row[4].flatMap { UInt64($0) })
            )
        }
        for row in try session.rows("SELECT source_database, source_table FROM \(shared) WHERE task = \(quoteText(task))") {
            kept.shared.insert(TableName(database: row[0] ?? "", table: row[1] ?? ""))
        }
        return kept
    }

    private static func definition(_ text: String, _ table: TableName) throws(Failure) -> TableDefinition {
        do {
            return try LineCodec.decode(TableDefinition.self, from: text.utf8)
        } catch {
            throw Failure(
                .metadataMissing, "the definition of \(table) in \(metadataDatabase) on the target is damaged",
                remedy: Failure.startOver, kind: .permanent)
        }
    }

    /// Statement that forgets the tables of databases that the task does not sync any more.
    package static func forgetStatement(task: String, otherThan databases: [String]) -> String {
        let names = databases.map(quoteText).joined(separator: ", ")
        return "DELETE FROM \(definitions) WHERE task = \(quoteText(task))"
            + (names.isEmpty ? "" : " AND source_database NOT IN (\(names))")
    }

    /// Statements that keep the changes.
    package static func statements(task: String, _ changes: [SchemaChange]) throws -> [String] {
        let name = task
        let task = quoteText(task)
        func place(_ name: TableName) -> String { "\(task), \(quoteText(name.database)), \(quoteText(name.table))" }
        return try changes.map { change in
            switch change {
            case .defined(let name, let definition):
                let text = String(decoding: try LineCodec.encode(definition), as: UTF8.self)
                return
                    "REPLACE INTO \(definitions) (task, source_database, source_table, definition) VALUES (\(place(name)), \(quoteText(text)))"
            case .unclear(let name):
                return
                    "REPLACE INTO \(definitions) (task, source_database, source_table, definition) VALUES (\(place(name)), NULL)"
            case .dropped(let name):
                return "DELETE FROM \(definitions) WHERE (task, source_database, source_table) = (\(place(name)))"
            case .statementOpened(let other, let statement):
                return """
                    REPLACE INTO \(statements) (task, by_task, connection, origins, file, file_offset)
                    VALUES (\(task), \(quoteText(other)), \(statement.connection), \(quoteText(statement.origins)),
                        \(literal(statement.end.file)), \(literal(statement.end.offset)))
                    """
            case .shared(let name):
                return "REPLACE INTO \(shared) (task, source_database, source_table) VALUES (\(place(name)))"
            case .notCarried(let statement): return UncarriedTable.statement(statement, task: name)
            case .fileBegun(let file, let time): return SourceFile.statement(file, begunAt: time, task: name)
            case .statementClosed(let other):
                return "DELETE FROM \(statements) WHERE task = \(task) AND by_task = \(quoteText(other))"
            }
        }
    }
}
