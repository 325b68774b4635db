/// A date, time or both, taken apart, as the servers keep them: zero and partial dates included.
struct Temporal: Hashable {
    var isNegative = false
    var year: UInt64 = 0
    var month: UInt64 = 0
    var day: UInt64 = 0
    var hour: UInt64 = 0
    var minute: UInt64 = 0
    var second: UInt64 = 0
    /// Always six digits.
    var microsecond: UInt64 = 0
}

/// The layouts of temporal types in row images.
///
/// Sources: MySQL internals manual, "Date and Time Data Type Representation"; `mysys/my_time.cc`
/// (`my_time_packed_from_binary` and neighbours). The callers have checked that the bytes are there.
extension Temporal {
    /// DATE: three bytes, little endian: 5 bits day, 4 bits month, the rest year.
    init(date bytes: UnsafeRawBufferPointer) {
        let value = bytes.littleEndian(at: 0, count: 3)
        day = value & 31
        month = value >> 5 & 15
        year = value >> 9
    }

    /// TIME before 5.6: three bytes, little endian, signed: the decimal number hhmmss.
    init(oldTime bytes: UnsafeRawBufferPointer) {
        var value = bytes.littleEndian(at: 0, count: 3)
        if value & 0x80_0000 != 0 {
            isNegative = true
            value = 0x100_0000 - value
        }
        hour = value / 10_000
        minute = value / 100 % 100
        second = value % 100
    }

    /// DATETIME before 5.6: eight bytes, little endian: the decimal number YYYYMMDDhhmmss.
    init(oldDateTime bytes: UnsafeRawBufferPointer) {
        let value = bytes.littleEndian(at: 0, count: 8)
        let date = value / 1_000_000
        let time = value % 1_000_000
        year = date / 10_000
        month = date / 100 % 100
        day = date % 100
        hour = time / 10_000
        minute = time / 100 % 100
        second = time % 100
    }

    /// TIME: three bytes, big endian, offset by 0x800000, then the fraction. A negative value is the two's complement
    /// of the whole, fraction included.
    init(time bytes: UnsafeRawBufferPointer, fraction: Int) {
        let size = (fraction + 1) / 2
        let whole = Int64(bytes.bigEndian(at: 0, count: 3 + size)) - 0x80_0000 << Int64(8 * size)
        let magnitude = whole.magnitude
        let mask = UInt64(1) << UInt64(8 * size) - 1
        let clock = magnitude >> UInt64(8 * size)
        isNegative = whole < 0
        hour = clock >> 12 & 0x3FF
        minute = clock >> 6 & 63
        second = clock & 63
        microsecond = Temporal.microseconds(magnitude & mask, size: size)
    }

    /// DATETIME: five bytes, big endian, offset by 0x8000000000, then the fraction.
    init(dateTime bytes: UnsafeRawBufferPointer, fraction: Int) {
        let size = (fraction + 1) / 2
        self.init(packedDate: bytes.bigEndian(at: 0, count: 5) & 0x7F_FFFF_FFFF)
        microsecond = Temporal.microseconds(bytes.bigEndian(at: 5, count: size), size: size)
    }

    /// 17 bits year × 13 + month, 5 bits day, 5 bits hour, 6 bits minute, 6 bits second.
    init(packedDate value: UInt64) {
        let date = value >> 17
        let time = value & 0x1_FFFF
        year = (date >> 5) / 13
        month = (date >> 5) % 13
        day = date & 31
        hour = time >> 12
        minute = time >> 6 & 63
        second = time & 63
    }

    /// Seconds since 1970 in UTC.
    init(secondsSince1970 seconds: UInt64, microsecond: UInt64) {
        self.init()
        // Days since 0000-03-01 in the proleptic Gregorian calendar: Howard Hinnant, "chrono-compatible date algorithms".
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = seconds / 3600 % 24
        minute = seconds / 60 % 60
        second = seconds % 60
        self.microsecond = microsecond
    }

    /// TIMESTAMP: four bytes, big endian since 5.6 and little endian before, then the fraction. Zero is the zero date.
    init(timestamp bytes: UnsafeRawBufferPointer, fraction: Int, isBigEndian: Bool) {
        guard isBigEndian else {
            let seconds = bytes.littleEndian(at: 0, count: 4)
            if seconds == 0 { self.init() } else { self.init(secondsSince1970: seconds, microsecond: 0) }
            return
        }
        let size = (fraction + 1) / 2
        let seconds = bytes.bigEndian(at: 0, count: 4)
        let microsecond = Temporal.microseconds(bytes.bigEndian(at: 4, count: size), size: size)
        if seconds == 0, microsecond == 0 {
            self.init()
        } else {
            self.init(secondsSince1970: seconds, microsecond: microsecond)
        }
    }

    /// A temporal value inside JSON: hour and below as in a packed date, times 2^24, plus microseconds.
    /// Source: `TIME_from_longlong_datetime_packed`, `TIME_from_longlong_time_packed`.
    init(packed value: Int64, isTime: Bool) {
        let magnitude = value.magnitude
        if isTime {
            self.init()
            let clock = magnitude >> 24
            hour = clock >> 12 & 0x3FF
            minute = clock >> 6 & 63
            second = clock & 63
        } else {
            self.init(packedDate: magnitude >> 24)
        }
        isNegative = value < 0
        microsecond = magnitude & 0xFF_FFFF
    }

    /// The fraction is stored in units of 1/100, 1/10 000 or 1/1 000 000.
    private static func microseconds(_ fraction: UInt64, size: Int) -> UInt64 {
        switch size {
        case 1: fraction &* 10_000
        case 2: fraction &* 100
        default: fraction
        }
    }
}

extension SQLBuffer {
    /// `YYYY-MM-DD`.
    mutating func append(date value: Temporal) {
        append(value.year, width: 4)
        append(byte: UInt8(ascii: "-"))
        append(value.month, width: 2)
        append(byte: UInt8(ascii: "-"))
        append(value.day, width: 2)
    }

    /// `[-]hh:mm:ss[.ffffff]`, hours with as many digits as they need.
    mutating func append(time value: Temporal, fraction: Int) {
        if value.isNegative { append(byte: UInt8(ascii: "-")) }
        append(value.hour, width: max(value.hour.decimalDigitCount, 2))
        append(byte: UInt8(ascii: ":"))
        append(value.minute, width: 2)
        append(byte: UInt8(ascii: ":"))
        append(value.second, width: 2)
        guard fraction > 0 else { return }
        append(byte: UInt8(ascii: "."))
        append(value.microsecond / UInt64.powerOfTen(6 - fraction), width: fraction)
    }

    /// `YYYY-MM-DD hh:mm:ss[.ffffff]`.
    mutating func append(dateTime value: Temporal, fraction: Int) {
        append(date: value)
        append(byte: UInt8(ascii: " "))
        append(time: value, fraction: fraction)
    }
}
