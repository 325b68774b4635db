/// An event of a binlog on its way through a ``HostileServer``: a header of 19 bytes and a body.
package struct HostileEvent: Sendable, Hashable {
    package static let query: UInt8 = 2
    package static let rotate: UInt8 = 4
    package static let tableMap: UInt8 = 19

    private var header: [UInt8]
    package var body: [UInt8]
    private let hasChecksum: Bool

    /// nil for bytes that are shorter than a header.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count >= 19 else { return nil }
        header = Array(bytes.prefix(19))
        let rest = bytes.count >= 23 ? 4 : 0
        let sum = Self.checksum(bytes.dropLast(rest))
        hasChecksum = rest == 4 && bytes.suffix(4).elementsEqual(sum)
        body = Array(bytes.dropFirst(19).dropLast(hasChecksum ? 4 : 0))
    }

    /// CRC-32, as zlib counts it.
    private static func checksum(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> UInt32(8 * $0)) }
    }

    package var type: UInt8 { header[4] }

    var bytes: [UInt8] {
        var header = header
        let size = UInt32(header.count + body.count + (hasChecksum ? 4 : 0))
        for place in 0..<4 { header[9 + place] = UInt8(truncatingIfNeeded: size >> UInt32(8 * place)) }
        return header + body + (hasChecksum ? Self.checksum(header + body) : [])
    }

    /// The same event with another body.
    package func with(_ body: [UInt8]) -> HostileEvent {
        var result = self
        result.body = body
        return result
    }

    /// With one run of bytes in the place of another one of the same length or not; unchanged where there is none.
    package func replacing(_ old: String, with new: String) -> HostileEvent {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        guard let place = body.firstRange(of: old) else { return self }
        return with(body[..<place.lowerBound] + new + body[place.upperBound...])
    }
}

extension HostileEvent {
    /// A query event with another statement; the body ends in it.
    package func saying(_ statement: String, for old: String) -> HostileEvent {
        let end = Array(old.utf8)
        guard type == Self.query, body.suffix(end.count).elementsEqual(end) else { return self }
        return with(body.dropLast(end.count) + Array(statement.utf8))
    }

    /// A rotate event that names another file.
    package func naming(file: String) -> HostileEvent { type == Self.rotate ? with(body.prefix(8) + Array(file.utf8)) : self }

    /// A table map with other names, of less than 251 bytes each.
    package func mapping(database: String? = nil, table: String? = nil) -> HostileEvent {
        guard type == Self.tableMap, body.count > 9 else { return self }
        let first = 9..<9 + Int(body[8])
        guard body.count > first.upperBound + 2 else { return self }
        let second = first.upperBound + 2..<first.upperBound + 2 + Int(body[first.upperBound + 1])
        guard body.count > second.upperBound else { return self }
        func name(_ new: String?, _ old: Range<Int>) -> [UInt8] {
            let bytes = new.map { Array($0.utf8) } ?? Array(body[old])
            return [UInt8(bytes.count)] + bytes + [0]
        }
        return with(body[..<8] + name(database, first) + name(table, second) + body[(second.upperBound + 1)...])
    }

    /// The table that a table map is of; nil for another event.
    package var table: String? {
        guard type == Self.tableMap, body.count > 9 else { return nil }
        let start = 9 + Int(body[8]) + 1
        guard body.count > start, body.count > start + Int(body[start]) else { return nil }
        return String(decoding: body[start + 1..<start + 1 + Int(body[start])], as: UTF8.self)
    }
}
