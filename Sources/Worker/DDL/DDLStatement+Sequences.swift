import WorkerBinlog
import WorkerSchema

/// Sequences (MariaDB): tables of one row to the log and to statements about tables. They are not carried over, as each side of a pair
/// would draw from its own.
extension DDLStatement {
    /// Whether it is about nothing but sequences.
    package var isOfSequences: Bool {
        switch (kind.verb, kind.object) {
        case (_, .sequence): true
        case (.create, .table): makesSequence || references.contains { $0.role == .model && sequences.contains($0.table) }
        case (_, .table):
            !sequences.isEmpty && references.allSatisfy { $0.role != .subject || sequences.contains($0.table) }
        default: false
        }
    }

    /// The option SEQUENCE makes one of a table.
    private var makesSequence: Bool {
        var depth = 0
        for place in tokens.indices.dropFirst(body) {
            if tokens[place].isPunctuation("(") { depth += 1 }
            if tokens[place].isPunctuation(")") { depth -= 1 }
            guard depth == 0, tokens[place].isWord("SEQUENCE") else { continue }
            let value = place + 1 < tokens.count && tokens[place + 1].isPunctuation("=") ? place + 2 : place + 1
            if value < tokens.count, tokens[value].text == "1" { return true }
        }
        return false
    }

    /// The sequence that a column takes its default from, as the statement calls it; nil: none does.
    var sequenceOfDefault: String? {
        guard kind.object == .table, kind.verb == .create || kind.verb == .alter else { return nil }
        for place in tokens.indices.dropFirst(body) where tokens[place].kind == .word {
            var cursor = SQLCursor(tokens, at: place)
            if cursor.skip("NEXT", "VALUE", "FOR") || cursor.skip("PREVIOUS", "VALUE", "FOR") { return name(cursor) }
            if ["NEXTVAL", "LASTVAL", "SETVAL", "CURRVAL"].contains(where: tokens[place].isWord) {
                cursor.advance()
                // The prefix of a key over a column of that name is a number.
                if cursor.skip(punctuation: "("), let name = name(cursor), Int(name) == nil { return name }
                // `sequence.NEXTVAL`, as in Oracle.
                if place > body + 1, tokens[place - 1].isPunctuation(".") { return tokens[place - 2].identifier }
            }
        }
        return nil
    }

    private func name(_ cursor: SQLCursor) -> String? {
        guard let first = cursor.current?.identifier else { return nil }
        guard cursor.peek()?.isPunctuation(".") == true, let second = cursor.peek(2)?.identifier else { return first }
        return "\(first).\(second)"
    }
}
