import WorkerBinlog
package import WorkerSchema

/// Which tables may have other columns after a statement.
extension DDLStatement {
    /// Tables by names that may have other columns afterwards, or be other tables.
    package var redefinedTables: [TableName] {
        guard kind.object == .table else { return [] }
        switch kind.verb {
        case .truncate: return []
        // Whoever has rows of the table knows that it is there.
        case .create: return createsIfAbsent ? [] : Array(subjects.prefix(1))
        case .alter: return leavesColumns ? [] : subjects
        default: return subjects
        }
    }

    /// Whether an ALTER TABLE is about other things than columns: keys, partitions, options that no column depends on. Whatever is not known
    /// here may change them.
    var leavesColumns: Bool { !alterItems.isEmpty && alterItems.allSatisfy(Self.leavesColumns) }

    private static let parts: Set<String> = ["INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PARTITION"]
    private static let options: Set<String> = ["ENABLE", "DISABLE", "COMMENT", "AUTO_INCREMENT", "ALGORITHM", "LOCK", "ENGINE"]
    private static let ofPartitions: Set<String> = ["ANALYZE", "CHECK", "OPTIMIZE", "REBUILD", "REPAIR", "TRUNCATE", "COALESCE", "REORGANIZE"]

    private static func leavesColumns(_ item: [SQLToken]) -> Bool {
        guard let verb = item.first, verb.kind == .word, item.count > 1 else { return false }
        func next(isIn words: Set<String>) -> Bool { item[1].kind == .word && words.contains(item[1].text.uppercased()) }
        let word = verb.text.uppercased()
        switch word {
        // Two words at least behind it: `ADD key INT` is a column, and what it adds is told apart by what follows.
        case "ADD": return next(isIn: parts) && item.count > 2 && (item[1].isWord("KEY") ? item.contains { $0.isPunctuation("(") } : true)
            && columnNames(item).isEmpty
        case "DROP": return next(isIn: parts) && item.count > 2
        case "RENAME": return next(isIn: ["INDEX", "KEY"])
        case _ where ofPartitions.contains(word): return next(isIn: ["PARTITION"])
        // Options may stand one behind the other without commas.
        case _ where options.contains(word): return item.count <= 3
        default: return false
        }
    }
}
