import SyncModel
import WorkerBinlog
import WorkerSchema

/// Checks the types of a filter and turns it into an expression and SQL.
///
/// Only what servers of every kind answer alike is let through, and what would need a silent conversion is refused:
/// - Integers and DECIMAL are exact. They are calculated with as DECIMAL, where nothing overflows within the digits that are
///   counted here.
/// - FLOAT and DOUBLE are only compared, as doubles.
/// - Text is compared byte by byte.
/// - Dates and times are compared in UTC.
struct FilterCompiler {
    let table: TableDefinition
    let layout: RowLayout?

    /// - Parameter layout: of the row images; nil when only the SQL is wanted.
    init(_ table: TableDefinition, _ layout: RowLayout?) {
        self.table = table
        self.layout = layout
    }

    /// A part that is true, false or NULL.
    func condition(_ syntax: FilterSyntax) throws(FilterProblem) -> FilterOperand {
        let operand = try operand(syntax)
        switch operand.kind {
        case .null: return .condition("NULL", .null, operand.range)
        case .exact where operand.isCondition: return operand
        case .exact: return .condition("(\(operand.sql) <> 0)", operand.expression, operand.range)
        case .double: return .condition("(\(operand.sql) <> 0e0)", operand.expression, operand.range)
        case .text, .string, .date, .time:
            throw FilterProblem(.invalid, "found \(operand.name) where a condition is needed", at: operand.range.lowerBound)
        }
    }

    func operand(_ syntax: FilterSyntax) throws(FilterProblem) -> FilterOperand {
        let range = syntax.range
        switch syntax {
        case .column(let name, _): return try column(name, range)
        case .number(let text, _): return try Self.number(text, range)
        case .string(let text, _): return FilterOperand(kind: .string(text), sql: "", expression: .null, range: range)
        case .temporal(let kind, let text, _): return try temporal(kind, text, range)
        case .boolean(let value, _):
            var constant = FilterOperand.condition(value ? "TRUE" : "FALSE", .exact(value ? 1 : 0), range)
            constant.digits = value ? "1" : "0"
            return constant
        case .null: return FilterOperand(kind: .null, sql: "NULL", expression: .null, range: range)
        case .negative(let part, _): return try negative(try operand(part), range)
        case .not(let part, _):
            let part = try condition(part)
            return .condition("(NOT \(part.sql))", .not(part.expression), range)
        case .and(let parts, _):
            let parts = try conditions(parts)
            return .condition("(\(parts.map(\.sql).joined(separator: " AND ")))", .and(parts.map(\.expression)), range)
        case .or(let parts, _):
            let parts = try conditions(parts)
            return .condition("(\(parts.map(\.sql).joined(separator: " OR ")))", .or(parts.map(\.expression)), range)
        case .exclusiveOr(let left, let right, _):
            let (left, right) = (try condition(left), try condition(right))
            return .condition("(\(left.sql) XOR \(right.sql))", .exclusiveOr(left.expression, right.expression), range)
        case .arithmetic(let sign, let left, let right, _): return try arithmetic(sign, try operand(left), try operand(right), range)
        case .comparison(let comparison, let left, let right, _):
            return try compare(comparison, try operand(left), try operand(right), range)
        case .isNull(let part, _): return try isNull(try operand(part), range)
        case .isTruth(let part, let wanted, _):
            let part = try condition(part)
            let word = wanted.map { $0 ? "TRUE" : "FALSE" } ?? "UNKNOWN"
            return .condition("(\(part.sql) IS \(word))", .isTruth(part.expression, wanted), range)
        case .among(let part, let items, _): return try among(try operand(part), items, range)
        case .between(let part, let lower, let upper, _):
            let part = try operand(part)
            let first = try compare(.greaterOrEqual, part, try operand(lower), range)
            let second = try compare(.lessOrEqual, part, try operand(upper), range)
            return .condition("(\(first.sql) AND \(second.sql))", .and([first.expression, second.expression]), range)
        case .like(let part, let pattern, _): return try like(try operand(part), try operand(pattern), range)
        }
    }

    private func conditions(_ parts: [FilterSyntax]) throws(FilterProblem) -> [FilterOperand] {
        var result: [FilterOperand] = []
        for part in parts { result.append(try condition(part)) }
        return result
    }

