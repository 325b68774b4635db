import SyncModel
import WorkerSchema

/// MySQL's CREATE TABLE for MariaDB.
struct MariaDBDialect: TableDialect {
    let table: TableTranslation

    func rewrite(_ parts: inout CreateTableStatement, _ leftOut: inout LeftOut) throws(Failure) {
        // A constraint that is not enforced decides nothing.
        parts.items.removeAll { item in
            guard item.place(of: "NOT", "ENFORCED") != nil else { return false }
            leftOut.add("the check \(item.dropFirst().first?.name ?? ""), which is not enforced")
            return true
        }
        for index in parts.items.indices {
            try rewriteLiterals(&parts.items[index])
            if parts.items[index].first?.kind == .name {
                rewriteColumn(&parts.items[index], &leftOut)
            } else {
                try rewriteKey(&parts.items[index], &leftOut)
            }
        }
        if parts.options.option("ENCRYPTION")?.uppercased() == "'Y'" {
            throw table.refusal("it is encrypted, and MariaDB encrypts by other options")
        }
        parts.options.removeOption(["ENCRYPTION"], mayBeName: false)
        for option in [
            "COMPRESSION", "AUTOEXTEND_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE", "SECONDARY_ENGINE_ATTRIBUTE",
            "STORAGE",
        ] {
            leftOut.option(option, from: &parts.options)
        }
    }

    /// MariaDB keeps a literal with a character set in a form that it cannot read again (`_utf8mb4'\xC3\xBC'`, or with bare quotes)
    /// when not all of it is ASCII, or some of it is escaped. Without the character set it has that of the session, UTF-8.
    private func rewriteLiterals(_ item: inout [DDLToken]) throws(Failure) {
        for index in item.indices.dropLast().reversed() {
            let text = item[index].text.lowercased()
            guard item[index].kind == .word, text.hasPrefix("_"), item[index + 1].kind == .string,
                !Self.isPlain(item[index + 1].text)
            else { continue }
            guard ["_utf8mb4", "_utf8mb3", "_utf8"].contains(text) else {
                throw table.refusal("its definition has a literal of the character set \(text.dropFirst())")
            }
            item[index + 1].hasSpaceBefore = item[index].hasSpaceBefore
            item.remove(at: index)
        }
    }

    private static func isPlain(_ literal: String) -> Bool {
        literal.utf8.dropFirst().dropLast().allSatisfy {
            $0 < 128 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "'")
        }
    }

    private func rewriteColumn(_ column: inout [DDLToken], _ leftOut: inout LeftOut) {
        let name = column.first?.name ?? ""
        if column.count > 1, column[1].isWord("GEOMCOLLECTION") { column[1].text = "geometrycollection" }
        for option in ["COLUMN_FORMAT", "STORAGE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"] {
            leftOut.option(option, of: name, from: &column)
        }
        // Each value has its own; the column's only restricts them.
        leftOut.option("SRID", of: name, from: &column)
        // MariaDB takes no NOT NULL there; the values are those of the expression either way.
        if let generated = column.place(of: "GENERATED"), let not = column.place(of: "NOT", "NULL"), not > generated {
            column.removeSubrange(not...not + 1)
        }
    }

    private func rewriteKey(_ key: inout [DDLToken], _ leftOut: inout LeftOut) throws(Failure) {
        let generated = Set(table.source.columns.filter(\.isGenerated).map { $0.name.lowercased() })
        if key.first?.isWord("PRIMARY") == true,
            key.contains(where: { generated.contains($0.name?.lowercased() ?? "") })
        {
            throw table.refusal("its primary key has a generated column")
        }
        if let open = key.firstIndex(where: { $0.isPunctuation("(") }), key.first?.isWord("CONSTRAINT") != true,
            key.first?.isWord("CHECK") != true
        {
            for index in open + 1..<key.count where key[index].isPunctuation("(") {
                if key[index - 1].isPunctuation("(") || key[index - 1].isPunctuation(",") {
                    throw table.refusal("it has an index over an expression")
                }
            }
        }
        if key.has("PARSER") { throw table.refusal("it has a full-text index with a parser of its own") }
        for option in ["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"] {
            leftOut.option(option, of: "an index", from: &key)
        }
        if key.has("INVISIBLE") { key.replaceWord("INVISIBLE", by: "IGNORED") }
    }
}
