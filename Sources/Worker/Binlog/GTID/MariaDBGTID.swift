/// The identifier of a MariaDB event group: replication domain, server, sequence number.
package struct MariaDBGTID: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    package let domain: UInt32
    package let server: UInt32
    package let sequence: UInt64

    package init(domain: UInt32, server: UInt32, sequence: UInt64) {
        self.domain = domain
        self.server = server
        self.sequence = sequence
    }

    /// `domain-server-sequence`; nil when it is something else.
    package init?(_ text: String) { self.init(text[...]) }

    init?(_ text: Substring) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }),
            let domain = UInt32(parts[0]), let server = UInt32(parts[1]), let sequence = UInt64(parts[2])
        else { return nil }
        self.init(domain: domain, server: server, sequence: sequence)
    }

    package var description: String { "\(domain)-\(server)-\(sequence)" }
}

/// A position in the logs of a MariaDB topology: the last event group of each replication domain.
///
/// Source: MariaDB documentation, "Global Transaction ID"; event GTID_LIST.
package struct MariaDBGTIDPosition: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    private var last: [UInt32: MariaDBGTID] = [:]

    package init() {}

    package init(_ gtids: some Sequence<MariaDBGTID>) {
        for gtid in gtids { advance(to: gtid) }
    }

    /// `0-1-100,1-2-5`, as in `gtid_slave_pos`; nil when it is something else.
    package init?(_ text: String) {
        for part in text.split(separator: ",") {
            let part = part.trimmingBlanks()
            if part.isEmpty { continue }
            guard let gtid = MariaDBGTID(part) else { return nil }
            advance(to: gtid)
        }
    }

    /// Number, then domain, server and sequence of each. For a domain with several servers, the current one is last.
    init(reading reader: inout ByteReader) throws(DecodeError) {
        // The top four bits are flags.
        let count = try reader.readUInt32() & 0x0FFF_FFFF
        guard Int(count) <= reader.remaining / 16 else { throw reader.error(.truncated) }
        for _ in 0..<count {
            advance(
                to: MariaDBGTID(
                    domain: try reader.readUInt32(),
                    server: try reader.readUInt32(),
                    sequence: try reader.readUInt64()
                )
            )
        }
    }

    package var isEmpty: Bool { last.isEmpty }

    /// Sorted by domain.
    package var gtids: [MariaDBGTID] { last.values.sorted { $0.domain < $1.domain } }

    package subscript(domain: UInt32) -> MariaDBGTID? { last[domain] }

    /// Makes this the last group of its domain, whatever was there before.
    package mutating func advance(to gtid: MariaDBGTID) { last[gtid.domain] = gtid }

    /// Whether the position has reached the group. Sequence numbers of a domain only grow (`gtid_strict_mode`).
    package func contains(_ gtid: MariaDBGTID) -> Bool { (last[gtid.domain]?.sequence ?? 0) >= gtid.sequence }

    /// Whether this position is behind `other` in no domain: all that `other` has seen, this has.
    package func covers(_ other: MariaDBGTIDPosition) -> Bool { other.last.values.allSatisfy { contains($0) } }

    package var description: String { gtids.map(\.description).joined(separator: ",") }
}
