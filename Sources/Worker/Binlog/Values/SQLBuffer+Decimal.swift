/// DECIMAL values as digits, without loss.
extension SQLBuffer {
    /// Appends the value as the servers print it: `-12.50`, one zero before the point when there is nothing else.
    ///
    /// The sign is the inverted top bit; a negative value has all its bytes inverted; digits come in groups of nine in
    /// four bytes (fewer in fewer) before and after the point.
    /// Source: `bin2decimal` and `decimal2string` in MySQL's `strings/decimal.cc`.
    /// - Returns: false when a group holds more than its digits.
    mutating func append(decimal bytes: UnsafeRawBufferPointer, _ format: DecimalFormat) -> Bool {
        let size = format.size
        guard bytes.count == size, size > 0 else { return false }
        let isNegative = bytes[0] & 0x80 == 0
        let mask: UInt8 = isNegative ? 0xFF : 0
        var offset = 0
        var isValid = true
        func group(_ digits: Int) -> UInt64 {
            let count = DecimalFormat.bytes(forDigits: digits)
            var value: UInt64 = 0
            for index in offset..<(offset + count) {
                let byte = index == 0 ? bytes[index] ^ 0x80 : bytes[index]
                value = value << 8 | UInt64(byte ^ mask)
            }
            offset += count
            if value >= UInt64.powerOfTen(digits) { isValid = false }
            return value
        }
        reserve(format.precision + 3)
        if isNegative { append(byte: UInt8(ascii: "-")) }
        var hasDigits = false
        var left = format.integerDigits
        while left > 0 {
            let digits = left % 9 == 0 ? 9 : left % 9
            let value = group(digits)
            left -= digits
            if hasDigits {
                append(value, width: digits)
            } else if value != 0 {
                append(decimal: value)
                hasDigits = true
            }
        }
        if !hasDigits { append(byte: UInt8(ascii: "0")) }
        guard format.scale > 0 else { return isValid }
        append(byte: UInt8(ascii: "."))
        left = format.scale
        while left > 0 {
            let digits = min(left, 9)
            append(group(digits), width: digits)
            left -= digits
        }
        return isValid
    }
}
