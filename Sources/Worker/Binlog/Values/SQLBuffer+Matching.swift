/// The comparison of a value from the log with what a server sent for the current row.
extension SQLBuffer {
    /// Whether `serverText`, selected as ``appendCanonical(_:_:)`` says, is the value of the log.
    ///
    /// The buffer is used as scratch space at its end and left as it was. Approximate numbers are compared as numbers,
    /// all others byte by byte.
    package mutating func matches(
        _ column: ColumnLayout,
        _ value: UnsafeRawBufferPointer,
        serverText: UnsafeRawBufferPointer
    ) throws(DecodeError) -> Bool {
        switch column.kind {
        case .string, .fixedString:
            guard column.form == .native || column.form == .utf8Text else { break }
            let padding = column.padding(value)
            guard serverText.count == value.count + padding else { return false }
            let head = UnsafeRawBufferPointer(rebasing: serverText[..<value.count])
            return head.equals(value) && serverText[value.count...].allSatisfy { $0 == 0 }
        case .geometry, .vector: return serverText.equals(value)
        case .float, .double: return SQLBuffer.isSame(try column.double(value), serverText)
        default: break
        }
        let start = count
        defer { truncate(to: start) }
        try appendCanonical(column, value)
        // ZEROFILL columns come with zeros in front, unless they were selected as `column+0`.
        let zeros = column.kind == .unsigned ? max(serverText.count - (count - start), 0) : 0
        guard serverText[..<zeros].allSatisfy({ $0 == UInt8(ascii: "0") }) else { return false }
        let text = UnsafeRawBufferPointer(rebasing: serverText[zeros...])
        return withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start...]).equals(text) }
    }

    /// Whether a server's text of a double reads back as this very double.
    ///
    /// Servers print the shortest digits, which are ours too; any other spelling is read by the standard library.
    static func isSame(_ value: Double, _ text: UnsafeRawBufferPointer) -> Bool {
        guard let number = DecimalDouble(value), let read = DecimalDouble(text: text) else { return false }
        if number == read { return true }
        // MariaDB stores -0 as 0, so that 0 is all there can be for -0; the reverse is a difference.
        if number.digits == 0 || read.digits == 0 { return number.digits == read.digits && number.isNegative }
        guard number.isNegative == read.isNegative, read.digits.decimalDigitCount > 15 else { return false }
        return Double(String(decoding: text, as: UTF8.self))?.bitPattern == value.bitPattern
    }
}

extension DecimalDouble {
    /// Reads `-12.50e-3` into digits without trailing zeros and an exponent; nil when it is no such number. Beyond 19
    /// digits the rest counts as zeros.
    init?(text: UnsafeRawBufferPointer) {
        var digits: UInt64 = 0
        var exponent = 0
        var index = 0
        var hasDigits = false
        var hasPoint = false
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte >= 48, byte <= 57 {
                hasDigits = true
                if digits < UInt64.powerOfTen(18) {
                    digits = digits &* 10 &+ UInt64(byte &- 48)
                    if hasPoint { exponent -= 1 }
                } else if !hasPoint {
                    exponent += 1
                }
            } else {
                break
            }
            index += 1
        }
        guard hasDigits else { return nil }
        if index < text.count {
            guard text[index] | 32 == UInt8(ascii: "e") else { return nil }
            index += 1
            var sign = 1
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                sign = text[index] == UInt8(ascii: "-") ? -1 : 1
                index += 1
            }
            guard index < text.count else { return nil }
            var power = 0
            while index < text.count {
                guard text[index] >= 48, text[index] <= 57, power < 100_000 else { return nil }
                power = power * 10 + Int(text[index]) - 48
                index += 1
            }
            exponent += sign * power
        }
        while digits != 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        self.init(isNegative: isNegative, digits: digits, exponent: digits == 0 ? 0 : exponent)
    }
}
