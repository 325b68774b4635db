import WorkerBinlog

/// A statement that is written in a character set of one byte for a letter, in UTF-8.
///
/// A server takes names, comments and texts from the client's character set into its own, so letters may come in another one. A
/// text with an introducer (`_latin1'…'`) is taken by its bytes, which therefore stay as they are.
enum UTF8Text {
    struct Obstacle: Error {
        var reason: String
    }

    /// Whether the server has written the statement itself, which it does in UTF-8 whatever its client's character set: a table that is made
    /// from a query, or like one that is temporary.
    static func isMadeByServer(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return (text.hasPrefix("CREATE TABLE `") || text.hasPrefix("CREATE OR REPLACE TABLE `")) && text.contains("` (\n  ")
    }

    /// Where the part of a statement begins that its client wrote. Before the query of a view MySQL writes the rest itself, in UTF-8.
    static func clientsPart(ofView bytes: [UInt8], _ kind: StatementKind, _ dialect: SQLDialect) -> Int {
        guard case .ddl(let kind) = kind, kind.object == .view, kind.verb != .drop else { return 0 }
        let tokens = SQLToken.all(of: bytes, dialect)
        guard let view = tokens.firstIndex(where: { $0.isWord("VIEW") }) else { return 0 }
        return tokens[view...].first { $0.isWord("AS") }?.range.lowerBound ?? 0
    }

    /// - Parameters:
    ///   - start: before it, the statement is UTF-8 already.
    ///   - letters: what the bytes from 0x80 on stand for.
    static func converted(_ bytes: [UInt8], from start: Int, _ letters: [Unicode.Scalar?], _ dialect: SQLDialect) throws(Obstacle) -> [UInt8] {
        let tokens = SQLToken.all(of: bytes, dialect)
        var bytes = bytes
        for token in tokens where token.kind == .word && token.range.lowerBound >= start {
            // The space that does not break a line is one to them, where each byte is a letter.
            for place in token.range where bytes[place] >= 0x80 && letters[Int(bytes[place]) - 0x80] == "\u{A0}" { bytes[place] = UInt8(ascii: " ") }
        }
        let kept = try textsByTheirBytes(bytes, tokens)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        var place = start
        result += bytes[..<start]
        for range in kept.filter({ $0.lowerBound >= start }) + [bytes.count..<bytes.count] {
            for byte in bytes[place..<range.lowerBound] {
                if byte < 0x80 {
                    result.append(byte)
                } else if let letter = letters[Int(byte) - 0x80] {
                    result += Array(UTF8.encode(letter) ?? UTF8.encodedReplacementCharacter)
                } else {
                    throw Obstacle(reason: "not every byte in it is one of its letters")
                }
            }
            result += bytes[range]
            place = range.upperBound
        }
        return result
    }

    /// Where texts with introducers stand that hold more than ASCII.
    private static func textsByTheirBytes(_ bytes: [UInt8], _ tokens: [SQLToken]) throws(Obstacle) -> [Range<Int>] {
        var result: [Range<Int>] = []
        /// The text before this one, as the statement has it continued, has an introducer.
        var isContinued = false
        for (place, token) in tokens.enumerated() {
            guard token.kind == .string else {
                isContinued = false
                continue
            }
            let word = place > 0 && tokens[place - 1].kind == .word ? tokens[place - 1] : nil
            let isNational = word?.isWord("N") == true && word?.range.upperBound == token.range.lowerBound
            let isIntroduced = word?.text.hasPrefix("_") == true
            if bytes[token.range].contains(where: { $0 >= 0x80 }) {
                if isNational || isContinued { throw Obstacle(reason: "servers do not agree on the character set of a text in it") }
                if isIntroduced { result.append(token.range) }
            }
            isContinued = isContinued || isIntroduced || isNational
        }
        return result
    }
}
