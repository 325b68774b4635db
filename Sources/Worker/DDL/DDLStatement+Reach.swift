import WorkerBinlog

/// What a statement takes from elsewhere, or gives away: it would be executed with the rights of the task's user, on tables
/// and machines that are none of the task's business.
extension DDLStatement {
    /// Why the statement reaches beyond the table that it is about; nil: it does not.
    var reach: String? {
        if isSeveral { return "it holds more than one statement" }
        guard kind.object == .table, kind.verb == .create || kind.verb == .alter else { return nil }
        if swapsFile { return "DISCARD and IMPORT TABLESPACE exchange the table's file, which only this server has" }
        if copiesRows { return "it fills the table with the rows of a query, which the log of rows does not have" }
        if versionsRows { return "the table becomes system-versioned, and its log has rows of its history among the others" }
        let rest = Array(tokens[min(body, tokens.count)...])
        if convertsPartition { return "it makes a table of a partition, or a partition of a table" }
        let engine = rest.items.lazy.compactMap(Self.engine).first {
            let name = $0.uppercased()
            return name != "INNODB" && name != "INNOBASE" && !Self.convertedEngines.contains(name)
        }
        if let engine { return "rows of the engine \(engine) live elsewhere" }
        guard definesForeignKey else { return nil }
        return engines.map { String(decoding: bytes[$0], as: UTF8.self) }.first(where: Self.passesForeignKeysOver).map(Self.foreignKeys)
    }

    /// It defines a foreign key, for a table whose engine it does not name: which it is only the source can tell.
    package var definesForeignKeyForAnyEngine: Bool {
        definesForeignKey && !Array(tokens[min(body, tokens.count)...]).items.contains { Self.engine($0) != nil }
    }

    private var definesForeignKey: Bool { references.contains { $0.role == .parent } }

    package static func passesForeignKeysOver(_ engine: String) -> Bool { !["INNODB", "NDB", "NDBCLUSTER"].contains(engine.uppercased()) }

    /// Why a foreign key of a table of that engine cannot be carried over.
    package static func foreignKeys(_ engine: String) -> String {
        "the engine \(engine) of the source passes its foreign key over, and the target's InnoDB would not"
    }

    /// What the option ENGINE in an item of the statement says; columns and keys may have that name.
    private static func engine(_ item: [SQLToken]) -> String? {
        if let first = item.first, verbsOfColumns.contains(where: first.isWord) { return nil }
        var depth = 0
        for (place, token) in item.enumerated() {
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            guard depth == 0, token.isWord("ENGINE") else { continue }
            let value = place + 1 < item.count && item[place + 1].isPunctuation("=") ? place + 2 : place + 1
            return value < item.count ? item[value].identifier : nil
        }
        return nil
    }

    /// Something follows behind its end.
    private var isSeveral: Bool {
        guard let end = tokens.firstIndex(where: { $0.isPunctuation(";") }) else { return false }
        return tokens[end...].contains { !$0.isPunctuation(";") }
    }

    /// Those beside InnoDB that keep a table's rows in it, and become InnoDB. Others read files of the server, other tables or other servers.
    static let convertedEngines: Set<String> = [
        "MYISAM", "ARIA", "MARIA", "MEMORY", "HEAP", "CSV", "ARCHIVE", "TOKUDB", "ROCKSDB", "NDB", "NDBCLUSTER",
    ]

    /// `WITH SYSTEM VERSIONING` of a table or of a column, `ADD SYSTEM VERSIONING` (MariaDB).
    private var versionsRows: Bool {
        tokens.indices.dropFirst(min(body, tokens.count)).dropLast(2).contains { place in
            (tokens[place].isWord("WITH") || tokens[place].isWord("ADD")) && tokens[place + 1].isWord("SYSTEM")
                && tokens[place + 2].isWord("VERSIONING")
        }
    }

    /// CREATE TABLE … SELECT, and its forms with TABLE and VALUES.
    var copiesRows: Bool {
        guard kind.verb == .create, kind.object == .table else { return false }
        return tokens[min(body, tokens.count)...].indices.contains { place in
            let token = tokens[place]
            if token.isWord("SELECT") { return true }
            let next = place + 1 < tokens.count ? tokens[place + 1] : nil
            if token.isWord("VALUES"), next?.isWord("ROW") == true || next?.isPunctuation("(") == true {
                // `PARTITION … VALUES IN (…)` and `LESS THAN (…)` have a word in between.
                return true
            }
            return token.isWord("TABLE") && next?.identifier != nil
        }
    }
}
