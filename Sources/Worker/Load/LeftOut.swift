/// What of a source's definition the target's will not say, for the user to know.
struct LeftOut {
    private(set) var names: [String] = []

    mutating func add(_ name: String) { names.append(name) }

    /// Removes an option of a table.
    mutating func option(_ words: String..., from options: inout [DDLToken]) {
        if options.removeOption(words, mayBeName: true) { add(words.joined(separator: " ")) }
    }

    /// Removes an option of a column or key.
    mutating func option(_ word: String, of name: String, from tokens: inout [DDLToken]) {
        if tokens.removeOption([word], mayBeName: false) { add("\(word) of \(name)") }
    }
}
