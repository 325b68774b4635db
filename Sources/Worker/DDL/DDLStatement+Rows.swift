import WorkerBinlog

/// What a statement does to rows that are there.
extension DDLStatement {
    /// Rows are gone afterwards, or under another table's name; and no row in the log says so.
    package var movesRows: Bool {
        switch (kind.verb, kind.object) {
        case (.truncate, .table), (.drop, .table), (.drop, .database): return true
        case (.rename, .table): return !renamed.isEmpty
        case (.create, .table): return replacesTable
        case (.alter, .table):
            if dropsPartition || exchangesPartition || !renamed.isEmpty { return true }
            return Array(tokens[min(body, tokens.count)...]).items.contains { item in
                guard let verb = item.first, item.count > 1 else { return false }
                // Out of a partitioned table or into it; a file in the place of the table's.
                return verb.isWord("CONVERT") && (item[1].isWord("PARTITION") || item[1].isWord("TABLE"))
                    || (verb.isWord("DISCARD") || verb.isWord("IMPORT"))
            }
        default: return false
        }
    }
}
