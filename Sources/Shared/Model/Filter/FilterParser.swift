/// Reads a row filter with MySQL's precedence: OR, XOR, AND, NOT, comparisons, `+ -`, `* / % DIV MOD`, sign and `!`.
struct FilterParser {
    /// Operators in one filter at most; the tree is walked by recursion.
    private static let mostOperators = 500

    private let tokens: [FilterToken]
    private var index = 0
    private var operators = 0
    private var depth = 0
    private(set) var columns: [(name: String, range: Range<Int>)] = []

    init(_ tokens: [FilterToken]) { self.tokens = tokens }

    mutating func filter() throws(FilterProblem) -> FilterSyntax {
        let tree = try expression()
        guard current.kind == .end else { throw unexpected("an operator or the end") }
        return tree
    }

    // MARK: Tokens

    private var current: FilterToken { tokens[min(index, tokens.count - 1)] }

    private var following: FilterToken { tokens[min(index + 1, tokens.count - 1)] }

    private func unexpected(_ wanted: String) -> FilterProblem {
        FilterProblem(.invalid, "found \(current.found); expected \(wanted)", at: current.range.lowerBound)
    }

    private mutating func skip(word: String) -> Bool {
        guard current.isWord(word) else { return false }
        index += 1
        return true
    }

    private mutating func skip(mark: String) -> Bool {
        guard current.isMark(mark) else { return false }
        index += 1
        return true
    }

    private mutating func require(mark: String) throws(FilterProblem) {
        guard skip(mark: mark) else { throw unexpected("'\(mark)'") }
    }

    /// Behind the last token that was read.
    private var end: Int { tokens[max(index - 1, 0)].range.upperBound }

    private func range(from start: FilterSyntax) -> Range<Int> { start.range.lowerBound..<max(end, start.range.upperBound) }

    private mutating func count() throws(FilterProblem) {
        operators += 1
        guard operators <= Self.mostOperators else {
            throw FilterProblem(.unsupported, "the filter has more than \(Self.mostOperators) operators", at: current.range.lowerBound)
        }
    }

