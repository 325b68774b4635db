/// A value of a row image as something that can be compared and calculated with. Nothing is allocated for it.
package enum ScalarValue {
    case null
    /// A number without its point: its column or expression knows the scale.
    case exact(Int128)
    case double(Double)
    /// Borrowed from the image.
    case bytes(UnsafeRawBufferPointer)
    /// A date, a time or both: a number that grows with it.
    case moment(Int64)
}

extension ColumnLayout {
    /// Reads a value.
    ///
    /// - Throws: `DecodeError` for bytes that are no value of the column, types without such values, and DECIMAL of more than
    ///   38 digits.
    package func scalar(_ value: ColumnValue) throws(DecodeError) -> ScalarValue {
        switch value {
        case .null: return .null
        case .bytes(let bytes): return try scalar(bytes)
        case .absent, .jsonDifferences: throw DecodeError(.unsupported, "column that the row image does not have", at: 0)
        }
    }

    private func scalar(_ value: UnsafeRawBufferPointer) throws(DecodeError) -> ScalarValue {
        if kind == .string || kind == .fixedString {
            guard !isBinaryString else { throw invalid() }
            return .bytes(value)
        }
        guard value.count == Int(width) else { throw invalid() }
        switch kind {
        case .signed:
            let unused = UInt64(64 &- 8 &* value.count)
            return .exact(Int128(Int64(bitPattern: value.littleEndian(at: 0, count: value.count) &<< unused) &>> Int64(unused)))
        case .unsigned: return .exact(Int128(value.littleEndian(at: 0, count: value.count)))
        case .year: return .exact(value[0] == 0 ? 0 : 1900 + Int128(value[0]))
        case .decimal: return .exact(try decimal(value))
        case .float, .double: return .double(try double(value))
        case .date: return .moment(Temporal(date: value).ordinal)
        case .dateTime: return .moment(Temporal(dateTime: value, fraction: fraction).ordinal)
        case .oldDateTime: return .moment(Temporal(oldDateTime: value).ordinal)
        case .timestamp:
            return .moment(Temporal(timestamp: value, fraction: fraction, isBigEndian: type == .timestamp2).ordinal)
        case .time: return .moment(Temporal(time: value, fraction: fraction).ordinal)
        case .oldTime: return .moment(Temporal(oldTime: value).ordinal)
        default: throw invalid()
        }
    }

    /// As ``SQLBuffer`` writes it digit by digit: see `append(decimal:_:)` there for the layout.
    private func decimal(_ bytes: UnsafeRawBufferPointer) throws(DecodeError) -> Int128 {
        let format = DecimalFormat(precision: precision, scale: scale)
        guard format.precision <= 38, bytes.count == format.size, !bytes.isEmpty else { throw invalid() }
        let isNegative = bytes[0] & 0x80 == 0
        let mask: UInt8 = isNegative ? 0xFF : 0
        var offset = 0
        var number: Int128 = 0
        func take(_ digits: Int) {
            var group: UInt64 = 0
            for index in offset..<offset + DecimalFormat.bytes(forDigits: digits) {
                let byte = index == 0 ? bytes[index] ^ 0x80 : bytes[index]
                group = group << 8 | UInt64(byte ^ mask)
            }
            offset += DecimalFormat.bytes(forDigits: digits)
            number = number &* Int128(UInt64.powerOfTen(digits)) &+ Int128(group)
        }
        var left = format.integerDigits
        while left > 0 {
            let digits = left % 9 == 0 ? 9 : left % 9
            take(digits)
            left -= digits
        }
        left = format.scale
        while left > 0 {
            take(min(left, 9))
            left -= min(left, 9)
        }
        return isNegative ? -number : number
    }
}

extension Temporal {
    /// Grows with the date, the time or both.
    var ordinal: Int64 {
        let date = (year << 9 | month << 5 | day) << 37
        let time = (hour << 12 | minute << 6 | second) << 20 | microsecond
        return isNegative ? -Int64(time) : Int64(date | time)
    }
}

/// Dates and times that are not of a row, in the order of ``ScalarValue/moment(_:)``.
package enum Moment {
    package static func ordinal(
        year: UInt64 = 0, month: UInt64 = 0, day: UInt64 = 0, hour: UInt64 = 0, minute: UInt64 = 0, second: UInt64 = 0,
        microsecond: UInt64 = 0, isNegative: Bool = false
    ) -> Int64 {
        Temporal(
            isNegative: isNegative, year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            microsecond: microsecond
        ).ordinal
    }
}
