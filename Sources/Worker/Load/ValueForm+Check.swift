import SyncModel
import WorkerSchema

/// What a server may send for a value whose text stands in a statement without quotes.
extension ValueForm {
    /// Whether the bytes have this form. Looks at them where they lie.
    func allows(_ value: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .number: value.isDecimal
        case .double: value.isDouble
        case .bits, .enumeration: value.isDigits
        // In quotes, whatever they are.
        case .bytes, .text: true
        }
    }
}

extension CopiedColumn {
    /// Why a value of this column is not written. The value itself is nobody's business.
    func refusal(of table: TableName) -> Failure {
        Failure(
            .valueInvalid,
            "a server sent for column \(name) of table \(table) what no value of its type is",
            remedy: "see whether the server is what it should be, and whether somebody stands between it and DTS"
        )
    }
}

extension UnsafeRawBufferPointer {
    /// `0`…`9` only, at least one.
    var isDigits: Bool { !isEmpty && end(ofDigitsFrom: 0) == count }

    /// `-12.50`: a sign, digits, a point and digits.
    var isDecimal: Bool { end(ofDecimal: ()) == count }

    /// The same with an exponent: `1.5e-7`.
    var isDouble: Bool {
        guard let end = end(ofDecimal: ()) else { return false }
        if end == count { return true }
        guard self[end] | 0x20 == UInt8(ascii: "e") else { return false }
        let first = end + 1 < count && (self[end + 1] == UInt8(ascii: "-") || self[end + 1] == UInt8(ascii: "+")) ? end + 2 : end + 1
        return first < count && self.end(ofDigitsFrom: first) == count
    }

    /// Digits and what stands between those of dates and times.
    var isTemporal: Bool {
        !isEmpty
            && allSatisfy { byte in
                switch byte {
                case 48...57, UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: " "): true
                default: false
                }
            }
    }

    /// nil when they do not begin with a number.
    private func end(ofDecimal: Void) -> Int? {
        let first = first == UInt8(ascii: "-") ? 1 : 0
        let point = end(ofDigitsFrom: first)
        guard point < count, self[point] == UInt8(ascii: ".") else { return point > first ? point : nil }
        let end = end(ofDigitsFrom: point + 1)
        return end > point + 1 ? end : nil
    }

    private func end(ofDigitsFrom start: Int) -> Int {
        var index = start
        while index < count, self[index] &- 48 < 10 { index &+= 1 }
        return index
    }
}
