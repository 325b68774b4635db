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

    /// On one line, without control characters.
    var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
