import SyncModel
import WorkerSchema

/// MariaDB's CREATE TABLE for MySQL.
struct MySQLDialect: TableDialect {
    let table: TableTranslation

    private static let largeTypes: Set<String> = [
        "tinyblob", "blob", "mediumblob", "longblob", "tinytext", "text", "mediumtext", "longtext", "json", "geometry",
        "point",
        "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
    ]

    func rewrite(_ parts: inout CreateTableStatement, _ leftOut: inout LeftOut) throws(Failure) {
        for index in parts.items.indices {
            if parts.items[index].first?.kind == .name {
                try rewriteColumn(&parts.items[index], &leftOut)
            } else {
                try rewriteKey(&parts.items[index])
            }
        }
        if parts.options.option("ENCRYPTED")?.uppercased().contains("YES") == true {
            throw table.refusal("it is encrypted, and MySQL encrypts by other options")
        }
        parts.options.removeOption(["ENCRYPTED"], mayBeName: true)
        for option in [
            "PAGE_CHECKSUM", "TRANSACTIONAL", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "ENCRYPTION_KEY_ID",
            "SEQUENCE",
        ] {
            leftOut.option(option, from: &parts.options)
        }
        if parts.options.hasDefaultPartition { throw table.refusal("it has a DEFAULT partition") }
    }

    private func rewriteColumn(_ column: inout [DDLToken], _ leftOut: inout LeftOut) throws(Failure) {
        let name = column[0].name ?? ""
        let type = column.count > 1 ? column[1].text.lowercased() : ""
        if column.has("VERSIONING") { throw table.refusal("its column \(name) is versioned") }
        if let compressed = column.place(of: "COMPRESSED") {
            let hasMethod = compressed + 2 < column.count && column[compressed + 1].isPunctuation("=")
            column.removeSubrange(compressed..<compressed + (hasMethod ? 3 : 1))
            leftOut.add("COMPRESSED of \(name)")
        }
        leftOut.option("REF_SYSTEM_ID", of: name, from: &column)
        wrapDefault(of: &column, type: type)
    }

    /// MySQL wants a default that is an expression, or that of a large type, in parentheses.
    private func wrapDefault(of column: inout [DDLToken], type: String) {
        guard let place = column.place(of: "DEFAULT"), place + 1 < column.count else { return }
        let start = place + 1
        if column[start].isPunctuation("(") || column[start].isWord("NULL") { return }
        var end = start + 1
        if column[start].isPunctuation("-") || column[start].isPunctuation("+") { end += 1 }
        // Numbers with a point, and strings with an introducer or a prefix (b'…', x'…').
        while end < column.count, !column[end].hasSpaceBefore,
            column[end].isPunctuation(".") || column[end - 1].isPunctuation(".") || column[end].kind == .string
        { end += 1 }
        var isCall = false
        if end < column.count, column[start].kind == .word, column[end].isPunctuation("("), !column[end].hasSpaceBefore
        {
            isCall = true
            end = column.end(ofParenthesisAt: end)
        }
        let isClock = column[start].isWord("CURRENT_TIMESTAMP") && ["timestamp", "datetime"].contains(type)
        guard (isCall && !isClock) || Self.largeTypes.contains(type) else { return }
        column.insert(DDLToken(.punctuation, ")", hasSpaceBefore: false), at: end)
        column[start].hasSpaceBefore = false
        column.insert(DDLToken(.punctuation, "("), at: start)
    }

    private func rewriteKey(_ key: inout [DDLToken]) throws(Failure) {
        if key.first?.isWord("PERIOD") == true || key.contains(where: { $0.isWord("OVERLAPS") }) {
            throw table.refusal("it has a period")
        }
        if key.first?.isWord("VECTOR") == true { throw table.refusal("it has a vector index") }
        if let not = key.place(of: "NOT", "IGNORED") { key.removeSubrange(not...not + 1) }
        if key.has("IGNORED") { key.replaceWord("IGNORED", by: "INVISIBLE") }
    }
}

extension [DDLToken] {
    /// MariaDB's partition for all values that no other one lists.
    fileprivate var hasDefaultPartition: Bool {
        indices.dropLast(2).contains { self[$0].isWord("PARTITION") && self[$0 + 2].isWord("DEFAULT") }
    }
}
