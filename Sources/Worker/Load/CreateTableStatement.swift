import SyncModel
import WorkerSchema

/// A CREATE TABLE as SHOW CREATE TABLE prints it, taken apart as far as it has to be rewritten.
struct CreateTableStatement: Sendable {
    /// Column, key and constraint definitions.
    var items: [[DDLToken]]
    /// What stands behind the closing parenthesis: options and partitions.
    var options: [DDLToken]

    /// nil when the text is something else.
    init?(_ statement: String) {
        let tokens = DDLTokens.of(statement)
        guard let open = tokens.firstIndex(where: { $0.isPunctuation("(") }), tokens.first?.isWord("CREATE") == true,
            tokens[..<open].contains(where: { $0.isWord("TABLE") })
        else { return nil }
        items = [[]]
        var depth = 1
        var index = open + 1
        while index < tokens.count {
            let token = tokens[index]
            index += 1
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") {
                depth -= 1
                if depth == 0 { break }
            }
            if depth == 1 && token.isPunctuation(",") { items.append([]) } else { items[items.count - 1].append(token) }
        }
        guard depth == 0 else { return nil }
        options = Array(tokens[index...])
        // It makes a table; it does not fill it with what a query of somebody else's reads, nor take another one's definition.
        let queries = ["SELECT", "TABLE", "ROW"]
        guard !options.contains(where: { token in token.isPunctuation(";") || queries.contains(where: token.isWord) }), items.allSatisfy(Self.isDefinition) else { return nil }
    }

    /// What servers print between the parentheses: columns by their quoted names, and what begins with one of these words.
    private static func isDefinition(_ item: [DDLToken]) -> Bool {
        let words: Set = ["PRIMARY", "UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR", "CONSTRAINT", "FOREIGN", "CHECK", "PERIOD"]
        guard let first = item.first, first.kind == .name || (first.kind == .word && words.contains(first.text.uppercased())) else { return false }
        return !item.contains { $0.isWord("SELECT") }
    }

    func text(for table: TableName) -> String {
        let list = items.map { "  " + DDLTokens.text($0) }.joined(separator: ",\n")
        let options = DDLTokens.text(options)
        return "CREATE TABLE \(table.quoted) (\n\(list)\n)" + (options.isEmpty ? "" : " " + options)
    }
}

/// Finding and changing things in a run of tokens, outside of parentheses.
extension [DDLToken] {
    /// Indices of tokens that stand in no parentheses.
    var outer: [Int] {
        var depth = 0
        var result: [Int] = []
        for index in indices {
            if self[index].isPunctuation("(") { depth += 1 }
            if depth == 0 { result.append(index) }
            if self[index].isPunctuation(")") { depth -= 1 }
        }
        return result
    }

    /// Place of a run of keywords outside of parentheses.
    func place(of words: String...) -> Int? {
        let outer = outer
        return outer.first { start in
            words.indices.allSatisfy { start + $0 < count && self[start + $0].isWord(words[$0]) }
        }
    }

    func has(_ word: String) -> Bool { place(of: word) != nil }

    /// End of the parenthesis that opens at `open`, past the closing one.
    func end(ofParenthesisAt open: Int) -> Int {
        var depth = 0
        for index in open..<count {
            if self[index].isPunctuation("(") { depth += 1 }
            if self[index].isPunctuation(")") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return count
    }

    /// Removes `WORD [=] VALUE` wherever it stands.
    ///
    /// - Parameter mayBeName: MariaDB prints options of engines as names in back quotes; among columns and keys these are names.
    /// - Returns: whether there was one.
    @discardableResult
    mutating func removeOption(_ words: [String], mayBeName: Bool) -> Bool {
        var found = false
        var index = 0
        while index < count {
            guard isOption(words, at: index, mayBeName) else {
                index += 1
                continue
            }
            var end = index + words.count
            if end < count, self[end].isPunctuation("=") { end += 1 }
            removeSubrange(index..<Swift.min(end + 1, count))
            found = true
        }
        return found
    }

    /// The value of `WORD [=] VALUE`; nil when there is no such option.
    func option(_ word: String) -> String? {
        guard let index = indices.first(where: { isOption([word], at: $0, true) }) else { return nil }
        let place = index + 1 < count && self[index + 1].isPunctuation("=") ? index + 2 : index + 1
        return place < count ? self[place].text : nil
    }

    private func isOption(_ words: [String], at index: Int, _ mayBeName: Bool) -> Bool {
        words.indices.allSatisfy { offset in
            guard index + offset < count else { return false }
            let token = self[index + offset]
            return token.isWord(words[offset]) || (mayBeName && token.name?.uppercased() == words[offset])
        }
    }

    /// Names of functions that are called, in lower case; those of users, which are printed in back quotes, are not among them.
    var calledFunctions: Set<String> {
        Set(
            indices.dropLast().filter {
                self[$0].kind == .word && self[$0 + 1].isPunctuation("(") && !self[$0 + 1].hasSpaceBefore
            }
            .map { self[$0].text.lowercased() }
        )
    }

    mutating func removeWord(_ word: String) { removeAll { $0.isWord(word) } }

    mutating func replaceWord(_ word: String, by other: String) {
        for index in indices where self[index].isWord(word) { self[index].text = other }
    }
}
