package import SyncMySQL

/// Reads definitions from a server's `information_schema`.
package struct SchemaReader {
    let session: Session

    package init(_ session: Session) { self.session = session }

    /// nil when there is no such base table (views are none).
    package func table(_ name: TableName) throws(MySQLError) -> TableDefinition? {
        try definitions("TABLE_SCHEMA = \(quoteText(name.database)) AND TABLE_NAME = \(quoteText(name.table))").first
    }

    /// All base tables of a database, in three queries.
    package func definitions(in database: String) throws(MySQLError) -> [TableDefinition] {
        try definitions("TABLE_SCHEMA = \(quoteText(database))")
    }

    /// Those of these base tables that are there, in three queries.
    package func tables(named tables: [String], in database: String) throws(MySQLError) -> [TableDefinition] {
        if tables.isEmpty { return [] }
        let names = tables.map(quoteText).joined(separator: ", ")
        return try definitions("TABLE_SCHEMA = \(quoteText(database)) AND TABLE_NAME IN (\(names))")
    }

    /// Those of these base tables that are there.
    package func tables(_ names: [TableName]) throws(MySQLError) -> [TableDefinition] {
        var result: [TableDefinition] = []
        for (database, names) in Dictionary(grouping: Set(names), by: \.database).sorted(by: { $0.key < $1.key }) {
            result += try tables(named: names.map(\.table).sorted(), in: database)
        }
        return result
    }

    private func definitions(_ place: String) throws(MySQLError) -> [TableDefinition] {
        let heads = try session.rows(
            """
            SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION FROM information_schema.TABLES
            WHERE \(place) AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME
            """)
        if heads.isEmpty { return [] }
        var columns: [String: [TableDefinition.Column]] = [:]
        var expressions: [String: [String: (text: String, isStored: Bool)]] = [:]
        for row in try session.rows(
            """
            SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA,
                COALESCE(GENERATION_EXPRESSION, ''), COLUMN_DEFAULT IS NOT NULL, TABLE_NAME
            FROM information_schema.COLUMNS WHERE \(place) ORDER BY TABLE_NAME, ORDINAL_POSITION
            """)
        {
            try Self.check([row[4], row[5]])
            let (table, column) = (row[9] ?? "", column(row))
            columns[table, default: []].append(column)
            if column.isGenerated, let text = row[7], let extra = row[6] {
                expressions[table, default: [:]][column.name] = (text, !extra.lowercased().contains("virtual"))
            }
        }
        let indexes = try indexes(place)
        try Self.check(heads.map { $0[3] })
        for (table, generated) in expressions {
            let indexed = Set((indexes[table] ?? []).flatMap(\.columns).compactMap(\.self))
            let timestamps = (columns[table] ?? []).filter { $0.dataType == "timestamp" }.map(\.name)
            let found = ZoneDependence.columns(generated.mapValues(\.text), timestamps: timestamps)
                .filter { generated[$0]?.isStored == true || indexed.contains($0) }
            for place in (columns[table] ?? []).indices where found.contains(columns[table]?[place].name ?? "") {
                columns[table]?[place].isComputedInZone = true
            }
        }
        return heads.map { head in
            let table = head[1] ?? ""
            return TableDefinition(
                name: TableName(database: head[0] ?? "", table: table), engine: head[2] ?? "", columns: columns[table] ?? [],
                indexes: indexes[table] ?? [])
        }
    }

    /// Names of character sets and collations stand before literals in statements, also for the other server.
    private static func check(_ names: [String?]) throws(MySQLError) {
        for name in names {
            guard let name, !CharacterSetName.isName(name) else { continue }
            throw MySQLError(code: .invalidName, message: "it calls a character set or collation '\(name.prefix(100))'")
        }
    }

    /// Base tables of a database, by name.
    package func tables(in database: String) throws(MySQLError) -> [String] {
        try session.rows(
            """
            SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = \(quoteText(database))
                AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME
            """
        ).compactMap { $0[0] }
    }

    package func views(in database: String) throws(MySQLError) -> [String] {
        try session.rows(
            "SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = \(quoteText(database)) ORDER BY TABLE_NAME"
        ).compactMap { $0[0] }
    }

    package func databaseExists(_ database: String) throws(MySQLError) -> Bool {
        try session.value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(quoteText(database))") != nil
    }

    private func column(_ row: TextRow) -> TableDefinition.Column {
        let extra = (row[6] ?? "").lowercased()
        let columnType = row[2] ?? ""
        let isNullable = row[3] == "YES"
        let isAutoIncrement = extra.contains("auto_increment")
        return TableDefinition.Column(
            name: row[0] ?? "", dataType: (row[1] ?? "").lowercased(), columnType: columnType, isNullable: isNullable,
            isUnsigned: columnType.lowercased().contains("unsigned"), characterSet: row[4], collation: row[5],
            // "DEFAULT_GENERATED" only says that the default is an expression.
            isGenerated: !(row[7] ?? "").isEmpty || extra.contains("virtual generated") || extra.contains("stored generated"),
            isOptional: isNullable || isAutoIncrement || row[8] == "1" || extra.contains("default_generated"),
            isAutoIncrement: isAutoIncrement)
    }

    private func indexes(_ place: String) throws(MySQLError) -> [String: [TableDefinition.Index]] {
        let rows = try session.rows(
            """
            SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, INDEX_TYPE, TABLE_NAME FROM information_schema.STATISTICS
            WHERE \(place) ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
            """)
        var result: [String: [TableDefinition.Index]] = [:]
        for row in rows {
            let name = row[0] ?? ""
            let table = row[5] ?? ""
            var indexes = result[table] ?? []
            if indexes.last?.name != name {
                indexes.append(.init(name: name, isUnique: row[1] == "0", columns: [], hasPrefix: false, isHash: row[4] == "HASH"))
            }
            indexes[indexes.count - 1].columns.append(row[2])
            if row[3] != nil { indexes[indexes.count - 1].hasPrefix = true }
            result[table] = indexes
        }
        return result
    }
}
