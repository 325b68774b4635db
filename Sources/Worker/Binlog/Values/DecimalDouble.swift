/// A double as the shortest decimal number that reads back as the same double: digits × 10^exponent.
///
/// The algorithm is Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles", 2020): among the shortest
/// numbers in the rounding interval, the one closest to the double. That is what the servers' `my_gcvt` prints, too
/// (David Gay's `dtoa`, mode 4).
struct DecimalDouble: Hashable {
    var isNegative: Bool
    /// Without trailing zeros; 0 for zero.
    var digits: UInt64
    var exponent: Int

    /// nil for infinities and NaN, which no server stores.
    init?(_ value: Double) {
        let bits = value.bitPattern
        isNegative = bits >> 63 != 0
        let fraction = bits & 0x000F_FFFF_FFFF_FFFF
        let biased = Int(bits >> 52 & 0x7FF)
        guard biased != 0x7FF else { return nil }
        guard biased != 0 || fraction != 0 else {
            digits = 0
            exponent = 0
            return
        }
        let significand = biased == 0 ? fraction : fraction | 1 << 52
        let binaryExponent = biased == 0 ? -1074 : biased - 1075
        if binaryExponent <= 0, binaryExponent > -53, significand.trailingZeroBitCount >= -binaryExponent {
            digits = significand >> UInt64(-binaryExponent)
            exponent = 0
        } else {
            (digits, exponent) = DecimalDouble.shortest(
                significand,
                binaryExponent,
                isLowerCloser: fraction == 0 && biased > 1
            )
        }
        while digits != 0 {
            let (quotient, rest) = digits.quotientAndRemainder(dividingBy: 10)
            if rest != 0 { break }
            digits = quotient
            exponent += 1
        }
    }

    /// For comparing only: digits and exponent as they were read.
    init(isNegative: Bool, digits: UInt64, exponent: Int) {
        self.isNegative = isNegative
        self.digits = digits
        self.exponent = exponent
    }

    /// The closest of the shortest numbers in the rounding interval of `significand` × 2^`binaryExponent`.
    private static func shortest(
        _ significand: UInt64,
        _ binaryExponent: Int,
        isLowerCloser: Bool
    ) -> (UInt64, Int) {
        let isEven: UInt64 = significand & 1 == 0 ? 0 : 1
        let lower = significand * 4 - (isLowerCloser ? 1 : 2)
        let middle = significand * 4
        let upper = significand * 4 + 2
        // floor(log10(2^q)), or of 3/4 of it when the lower neighbour is closer.
        let k = (binaryExponent * 1_262_611 - (isLowerCloser ? 524_031 : 0)) >> 22
        // q plus floor(log2(10^-k)) plus 1.
        let shift = UInt64(binaryExponent + ((-k * 1_741_647) >> 19) + 1)
        let power = PowersOfTen.scaled(-k)
        let low = multiply(power, lower << shift) + isEven
        let value = multiply(power, middle << shift)
        let high = multiply(power, upper << shift) - isEven
        let whole = value / 4
        if whole >= 10 {
            let tens = whole / 10
            let under = low <= 40 * tens
            let over = 40 * tens + 40 <= high
            if under != over { return (tens + (over ? 1 : 0), k + 1) }
        }
        let under = low <= 4 * whole
        let over = 4 * whole + 4 <= high
        if under != over { return (whole + (over ? 1 : 0), k) }
        let half = 4 * whole + 2
        let roundsUp = value > half || value == half && whole & 1 != 0
        return (whole + (roundsUp ? 1 : 0), k)
    }

    /// The upper 64 bits of the 192-bit product, with the lowest bit set when anything follows (round to odd).
    @inline(__always)
    private static func multiply(_ power: (high: UInt64, low: UInt64), _ factor: UInt64) -> UInt64 {
        let low = power.low.multipliedFullWidth(by: factor)
        let high = power.high.multipliedFullWidth(by: factor)
        let (middle, carry) = high.low.addingReportingOverflow(low.high)
        let top = high.high &+ (carry ? 1 : 0)
        return top | (middle > 1 ? 1 : 0)
    }
}

extension SQLBuffer {
    /// `-1.25e3`: always with an exponent, so that a server reads an approximate number. (MariaDB stores -0 as 0,
    /// whatever the literal.)
    package mutating func append(approximate value: Double) -> Bool {
        guard let number = DecimalDouble(value) else { return false }
        if number.isNegative { append(byte: UInt8(ascii: "-")) }
        appendScientific(number)
        return true
    }

    private mutating func appendScientific(_ number: DecimalDouble) {
        let start = count
        append(decimal: number.digits)
        let length = count - start
        if length > 1 { insertPoint(after: 1, from: start) }
        append(byte: UInt8(ascii: "e"))
        append(decimal: number.digits == 0 ? 0 : number.exponent + length - 1)
    }

    /// The text that the servers print: plain from 1e-15 up to fifteen digits before the point, else with exponent.
    /// Source: `my_gcvt` in `strings/dtoa.cc` with the widest field (MY_GCVT_MAX_FIELD_WIDTH).
    mutating func append(serverDouble value: Double) -> Bool {
        guard let number = DecimalDouble(value) else { return false }
        if number.isNegative { append(byte: UInt8(ascii: "-")) }
        guard number.digits != 0 else {
            append(byte: UInt8(ascii: "0"))
            return true
        }
        let length = number.digits.decimalDigitCount
        // Digits before the point.
        let whole = length + number.exponent
        guard whole >= -14, whole <= 15 || length > whole else {
            appendScientific(number)
            return true
        }
        if whole <= 0 {
            append("0.")
            append(repeating: UInt8(ascii: "0"), count: -whole)
            append(decimal: number.digits)
        } else {
            let start = count
            append(decimal: number.digits)
            if length > whole {
                insertPoint(after: whole, from: start)
            } else {
                append(repeating: UInt8(ascii: "0"), count: whole - length)
            }
        }
        return true
    }

    /// Puts a point behind the first `digits` bytes after `start`.
    private mutating func insertPoint(after digits: Int, from start: Int) {
        let end = count
        append(byte: 0)
        var index = end
        while index > start + digits {
            setByte(byte(at: index - 1), at: index)
            index -= 1
        }
        setByte(UInt8(ascii: "."), at: start + digits)
    }
}
