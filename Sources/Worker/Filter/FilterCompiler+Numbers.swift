import SyncModel
import WorkerBinlog

/// Numbers of a filter, and how they are calculated with.
extension FilterCompiler {
    /// Digits that a number may have.
    static let mostDigits = 38

    static func number(_ text: String, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        if text.contains("e") || text.contains("E") {
            guard let value = Double(text), value.isFinite else {
                throw FilterProblem(.invalid, "found a number that a DOUBLE cannot hold", at: range.lowerBound)
            }
            return FilterOperand(kind: .double, sql: text, expression: .double(value), range: range, digits: text)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(parts[0].drop { $0 == "0" })
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard whole.utf8.count + fraction.utf8.count <= mostDigits, fraction.utf8.count <= 30, let value = Int128("0" + whole + fraction)
        else { throw tooLong(range) }
        let kind = FilterOperand.Kind.exact(digits: max(whole.utf8.count + fraction.utf8.count, 1), scale: fraction.utf8.count)
        let digits = (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
        let isInteger = parts.count == 1 && whole.utf8.count <= 18
        let sql = isInteger || !fraction.isEmpty ? digits : "CAST(\(digits) AS DECIMAL(\(max(whole.utf8.count, 1)),0))"
        return FilterOperand(kind: kind, sql: sql, expression: .exact(value), range: range, isInteger: isInteger, digits: digits)
    }

    func negative(_ part: FilterOperand, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        var result = part
        result.range = range
        result.isCondition = false
        result.isYear = false
        result.isNeverNull = false
        switch part.kind {
        case .null: return result
        case .exact, .double:
            result.digits = part.digits.map { $0.hasPrefix("-") ? String($0.dropFirst()) : "-" + $0 }
            let keepsInteger = part.digits != nil && part.isInteger
            result.sql = "(-\(keepsInteger || part.kind == .double ? "(\(part.sql))" : part.decimalSQL))"
            result.isInteger = keepsInteger
            switch part.expression {
            case .exact(let value): result.expression = .exact(-value)
            case .double(let value): result.expression = .double(-value)
            default: result.expression = .negative(part.expression)
            }
            return result
        default: throw Self.noNumber(part)
        }
    }

    func arithmetic(
        _ sign: FilterSyntax.Arithmetic, _ left: FilterOperand, _ right: FilterOperand, _ range: Range<Int>
    ) throws(FilterProblem) -> FilterOperand {
        for part in [left, right] {
            switch part.kind {
            case .null, .exact: break
            case .double:
                throw FilterProblem(
                    .unsupported, "calculating with FLOAT and DOUBLE is not supported; compare such a column itself", at: part.range.lowerBound)
            default: throw Self.noNumber(part)
            }
        }
        if sign == .divide {
            throw FilterProblem(
                .unsupported, "'/' is not supported, because servers round its result; use DIV, or multiply the other side",
                at: range.lowerBound)
        }
        guard case .exact(let leftDigits, let leftScale) = left.kind, case .exact(let rightDigits, let rightScale) = right.kind else {
            return FilterOperand(kind: .null, sql: "NULL", expression: .null, range: range)
        }
        let (leftWhole, rightWhole) = (leftDigits - leftScale, rightDigits - rightScale)
        let scale = max(leftScale, rightScale)
        let (first, second) = (left.decimalSQL, right.decimalSQL)
        guard sign != .multiply else {
            let expression = FilterExpression.multiply(left.expression, right.expression)
            return try Self.result("(\(first) * \(second))", expression, leftDigits + rightDigits, leftScale + rightScale, range)
        }
        let (one, other) = (Self.scaled(left, to: scale), Self.scaled(right, to: scale))
        let widest = max(leftWhole, rightWhole)
        guard widest + scale <= Self.mostDigits else { throw Self.tooLong(range) }
        switch sign {
        case .add: return try Self.result("(\(first) + \(second))", .add(one, other), widest + 1 + scale, scale, range)
        case .subtract: return try Self.result("(\(first) - \(second))", .subtract(one, other), widest + 1 + scale, scale, range)
        // A negative zero, as the rest of a negative number can be, is not equal to zero everywhere.
        case .remainder: return try Self.result("((\(first) % \(second)) + 0)", .remainder(one, other), widest + scale, scale, range)
        case .quotient, .multiply, .divide:
            // DIV itself fails beyond the range of BIGINT.
            let digits = max(leftWhole + rightScale, 1)
            let sql = "(CAST(((\(first) - (\(first) % \(second))) / \(second)) AS DECIMAL(\(digits),0)) + 0)"
            return try Self.result(sql, .quotient(one, other), digits, 0, range)
        }
    }

    private static func result(
        _ sql: String, _ expression: FilterExpression, _ digits: Int, _ scale: Int, _ range: Range<Int>
    ) throws(FilterProblem) -> FilterOperand {
        guard digits <= mostDigits, scale <= 30 else { throw tooLong(range) }
        return FilterOperand(kind: .exact(digits: digits, scale: scale), sql: sql, expression: expression, range: range)
    }

    static func scaled(_ part: FilterOperand, to scale: Int) -> FilterExpression {
        guard case .exact(_, let own) = part.kind, own < scale else { return part.expression }
        let factor = (own..<scale).reduce(Int128(1)) { factor, _ in factor * 10 }
        if case .exact(let value) = part.expression { return .exact(value * factor) }
        return .scaled(part.expression, by: factor)
    }

    static func tooLong(_ range: Range<Int>) -> FilterProblem {
        FilterProblem(.unsupported, "the number may have more than \(mostDigits) digits, which cannot be calculated exactly", at: range.lowerBound)
    }

    private static func noNumber(_ part: FilterOperand) -> FilterProblem {
        FilterProblem(.invalid, "found \(part.name) where a number is needed; the server would convert it", at: part.range.lowerBound)
    }

    /// A number as a double, rounded once.
    static func double(_ part: FilterOperand) throws(FilterProblem) -> FilterOperand {
        guard case .exact(let digits, let scale) = part.kind else { return part }
        if let text = part.digits, let value = Double(text) {
            return FilterOperand(kind: .double, sql: "(\(text)e0)", expression: .double(value), range: part.range)
        }
        let isExact = scale == 0 ? digits <= (part.isInteger ? 20 : 19) : digits <= 15 && scale <= 22
        guard isExact else {
            throw FilterProblem(
                .unsupported, "a number of \(digits) digits cannot be compared with a DOUBLE exactly", at: part.range.lowerBound)
        }
        return FilterOperand(
            kind: .double, sql: "(\(part.sql) * 1e0)", expression: .rounded(part.expression, scale: scale), range: part.range)
    }
}
