import SyncModel

/// How services count the length of a text.
enum TextMeasure {
    case bytes
    /// UTF-16 code units: what most services count, and never less than characters.
    case units

    func callAsFunction(_ text: some StringProtocol) -> Int {
        switch self {
        case .bytes: text.utf8.count
        case .units: text.utf16.count
        }
    }
}

extension String {
    /// At most `limit` long, cut between two characters as readers see them, with `…` for what is missing.
    func cut(to limit: Int, _ measure: TextMeasure = .units) -> String {
        guard measure(self) > limit else { return self }
        var room = limit - measure("…")
        guard room >= 0 else { return "" }
        var end = startIndex
        while end < endIndex {
            let next = index(after: end)
            room -= measure(self[end..<next])
            if room < 0 { break }
            end = next
        }
        return self[..<end] + "…"
    }

    /// On one line, without anything that is not to be seen.
    var onOneLine: String { visibleOnOneLine }

    /// As it may stand in a mail or a chat: what servers write becomes no link and calls nobody. JSON of webhooks has the text as it is.
    var harmless: String {
        var result = ""
        var previous: Character?
        for character in visible.replacing("://", with: ": //") {
            // Addresses (`ops@example.com`) and accounts (`'dts'@'%'`) stay as they are.
            let begins = previous.map { $0.isWhitespace || "([{<>,;:*_~|!".contains($0) } ?? true
            result.append(character == "@" && begins ? "＠" : character)
            previous = character
        }
        return result
    }
}
