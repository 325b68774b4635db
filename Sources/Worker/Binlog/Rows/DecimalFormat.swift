/// How a DECIMAL(precision, scale) is laid out: groups of nine digits in four bytes, remainders in fewer.
///
/// Source: MySQL's `strings/decimal.cc`, `decimal2bin`.
struct DecimalFormat: Sendable, Hashable {
    let precision: Int
    let scale: Int

    /// Bytes for 0…9 digits.
    static func bytes(forDigits digits: Int) -> Int {
        switch digits {
        case ...0: 0
        case 1, 2: 1
        case 3, 4: 2
        case 5, 6: 3
        default: 4
        }
    }

    var integerDigits: Int { precision - scale }

    var size: Int {
        integerDigits / 9 * 4 + DecimalFormat.bytes(forDigits: integerDigits % 9)
            + scale / 9 * 4 + DecimalFormat.bytes(forDigits: scale % 9)
    }
}
