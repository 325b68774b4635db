/// A table as a server describes it now.
package struct TableDefinition: Sendable, Hashable, Codable {
    package struct Column: Sendable, Hashable, Codable {
        package var name: String
        /// `int`, `varchar`, … in lower case.
        package var dataType: String
        /// The whole type, e.g. `int(10) unsigned zerofill`.
        package var columnType: String
        package var isNullable: Bool
        package var isUnsigned: Bool
        /// nil for anything but character columns.
        package var characterSet: String?
        package var collation: String?
        /// Computed by the server; never written by us.
        package var isGenerated: Bool
        /// A row can be inserted without naming this column.
        package var isOptional: Bool
        package var isAutoIncrement: Bool
        /// A stored value that is computed in the time zone of whoever writes the row; nil: not so.
        package var isComputedInZone: Bool?

        package init(
            name: String, dataType: String, columnType: String, isNullable: Bool, isUnsigned: Bool, characterSet: String?,
            collation: String?, isGenerated: Bool, isOptional: Bool, isAutoIncrement: Bool
        ) {
            self.name = name
            self.dataType = dataType
            self.columnType = columnType
            self.isNullable = isNullable
            self.isUnsigned = isUnsigned
            self.characterSet = characterSet
            self.collation = collation
            self.isGenerated = isGenerated
            self.isOptional = isOptional
            self.isAutoIncrement = isAutoIncrement
        }
    }

    package struct Index: Sendable, Hashable, Codable {
        package var name: String
        package var isUnique: Bool
        /// Column names in order; nil for a functional part.
        package var columns: [String?]
        /// Whether any part indexes only a prefix of its column.
        package var hasPrefix: Bool
        /// Over whole texts: MariaDB keeps their hash in a hidden column.
        package var isHash = false
    }

    package var name: TableName
    package var engine: String
    package var columns: [Column]
    package var indexes: [Index]

    package init(name: TableName, engine: String, columns: [Column], indexes: [Index]) {
        self.name = name
        self.engine = engine
        self.columns = columns
        self.indexes = indexes
    }

    /// The log has further columns behind these: MariaDB's hashes of whole texts.
    package var hasHiddenColumns: Bool { engine.uppercased() != "MEMORY" && indexes.contains(where: \.isHash) }

    package func index(ofColumn name: String) -> Int? {
        // Column names are compared as the server does: without regard to case.
        let folded = name.lowercased()
        return columns.firstIndex { $0.name.lowercased() == folded }
    }

    /// The columns that identify a row: the primary key, else a unique key over whole NOT NULL columns. nil: keyless.
    package var keyColumns: [Int]? { key?.columns }

    /// The index behind ``keyColumns``; nil: keyless.
    package var keyIndex: Index? { key?.index }

    private var key: (index: Index, columns: [Int])? {
        let candidates = indexes.filter { $0.isUnique && !$0.hasPrefix }
            .sorted { ($0.name == "PRIMARY" ? 0 : 1, $0.name) < ($1.name == "PRIMARY" ? 0 : 1, $1.name) }
        for index in candidates {
            var key: [Int] = []
            for name in index.columns {
                guard let name, let column = self.index(ofColumn: name), !columns[column].isNullable else { break }
                key.append(column)
            }
            if key.count == index.columns.count { return (index, key) }
        }
        return nil
    }

    /// Columns that take part in a unique key other than the identifying one. Functional parts count all columns.
    package var otherUniqueColumns: Set<Int> {
        guard let key = keyColumns else { return [] }
        var result: Set<Int> = []
        for index in indexes where index.isUnique {
            let columns = index.columns.map { $0.flatMap { self.index(ofColumn: $0) } }
            if columns == key.map(Optional.some), !index.hasPrefix { continue }
            for column in columns {
                if let column { result.insert(column) } else { result.formUnion(self.columns.indices) }
            }
        }
        return result
    }
}
