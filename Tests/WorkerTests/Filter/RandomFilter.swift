/// Makes filters of chance over the columns of ``FilterTable``.
struct RandomFilter {
    var random: SeededGenerator
    /// Whether text is compared, which the server would do by its collation.
    private(set) var comparesText = false

    init(_ random: SeededGenerator) { self.random = random }

    mutating func next() -> String {
        comparesText = false
        return condition(depth: 3)
    }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

    private mutating func chance(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }

    private mutating func condition(depth: Int) -> String {
        if depth == 0 { return test() }
        switch chance(9) {
        case 0: return "\(condition(depth: depth - 1)) \(pick(["AND", "&&"])) \(condition(depth: depth - 1))"
        case 1: return "\(condition(depth: depth - 1)) \(pick(["OR", "||"])) \(condition(depth: depth - 1))"
        case 2: return "\(condition(depth: depth - 1)) XOR \(condition(depth: depth - 1))"
        case 3: return "NOT \(condition(depth: depth - 1))"
        case 4: return "!(\(condition(depth: depth - 1)))"
        case 5: return "(\(condition(depth: depth - 1)))"
        case 6: return "(\(condition(depth: depth - 1))) IS \(pick(["", "NOT "]))\(pick(["NULL", "TRUE", "FALSE", "UNKNOWN"]))"
        default: return test()
        }
    }

    private mutating func test() -> String {
        switch chance(7) {
        case 0: compared { $0.text() }
        case 1: compared { $0.date() }
        case 2: compared { $0.time() }
        case 3: compared { $0.double() }
        case 4: pick(["ti", "n", "d", "x", "bu", "dw"])
        default: compared { $0.exact(depth: 2) }
        }
    }

    private mutating func compared(_ operand: (inout RandomFilter) -> String) -> String {
        let left = operand(&self)
        let isText = ["c", "v", "tx"].contains(left)
        switch chance(isText ? 6 : 5) {
        case 0: return "\(left) \(pick(["", "NOT "]))IN (\((0...chance(4)).map { _ in chance(8) == 0 ? "NULL" : operand(&self) }.joined(separator: ", ")))"
        case 1: return "\(left) \(pick(["", "NOT "]))BETWEEN \(operand(&self)) AND \(operand(&self))"
        case 2: return "\(left) IS \(pick(["", "NOT "]))NULL"
        case 5: return "\(left) \(pick(["", "NOT "]))LIKE \(pick(["'%'", "'a%'", "'%b'", "'%a%b%'", "'a\\\\%c'", "'a\\\\_c'", "''", "'ab'", "'%%'"]))"
        default:
            return "\(left) \(pick(["=", "<>", "!=", "<", ">", "<=", ">=", "<=>"])) \(chance(12) == 0 ? "NULL" : operand(&self))"
        }
    }

    private mutating func exact(depth: Int) -> String {
        if depth > 0, chance(3) == 0 {
            let part = exact(depth: depth - 1)
            switch chance(8) {
            case 0: return "-\(part.hasPrefix("-") ? "(\(part))" : part)"
            case 1: return "(\(part) - \(exact(depth: depth - 1)))"
            case 2: return "\(part) * \(exact(depth: depth - 1))"
            case 3: return "\(part) \(pick(["%", "MOD"])) \(exact(depth: depth - 1))"
            case 4: return "\(part) DIV \(exact(depth: depth - 1))"
            default: return "\(part) + \(exact(depth: depth - 1))"
            }
        }
        return pick([
            "ti", "su", "mi", "n", "bi", "bu", "d", "dw", "y", "id", "0", "1", "2", "-1", "7", "0.5", "-0.001", "1.0", "2024", "9007199254740993",
            "18446744073709551615", "-9223372036854775808", "TRUE", "12345678901234567890.0123456789", ".5", "007",
        ])
    }

    private mutating func double() -> String {
        pick(["f", "x", "f", "x", "1e0", "-2.5E0", "1e-1", "0.1", "0", "1", "ti", "bi", "bu", "d", "9007199254740993", "5e-324"])
    }

    private mutating func text() -> String {
        comparesText = true
        return pick(["c", "v", "tx", "c", "v", "tx", "'a'", "'A'", "''", "'a '", "'ab'", "'it''s'", "'\\\\'", "'%'"])
    }

    private mutating func date() -> String {
        pick([
            "da", "dn", "dt", "ts", "da", "dn", "dt", "ts", "'2024-02-29'", "'2024-02-29 12:30:00'", "'2024-02-29 12:30:00.500'", "DATE'2024-02-29'",
            "TIMESTAMP'2024-02-29 12:30:00'", "'9999-12-31'", "'1970-01-01 00:00:01'",
        ])
    }

    private mutating func time() -> String {
        pick(["tm", "tm", "'12:30:00'", "'12:30:00.5'", "'-00:00:01'", "TIME'00:00:00'", "'838:59:59'"])
    }
}
