import WorkerBinlog

/// Parts of a statement that stand for themselves wherever they are.
extension DDLStatement {
    /// `SET STATEMENT … FOR` before it (MariaDB). What it sets is in the event, as far as it decides what the statement does; the
    /// rest, ceilings of time among it, is for the session that wrote it.
    var settingsRange: Range<Int>? {
        verb > 0 && verb < tokens.count ? tokens[0].range.lowerBound..<tokens[verb].range.lowerBound : nil
    }

    /// `IF EXISTS` stands behind its first words.
    var isConditional: Bool {
        let head = tokens[verb...].prefix(4)
        return zip(head, head.dropFirst()).contains { $0.isWord("IF") && $1.isWord("EXISTS") }
    }

    /// `CREATE OR REPLACE` (MariaDB).
    package var replacesTable: Bool { tokens.count > verb + 2 && tokens[verb + 1].isWord("OR") && tokens[verb + 2].isWord("REPLACE") }

    /// `IF NOT EXISTS` stands behind its first words.
    var createsIfAbsent: Bool {
        let head = tokens[verb...].prefix(6)
        return zip(head, head.dropFirst()).contains { $0.isWord("NOT") && $1.isWord("EXISTS") }
    }

    /// What an item of ALTER TABLE begins with that is about a column or a key.
    static let verbsOfColumns = ["ADD", "CHANGE", "MODIFY", "ALTER", "RENAME", "DROP", "ORDER"]

    /// Where names of storage engines stand that become InnoDB, in the options of a table and of its partitions: rows and position have
    /// to commit together.
    var engines: [Range<Int>] {
        guard kind.object == .table, kind.verb == .create || kind.verb == .alter else { return [] }
        var result: [Range<Int>] = []
        var depth = 0
        var isPartitioned = false
        // Columns and keys may have that name.
        var isOfColumn = false
        for place in tokens.indices.dropFirst(min(body, tokens.count)) {
            let token = tokens[place]
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            if depth == 0, token.isWord("PARTITION") { isPartitioned = true }
            if depth == 0, place == body || tokens[place - 1].isPunctuation(",") {
                isOfColumn = Self.verbsOfColumns.contains(where: token.isWord)
            }
            if isOfColumn, !isPartitioned { continue }
            guard token.isWord("ENGINE"), depth == 0 || isPartitioned, place + 1 < tokens.count else { continue }
            let isAssigned = tokens[place + 1].isPunctuation("=")
            let name = place + (isAssigned ? 2 : 1)
            guard name < tokens.count, let engine = tokens[name].identifier?.uppercased(), Self.convertedEngines.contains(engine) else { continue }
            result.append(tokens[name].range)
        }
        return result
    }
}