    // MARK: Tests

    private func isNull(_ part: FilterOperand, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        switch part.kind {
        case .null: return .condition("TRUE", .exact(1), range)
        case .string: return .condition("FALSE", .exact(0), range)
        // The server finds zero dates when it is asked for NULL in a column that has none.
        default:
            if part.isNeverNull { return .condition("FALSE", .exact(0), range) }
            return .condition("(\(part.sql) IS NULL)", .isNull(part.expression), range)
        }
    }

    private func compare(
        _ comparison: FilterSyntax.Comparison, _ left: FilterOperand, _ right: FilterOperand, _ range: Range<Int>
    ) throws(FilterProblem) -> FilterOperand {
        if left.kind == .null || right.kind == .null {
            guard comparison == .same else { return .condition("NULL", .null, range) }
            return try isNull(left.kind == .null ? right : left, range)
        }
        let (first, second) = try matched(left, right)
        let order =
            switch comparison {
            case .equal: FilterOrder(isEqual: true)
            case .different: FilterOrder(isLess: true, isGreater: true)
            case .less: FilterOrder(isLess: true)
            case .greater: FilterOrder(isGreater: true)
            case .lessOrEqual: FilterOrder(isLess: true, isEqual: true)
            case .greaterOrEqual: FilterOrder(isEqual: true, isGreater: true)
            case .same: FilterOrder(isEqual: true, comparesNull: true)
            }
        return .condition(
            "(\(first.sql) \(comparison.rawValue) \(second.sql))", .compare(order, first.expression, second.expression), range)
    }

    private func among(_ part: FilterOperand, _ items: [FilterSyntax], _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        if part.kind == .null { return .condition("NULL", .null, range) }
        var tests: [FilterOperand] = []
        var list: [String] = []
        var heads: Set<String> = []
        var isPlain = true
        for item in items {
            let item = try operand(item)
            tests.append(try compare(.equal, part, item, range))
            if item.kind == .null {
                list.append("NULL")
            } else {
                let (first, second) = try matched(part, item)
                heads.insert(first.sql)
                list.append(second.sql)
                // Servers take -1 for the greatest unsigned number in a list.
                if case .exact = item.kind, item.digits?.hasPrefix("-") != false { isPlain = false }
            }
        }
        let sql: String
        if let head = heads.first, heads.count == 1, isPlain {
            sql = "(\(head) IN (\(list.joined(separator: ", "))))"
        } else {
            sql = "(\(tests.map(\.sql).joined(separator: " OR ")))"
        }
        return .condition(sql, .or(tests.map(\.expression)), range)
    }

    private func like(_ part: FilterOperand, _ pattern: FilterOperand, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        if part.kind == .null || pattern.kind == .null { return .condition("NULL", .null, range) }
        guard case .text(let characterSet) = part.kind else {
            throw FilterProblem(.invalid, "found \(part.name) before LIKE; it needs a text column", at: part.range.lowerBound)
        }
        guard case .string(let text) = pattern.kind else {
            throw FilterProblem(.unsupported, "LIKE needs a string as its pattern", at: pattern.range.lowerBound)
        }
        var parts: [String] = [""]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                parts[parts.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "%" {
                parts.append("")
            } else if scalar == "_" {
                throw FilterProblem(
                    .unsupported, "'_' in a LIKE pattern is not supported, because text is compared byte by byte; only '%' is",
                    at: pattern.range.lowerBound)
            } else {
                parts[parts.count - 1].unicodeScalars.append(scalar)
            }
        }
        if isEscaped { parts[parts.count - 1].append("\\") }
        var bytes: [[UInt8]] = []
        for part in parts { bytes.append(try Self.bytes(of: part, characterSet, pattern.range)) }
        let escaped = bytes.map { part in part.flatMap { [0x25, 0x5C, 0x5F].contains($0) ? [0x5C, $0] : [$0] } }
        let sql = "(\(part.sql) LIKE \(Self.hexadecimal(Array(escaped.joined(separator: [0x25])))))"
        return .condition(sql, .like(part.expression, BytePattern(bytes)), range)
    }
}
