/// Numbers as digits, written straight into the buffer.
extension SQLBuffer {
    package mutating func append(decimal value: UInt64) {
        reserve(20)
        let digits = value.decimalDigitCount
        writeDigits(value, width: digits)
    }

    package mutating func append(decimal value: Int64) {
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    package mutating func append(decimal value: Int) { append(decimal: Int64(value)) }

    /// Exactly `width` digits, with leading zeros; digits that do not fit are dropped at the front.
    @inline(__always)
    mutating func append(_ value: UInt64, width: Int) {
        reserve(width)
        writeDigits(value, width: width)
    }

    @inline(__always)
    private mutating func writeDigits(_ value: UInt64, width: Int) {
        withTail(width) { tail in
            var rest = value
            var index = width &- 1
            while index >= 0 {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                tail.storeBytes(of: 48 &+ UInt8(truncatingIfNeeded: digit), toByteOffset: index, as: UInt8.self)
                rest = quotient
                index &-= 1
            }
            return width
        }
    }

    /// Two lower-case hexadecimal digits per byte.
    package mutating func append(hex bytes: UnsafeRawBufferPointer) {
        withTail(bytes.count &* 2) { tail in
            var index = 0
            for byte in bytes {
                tail.storeBytes(of: hexDigit(byte &>> 4), toByteOffset: index, as: UInt8.self)
                tail.storeBytes(of: hexDigit(byte & 15), toByteOffset: index &+ 1, as: UInt8.self)
                index &+= 2
            }
            return index
        }
    }
}

@inline(__always)
func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 &+ nibble : 87 &+ nibble }

extension UInt64 {
    /// Number of decimal digits, 1 for zero.
    @inline(__always)
    var decimalDigitCount: Int {
        // 1233 / 4096 is just above log10(2); the estimate is at most one too large.
        let bits = 64 &- (self | 1).leadingZeroBitCount
        let estimate = (bits &* 1233) &>> 12
        return (self | 1) < UInt64.powerOfTen(estimate) ? estimate : estimate &+ 1
    }

    /// 10 to the power of 0…19, larger exponents saturate.
    @inline(__always)
    static func powerOfTen(_ exponent: Int) -> UInt64 {
        switch exponent {
        case ...0: 1
        case 1: 10
        case 2: 100
        case 3: 1000
        case 4: 10000
        case 5: 100_000
        case 6: 1_000_000
        case 7: 10_000_000
        case 8: 100_000_000
        case 9: 1_000_000_000
        case 10: 10_000_000_000
        case 11: 100_000_000_000
        case 12: 1_000_000_000_000
        case 13: 10_000_000_000_000
        case 14: 100_000_000_000_000
        case 15: 1_000_000_000_000_000
        case 16: 10_000_000_000_000_000
        case 17: 100_000_000_000_000_000
        case 18: 1_000_000_000_000_000_000
        default: 10_000_000_000_000_000_000
        }
    }
}
