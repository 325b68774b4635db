package import WorkerBinlog

/// A statement as tokens that know where they stand, so that names can be replaced and the rest stays as it was written.
package struct SQLToken: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Keyword, bare name or number.
        case word
        /// Quoted name.
        case name
        case string
        case punctuation
    }

    package var kind: Kind
    /// Without quotes; a name's doubled quotes are single ones here.
    package var text: String
    /// Place in the statement's bytes, with quotes.
    package var range: Range<Int>

    /// Whether it is this keyword, given in upper case.
    func isWord(_ word: String) -> Bool { kind == .word && text.uppercased() == word }

    func isPunctuation(_ mark: String) -> Bool { kind == .punctuation && text == mark }

    /// As an identifier; nil for what cannot be one.
    var identifier: String? {
        switch kind {
        case .word, .name: text
        // Of a statement whose session is not known: a string where a name has to stand is one.
        case .string: text
        case .punctuation: nil
        }
    }
}

extension SQLToken {
    /// All tokens of a statement, without comments; what stands in executable comments counts.
    package static func all(of statement: [UInt8], _ dialect: SQLDialect = []) -> [SQLToken] {
        statement.withUnsafeBytes { bytes in
            var scanner = SQLScanner(bytes, dialect)
            var result: [SQLToken] = []
            while let token = scanner.next() {
                switch token {
                case .word(let range): result.append(SQLToken(kind: .word, text: scanner.text(range), range: range))
                case .name(let range):
                    let quote = String(UnicodeScalar(bytes[range.lowerBound - 1]))
                    result.append(
                        SQLToken(
                            kind: .name,
                            text: scanner.text(range).replacing(quote + quote, with: quote),
                            range: range.lowerBound - 1..<min(range.upperBound + 1, bytes.count)
                        )
                    )
                case .string(let range):
                    result.append(
                        SQLToken(
                            kind: .string,
                            text: scanner.text(range),
                            range: range.lowerBound - 1..<min(range.upperBound + 1, bytes.count)
                        )
                    )
                case .punctuation(let byte):
                    let place = scanner.offset - 1
                    result.append(
                        SQLToken(kind: .punctuation, text: String(UnicodeScalar(byte)), range: place..<place + 1)
                    )
                }
            }
            return result
        }
    }
}

/// Walks over tokens.
struct SQLCursor {
    let tokens: [SQLToken]
    private(set) var index = 0

    init(_ tokens: [SQLToken], at index: Int = 0) {
        self.tokens = tokens
        self.index = index
    }

    var isAtEnd: Bool { index >= tokens.count }
    var current: SQLToken? { index < tokens.count ? tokens[index] : nil }

    func peek(_ distance: Int = 1) -> SQLToken? {
        index + distance < tokens.count ? tokens[index + distance] : nil
    }

    mutating func advance() { index += 1 }

    /// Goes past these keywords when they stand here, one after the other.
    mutating func skip(_ words: String...) -> Bool {
        guard words.indices.allSatisfy({ peek($0)?.isWord(words[$0]) == true }) else { return false }
        index += words.count
        return true
    }

    mutating func skip(punctuation mark: String) -> Bool {
        guard current?.isPunctuation(mark) == true else { return false }
        index += 1
        return true
    }

    mutating func next() -> SQLToken? {
        guard let token = current else { return nil }
        index += 1
        return token
    }

    /// Goes past a parenthesis that opens here, and returns what is in it.
    mutating func parenthesis() -> [SQLToken]? {
        guard current?.isPunctuation("(") == true else { return nil }
        var depth = 0
        let start = index + 1
        while let token = next() {
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") {
                depth -= 1
                if depth == 0 { return Array(tokens[start..<index - 1]) }
            }
        }
        return nil
    }
}

extension [SQLToken] {
    /// Parts between commas that stand in no parentheses.
    var items: [[SQLToken]] {
        var result: [[SQLToken]] = [[]]
        var depth = 0
        for token in self {
            if token.isPunctuation("(") { depth += 1 }
            if token.isPunctuation(")") { depth -= 1 }
            if depth == 0, token.isPunctuation(",") {
                result.append([])
            } else {
                result[result.count - 1].append(token)
            }
        }
        return result.filter { !$0.isEmpty }
    }
}
