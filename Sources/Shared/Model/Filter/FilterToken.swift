/// A piece of a row filter's text.
struct FilterToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A keyword or a bare name.
        case word(String)
        /// A name in back quotes.
        case name(String)
        case string(String)
        case number(String)
        case mark(String)
        case end
    }

    var kind: Kind
    /// Characters of the text.
    var range: Range<Int>

    /// Whether it is this keyword, given in upper case.
    func isWord(_ word: String) -> Bool {
        if case .word(let text) = kind { text.uppercased() == word } else { false }
    }

    func isMark(_ mark: String) -> Bool { kind == .mark(mark) }

    /// For messages.
    var found: String {
        switch kind {
        case .word(let text), .number(let text), .mark(let text): "'\(text)'"
        case .name(let name): "`\(name)`"
        case .string: "a string"
        case .end: "the end"
        }
    }
}

/// Takes the text of a row filter apart.
struct FilterScanner {
    private let text: [Unicode.Scalar]
    private var place = 0

    static func tokens(_ text: [Unicode.Scalar]) throws(FilterProblem) -> [FilterToken] {
        var scanner = FilterScanner(text: text)
        var result: [FilterToken] = []
        repeat { result.append(try scanner.next()) } while result.last?.kind != .end
        return result
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private var current: Unicode.Scalar? { place < text.count ? text[place] : nil }

    private mutating func next() throws(FilterProblem) -> FilterToken {
        while let scalar = current, scalar.properties.isWhitespace { place += 1 }
        let start = place
        let kind = try kind()
        return FilterToken(kind: kind, range: start..<place)
    }

    private mutating func kind() throws(FilterProblem) -> FilterToken.Kind {
        guard let first = current else { return .end }
        if first == "`" { return .name(try quoted(by: "`", escapes: false)) }
        if first == "'" { return .string(try quoted(by: "'", escapes: true)) }
        if first == "\"" {
            throw FilterProblem(.invalid, "found a double quote; write strings in single quotes and names in back quotes", at: place)
        }
        if Self.isDigit(first) || (first == "." && place + 1 < text.count && Self.isDigit(text[place + 1])) { return try number() }
        if Self.isWord(first) { return .word(word()) }
        for mark in ["<=>", "<=", ">=", "<>", "!=", "||", "&&"] where text[place...].starts(with: mark.unicodeScalars) {
            place += mark.unicodeScalars.count
            return .mark(mark)
        }
        guard "()=<>!+-*/%,.".unicodeScalars.contains(first) else {
            throw FilterProblem(.invalid, "found '\(first)', which has no meaning in a filter", at: place)
        }
        place += 1
        return .mark(String(Character(first)))
    }

    private mutating func word() -> String {
        let start = place
        while let scalar = current, Self.isWord(scalar) || Self.isDigit(scalar) { place += 1 }
        return string(start..<place)
    }

    private mutating func number() throws(FilterProblem) -> FilterToken.Kind {
        let start = place
        digits()
        if current == "." {
            place += 1
            digits()
        }
        if current == "e" || current == "E" {
            place += 1
            if current == "+" || current == "-" { place += 1 }
            let exponent = place
            digits()
            guard place > exponent else { throw FilterProblem(.invalid, "found a number without its exponent", at: start) }
        }
        if let scalar = current, Self.isWord(scalar) {
            throw FilterProblem(.invalid, "found a letter within a number; write numbers in decimal digits", at: place)
        }
        return .number(string(start..<place))
    }

    private mutating func digits() { while let scalar = current, Self.isDigit(scalar) { place += 1 } }

    private mutating func quoted(by quote: Unicode.Scalar, escapes: Bool) throws(FilterProblem) -> String {
        let start = place
        var result = String.UnicodeScalarView()
        place += 1
        while let scalar = current {
            place += 1
            if scalar == quote {
                guard current == quote else { return String(result) }
                place += 1
                result.append(quote)
            } else if escapes, scalar == "\\", let next = current {
                place += 1
                switch next {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "r": result.append("\r")
                case "0": result.append("\0")
                case "b": result.append("\u{8}")
                case "Z": result.append("\u{1A}")
                // They mean something to LIKE only, which takes the backslash away.
                case "%", "_":
                    result.append("\\")
                    result.append(next)
                default: result.append(next)
                }
            } else {
                result.append(scalar)
            }
        }
        throw FilterProblem(.invalid, "found no closing \(quote)", at: start)
    }

    private func string(_ range: Range<Int>) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text[range])
        return String(result)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == "$" || scalar.value > 127
    }
}
