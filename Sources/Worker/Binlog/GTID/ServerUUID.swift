/// The 16 bytes that name a MySQL server: the source of its transactions.
package struct ServerUUID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first and last eight bytes, as big-endian numbers: comparing them compares the bytes.
    private let high: UInt64
    private let low: UInt64

    /// nil unless there are 16 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in any case, also without dashes or in braces as the server takes it.
    package init?(_ text: some StringProtocol) {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for byte in text.utf8 {
            switch byte {
            case 48...57: digits.append(byte - 48)
            case 65...70: digits.append(byte - 55)
            case 97...102: digits.append(byte - 87)
            case UInt8(ascii: "-"), UInt8(ascii: "{"), UInt8(ascii: "}"): continue
            default: return nil
            }
        }
        guard digits.count == 32 else { return nil }
        high = digits.prefix(16).reduce(0) { $0 << 4 | UInt64($1) }
        low = digits.suffix(16).reduce(0) { $0 << 4 | UInt64($1) }
    }

    init(reading reader: inout ByteReader) throws(DecodeError) {
        let bytes = try reader.take(16)
        high = bytes.bigEndian(at: 0, count: 8)
        low = bytes.bigEndian(at: 8, count: 8)
    }

    package var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(hexDigit(byte >> 4))
            text.append(hexDigit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func < (left: ServerUUID, right: ServerUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// The identifier of one MySQL transaction: where it was born, an optional tag, and its number there.
package struct GTID: Sendable, Hashable, CustomStringConvertible {
    package let source: ServerUUID
    /// Lower case; empty for none (tags exist from MySQL 8.3).
    package let tag: String
    package let number: Int64

    package init(source: ServerUUID, tag: String = "", number: Int64) {
        self.source = source
        self.tag = tag
        self.number = number
    }

    package var description: String { tag.isEmpty ? "\(source):\(number)" : "\(source):\(tag):\(number)" }
}