    private mutating func nested(_ read: (inout FilterParser) throws(FilterProblem) -> FilterSyntax) throws(FilterProblem) -> FilterSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw FilterProblem(.unsupported, "the filter is nested too deeply", at: current.range.lowerBound) }
        return try read(&self)
    }

    // MARK: Logic

    private mutating func expression() throws(FilterProblem) -> FilterSyntax {
        try nested { parser throws(FilterProblem) in try parser.disjunction() }
    }

    private mutating func disjunction() throws(FilterProblem) -> FilterSyntax {
        var parts = [try exclusion()]
        while skip(word: "OR") || skip(mark: "||") {
            try count()
            parts.append(try exclusion())
        }
        return parts.count == 1 ? parts[0] : .or(parts, at: range(from: parts[0]))
    }

    private mutating func exclusion() throws(FilterProblem) -> FilterSyntax {
        var left = try conjunction()
        while skip(word: "XOR") {
            try count()
            let right = try conjunction()
            left = .exclusiveOr(left, right, at: range(from: left))
        }
        return left
    }

    private mutating func conjunction() throws(FilterProblem) -> FilterSyntax {
        var parts = [try negation()]
        while skip(word: "AND") || skip(mark: "&&") {
            try count()
            parts.append(try negation())
        }
        return parts.count == 1 ? parts[0] : .and(parts, at: range(from: parts[0]))
    }

    private mutating func negation() throws(FilterProblem) -> FilterSyntax {
        let start = current.range.lowerBound
        guard skip(word: "NOT") else { return try comparison() }
        try count()
        let operand = try nested { parser throws(FilterProblem) in try parser.negation() }
        return .not(operand, at: start..<end)
    }

    // MARK: Comparisons

    private static let comparisons: [String: FilterSyntax.Comparison] = [
        "=": .equal, "<>": .different, "!=": .different, "<": .less, ">": .greater, "<=": .lessOrEqual, ">=": .greaterOrEqual, "<=>": .same,
    ]

    private mutating func comparison() throws(FilterProblem) -> FilterSyntax {
        var left = try predicate()
        while true {
            if case .mark(let mark) = current.kind, let comparison = Self.comparisons[mark] {
                index += 1
                try count()
                let right = try predicate()
                left = .comparison(comparison, left, right, at: range(from: left))
            } else if skip(word: "IS") {
                try count()
                let isNegated = skip(word: "NOT")
                let test: FilterSyntax
                if skip(word: "NULL") {
                    test = .isNull(left, at: range(from: left))
                } else if skip(word: "TRUE") {
                    test = .isTruth(left, true, at: range(from: left))
                } else if skip(word: "FALSE") {
                    test = .isTruth(left, false, at: range(from: left))
                } else if skip(word: "UNKNOWN") {
                    test = .isTruth(left, nil, at: range(from: left))
                } else {
                    throw unexpected("NULL, TRUE, FALSE or UNKNOWN")
                }
                left = isNegated ? .not(test, at: test.range) : test
            } else {
                return left
            }
        }
    }

    private mutating func predicate() throws(FilterProblem) -> FilterSyntax {
        let left = try sum()
        let isNegated = current.isWord("NOT") && ["IN", "BETWEEN", "LIKE"].contains { following.isWord($0) }
        if isNegated { index += 1 }
        let test: FilterSyntax
        if skip(word: "IN") {
            try count()
            try require(mark: "(")
            var items = [try expression()]
            while skip(mark: ",") { items.append(try expression()) }
            try require(mark: ")")
            test = .among(left, items, at: range(from: left))
        } else if skip(word: "BETWEEN") {
            try count()
            let lower = try sum()
            guard skip(word: "AND") else { throw unexpected("AND") }
            let upper = try nested { parser throws(FilterProblem) in try parser.predicate() }
            test = .between(left, lower, upper, at: range(from: left))
        } else if skip(word: "LIKE") {
            try count()
            let pattern = try simple()
            if current.isWord("ESCAPE") {
                throw FilterProblem(.unsupported, "ESCAPE is not supported; escape with a backslash", at: current.range.lowerBound)
            }
            test = .like(left, pattern, at: range(from: left))
        } else {
            return left
        }
        return isNegated ? .not(test, at: test.range) : test
    }

    // MARK: Arithmetic

    private mutating func sum() throws(FilterProblem) -> FilterSyntax {
        var left = try product()
        while true {
            let sign: FilterSyntax.Arithmetic
            if skip(mark: "+") { sign = .add } else if skip(mark: "-") { sign = .subtract } else { return left }
            try count()
            let right = try product()
            left = .arithmetic(sign, left, right, at: range(from: left))
        }
    }

    private mutating func product() throws(FilterProblem) -> FilterSyntax {
        var left = try simple()
        while true {
            let sign: FilterSyntax.Arithmetic
            if skip(mark: "*") {
                sign = .multiply
            } else if skip(mark: "/") {
                sign = .divide
            } else if skip(mark: "%") || skip(word: "MOD") {
                sign = .remainder
            } else if skip(word: "DIV") {
                sign = .quotient
            } else {
                return left
            }
            try count()
            let right = try simple()
            left = .arithmetic(sign, left, right, at: range(from: left))
        }
    }

    // MARK: Operands

    private static let reserved: Set<String> = [
        "AND", "OR", "XOR", "NOT", "IN", "IS", "BETWEEN", "LIKE", "DIV", "MOD", "NULL", "TRUE", "FALSE", "SELECT", "EXISTS", "CASE",
        "INTERVAL", "REGEXP", "RLIKE", "BINARY", "COLLATE", "ESCAPE",
    ]

    private mutating func simple() throws(FilterProblem) -> FilterSyntax {
        let token = current
        switch token.kind {
        case .mark("("):
            index += 1
            let inner = try expression()
            try require(mark: ")")
            return inner
        case .mark("-"), .mark("!"), .mark("+"):
            index += 1
            try count()
            let operand = try nested { parser throws(FilterProblem) in try parser.simple() }
            if token.isMark("+") { return operand }
            let range = token.range.lowerBound..<end
            return token.isMark("-") ? .negative(operand, at: range) : .not(operand, at: range)
        case .number(let text):
            index += 1
            return .number(text, at: token.range)
        case .string(let text):
            index += 1
            if case .string = current.kind { throw unexpected("an operator; write one string") }
            return .string(text, at: token.range)
        case .name(let name): return try column(name)
        case .word(let word): return try self.word(word)
        default: throw unexpected("a column, a value or '('")
        }
    }

    private mutating func word(_ word: String) throws(FilterProblem) -> FilterSyntax {
        let token = current
        let upper = word.uppercased()
        if case .string(let text) = following.kind, token.range.upperBound <= following.range.lowerBound {
            guard let kind = FilterSyntax.Temporal(rawValue: upper) else {
                throw FilterProblem(.unsupported, "'\(word)' before a string is not supported", at: token.range.lowerBound)
            }
            index += 2
            return .temporal(kind, text, at: token.range.lowerBound..<end)
        }
        switch upper {
        case "NULL":
            index += 1
            return .null(at: token.range)
        case "TRUE", "FALSE":
            index += 1
            return .boolean(upper == "TRUE", at: token.range)
        default: break
        }
        if following.isMark("(") || Self.reserved.contains(upper) {
            let kind: FilterProblem.Kind = following.isMark("(") || ["CASE", "EXISTS", "SELECT", "INTERVAL", "REGEXP", "RLIKE", "BINARY"].contains(upper)
                ? .unsupported : .invalid
            throw FilterProblem(
                kind, kind == .unsupported ? "'\(word)' is not supported: filters have operators only" : "found '\(word)'; expected a column or a value",
                at: token.range.lowerBound)
        }
        return try column(word)
    }

    private mutating func column(_ name: String) throws(FilterProblem) -> FilterSyntax {
        let token = current
        index += 1
        guard !current.isMark(".") else {
            throw FilterProblem(.invalid, "found a name with a point; name the column alone", at: token.range.lowerBound)
        }
        columns.append((name, token.range))
        return .column(name, at: token.range)
    }
}
