/// 10^k for every k that a double can need, as 128 significant bits, rounded up.
///
/// Used by ``DecimalDouble``; made once per process by exact integer arithmetic instead of being written out.
enum PowersOfTen {
    static let lowest = -292
    static let highest = 324

    /// The upper and lower half of 10^k scaled to 128 bits.
    @inline(__always)
    static func scaled(_ exponent: Int) -> (high: UInt64, low: UInt64) {
        let index = (exponent &- lowest) &* 2
        return (table[index], table[index &+ 1])
    }

    private static let table: [UInt64] = {
        var table = [UInt64](repeating: 0, count: (highest - lowest + 1) * 2)
        var power = BigNatural(1)
        for exponent in 0...highest {
            let top = power.topBits()
            table[(exponent - lowest) * 2] = top.high
            table[(exponent - lowest) * 2 + 1] = top.low
            if exponent > 0, -exponent >= lowest {
                let inverse = power.inverseBits()
                table[(-exponent - lowest) * 2] = inverse.high
                table[(-exponent - lowest) * 2 + 1] = inverse.low
            }
            power.multiply(by: 10)
        }
        return table
    }()
}

/// A natural number of any size; just enough arithmetic for ``PowersOfTen``.
private struct BigNatural {
    /// Lowest limb first.
    private var limbs: [UInt64]

    init(_ value: UInt64) { limbs = [value] }

    private var bitCount: Int { limbs.count * 64 - (limbs.last?.leadingZeroBitCount ?? 0) }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index].multipliedFullWidth(by: factor)
            let (sum, overflow) = product.low.addingReportingOverflow(carry)
            limbs[index] = sum
            carry = product.high &+ (overflow ? 1 : 0)
        }
        if carry != 0 { limbs.append(carry) }
    }

    private func bit(_ index: Int) -> UInt64 {
        index < 0 || index >= limbs.count * 64 ? 0 : limbs[index / 64] >> UInt64(index % 64) & 1
    }

    /// The 128 highest bits, rounded up.
    func topBits() -> (high: UInt64, low: UInt64) {
        let count = bitCount
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<64 { high = high << 1 | bit(count - 1 - index) }
        for index in 64..<128 { low = low << 1 | bit(count - 1 - index) }
        let hasMore = (0..<max(count - 128, 0)).contains { bit($0) != 0 }
        return hasMore ? increment(high, low) : (high, low)
    }

    /// The 128 highest bits of 1 / self, rounded up; self is no power of two.
    func inverseBits() -> (high: UInt64, low: UInt64) {
        var rest = BigNatural(0)
        rest.limbs = [UInt64](repeating: 0, count: limbs.count + 1)
        let start = bitCount - 1
        rest.limbs[start / 64] = 1 << UInt64(start % 64)
        var high: UInt64 = 0
        var low: UInt64 = 0
        for _ in 0..<128 {
            high = high << 1 | low >> 63
            low <<= 1
            rest.double()
            if rest.isAtLeast(self) {
                rest.subtract(self)
                low |= 1
            }
        }
        return increment(high, low)
    }

    private func increment(_ high: UInt64, _ low: UInt64) -> (high: UInt64, low: UInt64) {
        low == .max ? (high + 1, 0) : (high, low + 1)
    }

    private mutating func double() {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let next = limbs[index] >> 63
            limbs[index] = limbs[index] << 1 | carry
            carry = next
        }
    }

    private func isAtLeast(_ other: BigNatural) -> Bool {
        for index in limbs.indices.reversed() {
            let right = index < other.limbs.count ? other.limbs[index] : 0
            if limbs[index] != right { return limbs[index] > right }
        }
        return true
    }

    private mutating func subtract(_ other: BigNatural) {
        var borrow: UInt64 = 0
        for index in limbs.indices {
            let right = index < other.limbs.count ? other.limbs[index] : 0
            let (first, under) = limbs[index].subtractingReportingOverflow(right)
            let (second, underAgain) = first.subtractingReportingOverflow(borrow)
            limbs[index] = second
            borrow = (under ? 1 : 0) + (underAgain ? 1 : 0)
        }
    }
}
