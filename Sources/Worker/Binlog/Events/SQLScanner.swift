/// Walks over the tokens of a statement without understanding it: words, quoted names, strings, punctuation.
///
/// Comments are passed over, except that the inside of `/*! … */` and MariaDB's `/*M! … */` counts as text, because
/// servers execute it. It is for classifying statements; it is not a parser and accepts everything.
package struct SQLScanner {
    package enum Token: Equatable {
        /// A bare word: keyword, name or number.
        case word(Range<Int>)
        /// A quoted name, without the quotes (doubled quotes inside are left).
        case name(Range<Int>)
        /// A string in single or double quotes, without the quotes.
        case string(Range<Int>)
        case punctuation(UInt8)
    }

    private let bytes: UnsafeRawBufferPointer
    private let dialect: SQLDialect
    private var position = 0
    /// Comments that count as text and have not ended.
    private var openComments = 0

    package init(_ statement: UnsafeRawBufferPointer, _ dialect: SQLDialect = []) {
        bytes = statement
        self.dialect = dialect
    }

    /// Where the next token will be looked for.
    package var offset: Int { position }

    package mutating func next() -> Token? {
        while skipBlank() {}
        guard position < bytes.count else { return nil }
        let start = position
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "`"):
            let range = quoted(by: byte)
            return .name(range)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            let range = quoted(by: byte)
            return dialect.isName(byte) ? .name(range) : .string(range)
        default:
            guard isWord(byte) else {
                position += 1
                return .punctuation(byte)
            }
            while position < bytes.count, isWord(bytes[position]) { position += 1 }
            return .word(start..<position)
        }
    }

    /// Whether the range is this ASCII word, in any case.
    package func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<letters.count where upper(bytes[range.lowerBound + index]) != letters[index] {
                return false
            }
            return true
        }
    }

    /// The bytes of a token, as text.
    package func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The next token if it is a word, folded to upper case; what else it is counts as the end.
    mutating func nextKeyword() -> String? {
        guard case .word(let range)? = next(), range.count <= 32 else { return nil }
        return String(decoding: bytes[range].map(upper), as: UTF8.self)
    }

    /// Passes over one blank, comment or comment mark; false when there is none.
    private mutating func skipBlank() -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case 9...13, 32:
            position += 1
            return true
        case UInt8(ascii: "#"):
            skipLine()
            return true
        case UInt8(ascii: "-"):
            guard peek(1) == UInt8(ascii: "-"), isBlank(peek(2)) else { return false }
            skipLine()
            return true
        case UInt8(ascii: "/"):
            guard peek(1) == UInt8(ascii: "*") else { return false }
            skipComment()
            return true
        case UInt8(ascii: "*"):
            // The end of an executable comment whose inside was read.
            guard openComments > 0, peek(1) == UInt8(ascii: "/") else { return false }
            openComments -= 1
            position += 2
            return true
        default: return false
        }
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != 10 { position += 1 }
    }

    private mutating func skipComment() {
        let mark = peek(2) == UInt8(ascii: "M") && peek(3) == UInt8(ascii: "!") ? 4 : 3
        if mark == 4 || peek(2) == UInt8(ascii: "!") {
            position += mark
            openComments += 1
            var digits = 0
            while digits < 6, let digit = peek(0), digit >= 48, digit <= 57 {
                position += 1
                digits += 1
            }
            return
        }
        position += 2
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
    }

    private mutating func quoted(by quote: UInt8) -> Range<Int> {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), dialect.escapes(quote) {
                position += 2
            } else if byte == quote {
                if peek(1) == quote {
                    position += 2
                    continue
                }
                let range = start..<position
                position += 1
                return range
            } else {
                position += 1
            }
        }
        position = bytes.count
        return start..<position
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func isBlank(_ byte: UInt8?) -> Bool { byte.map { $0 <= 32 } ?? true }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "$"), 128...255: true
        default: false
        }
    }

    private func upper(_ byte: UInt8) -> UInt8 { byte >= 97 && byte <= 122 ? byte - 32 : byte }
}
