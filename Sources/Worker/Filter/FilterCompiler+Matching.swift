import SyncModel
import WorkerBinlog

/// Gives both sides of a comparison one type, where that takes no conversion that could change a value.
extension FilterCompiler {
    func matched(_ left: FilterOperand, _ right: FilterOperand) throws(FilterProblem) -> (FilterOperand, FilterOperand) {
        if case .string(let text) = left.kind { return (try string(text, left.range, as: right), right) }
        if case .string(let text) = right.kind { return (left, try string(text, right.range, as: left)) }
        switch (left.kind, right.kind) {
        case (.exact(let leftDigits, let leftScale), .exact(let rightDigits, let rightScale)):
            let scale = max(leftScale, rightScale)
            guard max(leftDigits - leftScale, rightDigits - rightScale) + scale <= Self.mostDigits else {
                throw Self.tooLong(left.range)
            }
            for part in [left, right] where left.isYear || right.isYear {
                guard let digits = part.digits, let number = Double(digits), number > 0, number < 100 else { continue }
                throw FilterProblem(
                    .invalid, "found \(digits) compared with a YEAR; the server would take it for a year of two digits: write all four",
                    at: part.range.lowerBound)
            }
            var (first, second) = (left, right)
            first.expression = Self.scaled(left, to: scale)
            second.expression = Self.scaled(right, to: scale)
            if left.isInteger != right.isInteger { (first.sql, second.sql) = (left.decimalSQL, right.decimalSQL) }
            return (first, second)
        case (.double, .exact), (.exact, .double), (.double, .double): return (try Self.double(left), try Self.double(right))
        case (.text(let one), .text(let other)):
            guard one == other else {
                throw FilterProblem(.unsupported, "text of \(one) cannot be compared with text of \(other)", at: right.range.lowerBound)
            }
            return (left, right)
        case (.date(let leftHasTime, _), .date(let rightHasTime, _)):
            var (first, second) = (left, right)
            // A date beside a time of day is one at midnight.
            if !leftHasTime, rightHasTime { first.sql = "CAST(\(left.sql) AS DATETIME)" }
            if leftHasTime, !rightHasTime { second.sql = "CAST(\(right.sql) AS DATETIME)" }
            return (first, second)
        case (.time, .time): return (left, right)
        default:
            throw FilterProblem(
                .invalid, "found \(right.name) compared with \(left.name); the server would convert one of them", at: right.range.lowerBound)
        }
    }

    private func string(_ text: String, _ range: Range<Int>, as other: FilterOperand) throws(FilterProblem) -> FilterOperand {
        switch other.kind {
        case .text(let characterSet):
            let bytes = try Self.bytes(of: text, characterSet, range)
            return FilterOperand(
                kind: other.kind, sql: Self.hexadecimal(bytes), expression: .bytes(ConstantBytes(bytes)), range: range)
        case .date(let hasTime, let fraction):
            let literal = try date(text, range)
            try checkDigits(literal, fraction, range)
            if hasTime, case .date(false, _) = literal.kind {
                return try date(text + " 00:00:00", range)
            }
            return literal
        case .time(let fraction):
            let literal = try time(text, range)
            try checkDigits(literal, fraction, range)
            return literal
        default:
            throw FilterProblem(
                .invalid, "found a string compared with \(other.name); the server would convert one of them", at: range.lowerBound)
        }
    }

    /// The server may round a constant to the column's digits.
    private func checkDigits(_ literal: FilterOperand, _ fraction: Int, _ range: Range<Int>) throws(FilterProblem) {
        let own =
            switch literal.kind {
            case .date(_, let fraction), .time(let fraction): fraction
            default: 0
            }
        guard own > fraction else { return }
        throw FilterProblem(
            .invalid, "found \(own) digits behind the second where the column has \(fraction)", at: range.lowerBound)
    }

    // MARK: Dates and times

    func temporal(_ kind: FilterSyntax.Temporal, _ text: String, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        switch kind {
        case .time: return try time(text, range)
        case .date, .timestamp:
            let literal = try date(text, range)
            guard literal.kind == .date(hasTime: false, fraction: 0) ? kind == .date : kind == .timestamp else {
                throw Self.noTime(kind == .date ? "a date, 'YYYY-MM-DD'" : "a date with its time, 'YYYY-MM-DD hh:mm:ss'", range)
            }
            return literal
        }
    }

    private func date(_ text: String, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        let wanted = "a date, 'YYYY-MM-DD' or 'YYYY-MM-DD hh:mm:ss', of the calendar and in UTC"
        guard let found = text.wholeMatch(of: #/(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?/#),
            let year = UInt64(found.1), let month = UInt64(found.2), let day = UInt64(found.3), Self.isDate(year, month, day)
        else { throw Self.noTime(wanted, range) }
        let hasTime = found.4 != nil
        let fraction = found.7.map(String.init) ?? ""
        guard let hour = UInt64(found.4 ?? "0"), let minute = UInt64(found.5 ?? "0"), let second = UInt64(found.6 ?? "0"),
            hour < 24, minute < 60, second < 60
        else { throw Self.noTime(wanted, range) }
        let moment = Moment.ordinal(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: Self.microseconds(fraction))
        return FilterOperand(
            kind: .date(hasTime: hasTime, fraction: fraction.utf8.count), sql: "\(hasTime ? "TIMESTAMP" : "DATE")'\(text)'",
            expression: .moment(moment), range: range)
    }

    private func time(_ text: String, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        let wanted = "a time, '[-]hh:mm:ss', up to 838:59:59"
        guard let found = text.wholeMatch(of: #/(-?)(\d{2,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?/#),
            let hour = UInt64(found.2), let minute = UInt64(found.3), let second = UInt64(found.4), hour <= 838, minute < 60, second < 60
        else { throw Self.noTime(wanted, range) }
        let fraction = found.5.map(String.init) ?? ""
        let microsecond = Self.microseconds(fraction)
        guard hour < 838 || minute < 59 || second < 59 || microsecond == 0 else { throw Self.noTime(wanted, range) }
        let moment = Moment.ordinal(
            hour: hour, minute: minute, second: second, microsecond: microsecond, isNegative: !found.1.isEmpty)
        return FilterOperand(
            kind: .time(fraction: fraction.utf8.count), sql: "TIME'\(text)'", expression: .moment(moment), range: range)
    }

    private static func noTime(_ wanted: String, _ range: Range<Int>) -> FilterProblem {
        FilterProblem(.invalid, "found a string that is no such time; expected \(wanted)", at: range.lowerBound)
    }

    private static func microseconds(_ fraction: String) -> UInt64 {
        UInt64((fraction + "000000").prefix(6)) ?? 0
    }

    private static func isDate(_ year: UInt64, _ month: UInt64, _ day: UInt64) -> Bool {
        guard year > 0, (1...12).contains(month), day > 0 else { return false }
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let days: [UInt64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= days[Int(month) - 1]
    }
}
