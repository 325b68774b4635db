import SyncModel
package import SyncMySQL
package import WorkerSchema

/// The task's rows in `__dts__.load_state` and `__dts__.load_chunk` on the target: how far the load is.
///
/// A row of `load_state` says up to which key a table is copied without a gap. Chunks beyond that, copied by other threads
/// meanwhile, have a row each in `load_chunk` until the gap before them is closed.
package struct LoadState: Sendable {
    private static let tables = "`\(metadataDatabase)`.load_state"
    private static let chunks = "`\(metadataDatabase)`.load_chunk"

    let task: String

    package init(task: String) { self.task = task }

    /// What is known of one table.
    struct Table: Sendable {
        var lastKey: String?
        var rows: UInt64
        var isDone: Bool
        var start: BinlogPosition?
        /// Copied chunks beyond `lastKey`, in key order; only ``progress(_:)`` reads them.
        var chunks: [(chunk: Chunk, rows: UInt64)] = []

        /// Whether none of its rows has been copied.
        var isUntouched: Bool { lastKey == nil && chunks.isEmpty && !isDone }
    }

    /// A piece of a table between two keys: behind `lower`, up to and with `upper`. nil: from the first row, to the last.
    struct Chunk: Sendable, Hashable {
        /// Order of chunks along the key.
        var number: UInt64
        var lower: KeyOrder.Place?
        var upper: KeyOrder.Place?
    }

    func tables(_ target: Session) throws(MySQLError) -> [TableName: Table] {
        let rows = try target.rows(
            """
            SELECT source_database, source_table, last_key, rows_done, done, from_file, from_offset
            FROM \(Self.tables) WHERE task = \(quoteText(task))
            """
        )
        var result: [TableName: Table] = [:]
        for row in rows {
            guard let database = row[0], let table = row[1] else { continue }
            result[TableName(database: database, table: table)] = Table(
                lastKey: row[2],
                rows: row[3].flatMap { UInt64($0) } ?? 0,
                isDone: row[4] == "1",
                start: row[5].map { BinlogPosition(file: $0, offset: row[6].flatMap { UInt64($0) }) }
            )
        }
        return result
    }

    /// What is known of the tables, with their chunks: there are only some of each table that was being copied.
    func progress(_ target: Session) throws -> [TableName: Table] {
        var result = try tables(target)
        for row in try target.rows(
            """
            SELECT source_database, source_table, chunk, lower_key, upper_key, rows_done FROM \(Self.chunks)
            WHERE task = \(quoteText(task)) ORDER BY source_database, source_table, chunk
            """
        ) {
            guard let database = row[0], let name = row[1] else { continue }
            let table = TableName(database: database, table: name)
            guard let number = row[2].flatMap({ UInt64($0) }) else { throw Self.unreadable(table) }
            let chunk = Chunk(number: number, lower: try Self.place(row[3], table), upper: try Self.place(row[4], table))
            result[table]?.chunks.append((chunk, row[5].flatMap { UInt64($0) } ?? 0))
        }
        return result
    }

    static func place(_ text: String?, _ table: TableName) throws(Failure) -> KeyOrder.Place? {
        guard let text else { return nil }
        guard let place = KeyOrder.Place(encoded: text) else { throw unreadable(table) }
        return place
    }

    /// Statements that forget how far a table is.
    package func forgetStatements(_ table: TableName) -> [String] {
        [Self.tables, Self.chunks].map { "DELETE FROM \($0) WHERE \(place(table))" }
    }

    /// Tables that are noted as this task's.
    package func noted(_ target: Session) throws(MySQLError) -> Set<TableName> { Set(try tables(target).keys) }

    /// Statement that notes a table as this task's. Harmless when it is noted already.
    package func noteStatement(_ table: TableName) -> String {
        """
        INSERT INTO \(Self.tables) (task, source_database, source_table) VALUES (\(quoteText(task)), \(names(table)))
        ON DUPLICATE KEY UPDATE done = done
        """
    }

    func chunkStatement(_ chunk: Chunk, of table: TableName, rows: UInt64) -> String {
        """
        INSERT INTO \(Self.chunks) (task, source_database, source_table, chunk, lower_key, upper_key, rows_done)
        VALUES (\(quoteText(task)), \(names(table)), \(chunk.number), \(literal(chunk.lower)), \(literal(chunk.upper)), \(rows))
        """
    }

    /// Statements that move the gapless part forward, over the chunks up to `chunk`. Another thread may have copied the rest of the table
    /// meanwhile.
    func advanceStatements(_ table: TableName, to key: KeyOrder.Place, rows: UInt64, chunk: UInt64) -> [String] {
        [
            "UPDATE \(Self.tables) SET last_key = \(literal(key)), rows_done = \(rows) WHERE \(place(table)) AND done = 0",
            "DELETE FROM \(Self.chunks) WHERE \(place(table)) AND chunk <= \(chunk)",
        ]
    }

    func doneStatements(_ table: TableName, rows: UInt64, start: BinlogPosition? = nil) -> [String] {
        let position =
            start.map { ", from_file = \($0.file.map(quoteText) ?? "NULL"), from_offset = \($0.offset ?? 0)" } ?? ""
        return [
            "UPDATE \(Self.tables) SET last_key = NULL, rows_done = \(rows), done = 1\(position) WHERE \(place(table))",
            "DELETE FROM \(Self.chunks) WHERE \(place(table))",
        ]
    }

    /// Statement that notes a table as this task's and as copied, of which nothing had been copied.
    func wholeStatement(_ table: TableName, rows: UInt64) -> String {
        """
        INSERT INTO \(Self.tables) (task, source_database, source_table, rows_done, done)
        VALUES (\(quoteText(task)), \(names(table)), \(rows), 1) ON DUPLICATE KEY UPDATE rows_done = \(rows), done = 1
        """
    }

    var forgetStartsStatement: String {
        "UPDATE \(Self.tables) SET from_file = NULL, from_offset = NULL WHERE task = \(quoteText(task)) AND from_file IS NOT NULL"
    }

    private func place(_ table: TableName) -> String {
        "task = \(quoteText(task)) AND source_database = \(quoteText(table.database)) AND source_table = \(quoteText(table.table))"
    }

    private func names(_ table: TableName) -> String { "\(quoteText(table.database)), \(quoteText(table.table))" }

    private func literal(_ place: KeyOrder.Place?) -> String { place.map { "'\($0.encoded)'" } ?? "NULL" }

    static func unreadable(_ table: TableName) -> Failure {
        Failure(
            .metadataMissing,
            "the load state of table \(table) in \(metadataDatabase) on the target is damaged",
            remedy: Failure.startOver,
            kind: .permanent
        )
    }
}
