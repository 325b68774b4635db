import Testing
import WorkerBinlog

/// The GTID events of servers that have no fixture, put together from their documented layouts.
@Suite struct GTIDEventTests {
    private static let source: [UInt8] = Array(0x10...0x1F)

    private func decode(type: EventType, _ body: [UInt8]) throws -> GTIDEvent {
        let size = UInt8(EventHeader.size + body.count)
        let header: [UInt8] = [0, 0, 0, 0, type.rawValue, 1, 0, 0, 0, size, 0, 0, 0, 9, 0, 0, 0, 0, 0]
        var decoder = EventDecoder(format: FormatDescription(serverVersion: "8.0.36", checksum: .none))
        guard case .gtid(let event) = try (header + body).withUnsafeBytes({ try decoder.decode($0) }) else {
            throw DecodeError(.invalid, "no GTID event", at: 0)
        }
        return event
    }

    private func little(_ value: UInt64, _ count: Int = 8) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    @Test func of56() throws {
        let event = try decode(type: .gtid, [1] + Self.source + little(42))
        #expect(event.gtid?.description == "10111213-1415-1617-1819-1a1b1c1d1e1f:42")
        #expect(event.mayHaveStatements && event.sequenceNumber == 0)
        #expect(event.immediateCommitTimestamp == nil && event.transactionLength == nil)
    }

    @Test func of57() throws {
        let event = try decode(type: .gtid, [0] + Self.source + little(42) + [2] + little(7) + little(8))
        #expect(!event.mayHaveStatements && event.lastCommitted == 7 && event.sequenceNumber == 8)
        #expect(event.immediateCommitTimestamp == nil)
    }

    /// Two timestamps and two versions when the transaction came from another server.
    @Test func of80Replicated() throws {
        let clock = [2] + little(7) + little(8)
        let times = little(1_700_000_000_000_001 | 1 << 55, 7) + little(1_600_000_000_000_002, 7)
        let tail = [0xFC, 0x2C, 0x01] + little(80_036 | 1 << 31, 4) + little(50_744, 4)
        let event = try decode(type: .gtid, [0] + Self.source + little(42) + clock + times + tail)
        #expect(event.immediateCommitTimestamp == 1_700_000_000_000_001)
        #expect(event.originalCommitTimestamp == 1_600_000_000_000_002)
        #expect(event.transactionLength == 300)
        #expect(event.immediateServerVersion == 80_036 && event.originalServerVersion == 50_744)
        #expect(event.commitGroupTicket == nil)
    }

    @Test func anonymous() throws {
        let event = try decode(
            type: .anonymousGTID,
            [0] + [UInt8](repeating: 0, count: 24) + [2] + little(1) + little(2)
        )
        #expect(event.gtid == nil && event.sequenceNumber == 2)
    }

    @Test func numbersOutOfRangeAreRefused() {
        for number in [0, UInt64(Int64.max), .max] {
            #expect(throws: DecodeError.self) { try decode(type: .gtid, [0] + Self.source + little(number)) }
        }
    }

    /// A field that this reader does not know may be ignored, unless the message says otherwise.
    @Test func taggedOfLaterServers() throws {
        let source = Self.source.map { $0 << 1 }
        func message(_ lastRequired: UInt8, _ extra: [UInt8]) -> [UInt8] {
            let fields: [UInt8] = [0, 0, 2] + source + [4, 84 << 1 & 0xFF, 6, 4, 0x74, 0x31] + extra
            // Version, size of all, last field that must be known.
            return [2, UInt8(fields.count + 3) << 1, lastRequired << 1] + fields
        }
        let plain = try decode(type: .gtidTagged, message(4, []))
        #expect(plain.gtid?.tag == "t1" && plain.gtid?.number == 42)
        let later = try decode(type: .gtidTagged, message(4, [40, 9, 9, 9]))
        #expect(later.gtid == plain.gtid)
        let error = #expect(throws: DecodeError.self) { try decode(type: .gtidTagged, message(20, [40, 9])) }
        #expect(error?.reason == .unsupported)
    }
}
