/// A piece of a statement that a server printed, with its text as it stood there.
struct DDLToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Keyword, bare name or number.
        case word
        /// Name in back quotes.
        case name
        case string
        case punctuation
    }

    var kind: Kind
    var text: String
    /// Whether something blank stood before it; a space between a function and its parenthesis would matter.
    var hasSpaceBefore: Bool

    init(_ kind: Kind, _ text: String, hasSpaceBefore: Bool = true) {
        self.kind = kind
        self.text = text
        self.hasSpaceBefore = hasSpaceBefore
    }

    static func name(_ name: String, hasSpaceBefore: Bool = true) -> DDLToken {
        DDLToken(.name, "`" + name.replacing("`", with: "``") + "`", hasSpaceBefore: hasSpaceBefore)
    }

    /// The name without its quotes; nil for anything else.
    var name: String? {
        kind == .name ? String(text.dropFirst().dropLast()).replacing("``", with: "`") : nil
    }

    /// Whether it is this keyword, given in upper case.
    func isWord(_ word: String) -> Bool { kind == .word && text.uppercased() == word }

    func isPunctuation(_ text: String) -> Bool { kind == .punctuation && self.text == text }
}

/// The tokens of a statement that a server printed with SHOW CREATE.
///
/// Comments are dropped, but what stands in `/*! … */` and `/*M! … */` counts: the server that printed it means it, and
/// another one must not pass it over silently.
struct DDLTokens {
    private let bytes: [UInt8]
    private var position = 0
    private var hasSpace = false

    static func of(_ statement: String) -> [DDLToken] {
        var scanner = DDLTokens(bytes: Array(statement.utf8))
        var result: [DDLToken] = []
        while let token = scanner.next() { result.append(token) }
        return result
    }

    /// What stands before and from a keyword on; nil without it. Nothing is changed, comments included.
    static func divide(_ statement: String, before keyword: (DDLToken) -> Bool) -> (head: String, rest: String)? {
        var scanner = DDLTokens(bytes: Array(statement.utf8))
        while let token = scanner.next() {
            guard keyword(token) else { continue }
            let place = scanner.position - token.text.utf8.count
            return (
                String(decoding: scanner.bytes[..<place], as: UTF8.self),
                String(decoding: scanner.bytes[place...], as: UTF8.self)
            )
        }
        return nil
    }

    /// The statement again.
    static func text(_ tokens: [DDLToken]) -> String {
        var result = ""
        for token in tokens {
            if token.hasSpaceBefore && !result.isEmpty { result += " " }
            result += token.text
        }
        return result
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func next() -> DDLToken? {
        hasSpace = false
        skipBlank()
        guard position < bytes.count else { return nil }
        let start = position
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "`"):
            skipQuoted(byte)
            return token(.name, start)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            skipQuoted(byte)
            return token(.string, start)
        default:
            position += 1
            guard Self.isWord(byte) else { return token(.punctuation, start) }
            while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
            return token(.word, start)
        }
    }

    private func token(_ kind: DDLToken.Kind, _ start: Int) -> DDLToken {
        DDLToken(kind, String(decoding: bytes[start..<position], as: UTF8.self), hasSpaceBefore: hasSpace)
    }

    private mutating func skipBlank() {
        while position < bytes.count {
            if bytes[position] <= 32 {
                position += 1
            } else if starts(with: "*/") {
                position += 2
            } else if starts(with: "/*!") || starts(with: "/*M!") {
                position += starts(with: "/*!") ? 3 : 4
                while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
            } else if starts(with: "/*") {
                position += 2
                while position < bytes.count, !starts(with: "*/") { position += 1 }
            } else {
                return
            }
            hasSpace = true
        }
    }

    private mutating func skipQuoted(_ quote: UInt8) {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                position += 2
            } else if byte == quote {
                position += 1
                guard position < bytes.count, bytes[position] == quote else { return }
                position += 1
            } else {
                position += 1
            }
        }
        position = min(position, bytes.count)
    }

    private func starts(with text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { letters in
            for index in 0..<letters.count where bytes[position + index] != letters[index] { return false }
            return true
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "@"), 128...255: true
        default: false
        }
    }
}
