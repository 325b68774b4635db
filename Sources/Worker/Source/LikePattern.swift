/// A name of a database as grants have it: `%` and `_` stand for others unless a backslash stands before them.
struct LikePattern {
    private let parts: [Part]

    private enum Part { case one(Character), anyOne, any }

    init(_ text: String) {
        var parts: [Part] = []
        var isEscaped = false
        for letter in text {
            if isEscaped {
                parts.append(.one(letter))
                isEscaped = false
            } else if letter == "\\" {
                isEscaped = true
            } else {
                parts.append(letter == "%" ? .any : letter == "_" ? .anyOne : .one(letter))
            }
        }
        self.parts = parts
    }

    func matches(_ text: String) -> Bool { matches(parts[...], text[...]) }

    private func matches(_ parts: ArraySlice<Part>, _ text: Substring) -> Bool {
        guard let part = parts.first else { return text.isEmpty }
        switch part {
        case .one(let letter): return text.first == letter && matches(parts.dropFirst(), text.dropFirst())
        case .anyOne: return !text.isEmpty && matches(parts.dropFirst(), text.dropFirst())
        case .any: return matches(parts.dropFirst(), text) || !text.isEmpty && matches(parts, text.dropFirst())
        }
    }
}
