import SyncMySQL

/// How the rows of a table are read for a comparison: as one text per row, exact for every type.
struct TableShape: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        var name: String
        var type: String
    }

    var name: String
    var columns: [Column]
    /// Columns of the primary key, else of a unique key over NOT NULL columns; empty: no key.
    var key: [String]

    /// The tables of a database in order of their names.
    static func all(in database: String, _ session: Session) throws(MySQLError) -> [TableShape] {
        let place = "TABLE_SCHEMA = \(Literal.text(database))"
        var shapes: [TableShape] = []
        for row in try session.rows(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE \(place) AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME")
        {
            guard let name = row[0] else { continue }
            let table = "\(place) AND TABLE_NAME = \(Literal.text(name))"
            let columns = try session.rows(
                "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE \(table) ORDER BY ORDINAL_POSITION"
            ).map { Column(name: $0[0] ?? "", type: ($0[1] ?? "").lowercased()) }
            shapes.append(TableShape(name: name, columns: columns, key: try key(table, session)))
        }
        return shapes
    }

    private static func key(_ table: String, _ session: Session) throws(MySQLError) -> [String] {
        let rows = try session.rows(
            """
            SELECT s.INDEX_NAME, s.COLUMN_NAME, c.IS_NULLABLE = 'NO' AND s.SUB_PART IS NULL
            FROM information_schema.STATISTICS s
            LEFT JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME)
            WHERE NON_UNIQUE = 0 AND \(table.replacing("TABLE_", with: "s.TABLE_"))
            ORDER BY s.INDEX_NAME <> 'PRIMARY', s.INDEX_NAME, s.SEQ_IN_INDEX
            """)
        var index = 0
        while index < rows.count {
            let name = rows[index][0]
            let parts = rows[index...].prefix { $0[0] == name }
            if parts.allSatisfy({ $0[2] == "1" }) { return parts.compactMap { $0[1] } }
            index += parts.count
        }
        return []
    }

    /// Two columns: the row's key as text and the whole row as text. In the order of the key, or of the text's hash
    /// where there is no key; the order is the same on both servers when their rows are.
    func query(_ database: String) -> String {
        let table = "\(Literal.name(database)).\(Literal.name(name))"
        let row = Self.joined(columns)
        if key.isEmpty { return "SELECT '', \(row) AS whole FROM \(table) ORDER BY SHA2(whole, 256)" }
        let keyColumns = columns.filter { key.contains($0.name) }
        return "SELECT \(Self.joined(keyColumns)), \(row) FROM \(table) ORDER BY \(key.map(Literal.name).joined(separator: ", "))"
    }

    private static func joined(_ columns: [Column]) -> String {
        "CONCAT_WS('|', \(columns.map { "COALESCE(\(text(of: $0)), 'NULL')" }.joined(separator: ", ")))"
    }

    /// Text that two values share only if they are the same, bit by bit.
    private static func text(of column: Column) -> String {
        let name = Literal.name(column.name)
        return switch column.type {
        // With all their digits and the sign of zero; shown as they are, a server rounds them.
        case "float", "double": "CAST(\(name) * 1e0 AS CHAR)"
        case "bit": "HEX(\(name) + 0)"
        case "enum", "set": "CONCAT(HEX(\(name)), '#', \(name) + 0)"
        case "json": "HEX(CAST(\(name) AS CHAR))"
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "timestamp", "time", "year", "uuid",
            "inet4", "inet6":
            "CAST(\(name) AS CHAR)"
        // Characters and bytes, whatever their character set: a HEX that is too short cannot be.
        default: "HEX(\(name))"
        }
    }
}
