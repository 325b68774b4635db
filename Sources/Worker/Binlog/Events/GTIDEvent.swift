/// The global transaction identifier before a MySQL transaction, with what the server knows of its commit.
///
/// Sources: `Gtid_event` in MySQL's `control_events.h`/`.cpp`; types GTID (33), ANONYMOUS_GTID (34) and GTID_TAGGED (42).
package struct GTIDEvent: Sendable, Hashable {
    /// nil for an anonymous transaction.
    package let gtid: GTID?
    /// Some change of the transaction may be logged as a statement.
    package let mayHaveStatements: Bool
    package let lastCommitted: Int64
    package let sequenceNumber: Int64
    /// Microseconds since 1970 of the commit on the server whose log this is; nil before MySQL 8.0.
    package let immediateCommitTimestamp: UInt64?
    /// Microseconds since 1970 of the commit on the server where the transaction was born; nil before MySQL 8.0.
    package let originalCommitTimestamp: UInt64?
    /// Bytes of the whole transaction including this event; nil before MySQL 8.0.2.
    package let transactionLength: UInt64?
    package let immediateServerVersion: UInt32?
    package let originalServerVersion: UInt32?
    package let commitGroupTicket: UInt64?

    package var source: ServerUUID? { gtid?.source }
    package var tag: String { gtid?.tag ?? "" }
    package var number: Int64 { gtid?.number ?? 0 }

    init(reading reader: inout ByteReader, type: EventType) throws(DecodeError) {
        self = type == .gtidTagged ? try GTIDEvent(tagged: &reader) : try GTIDEvent(untagged: &reader, type: type)
    }

    /// Fixed layout; each server version added fields at the end.
    private init(untagged reader: inout ByteReader, type: EventType) throws(DecodeError) {
        mayHaveStatements = try reader.readUInt8() & 1 != 0
        let source = try ServerUUID(reading: &reader)
        let number = Int64(bitPattern: try reader.readUInt64())
        if type == .anonymousGTID {
            gtid = nil
        } else {
            guard number > 0, number < Int64.max else { throw reader.error(.invalid, "transaction number \(number)") }
            gtid = GTID(source: source, number: number)
        }
        // Type code 2 announces the logical clock; other codes belong to milestones that were never released.
        let hasClock = reader.isAtEnd ? false : try reader.readUInt8() == 2
        lastCommitted = hasClock ? Int64(bitPattern: try reader.readUInt64()) : 0
        sequenceNumber = hasClock ? Int64(bitPattern: try reader.readUInt64()) : 0
        guard hasClock, reader.remaining >= 7 else {
            immediateCommitTimestamp = nil
            originalCommitTimestamp = nil
            transactionLength = nil
            immediateServerVersion = nil
            originalServerVersion = nil
            commitGroupTicket = nil
            return
        }
        // The top bit of a number says that a second one follows; without it both are equal.
        let timestamp = try reader.readUInt(bytes: 7)
        let mask = UInt64(1) << 55
        immediateCommitTimestamp = timestamp & ~mask
        originalCommitTimestamp = timestamp & mask == 0 ? timestamp : try reader.readUInt(bytes: 7)
        transactionLength = reader.isAtEnd ? nil : try reader.readPacked()
        guard reader.remaining >= 4 else {
            immediateServerVersion = nil
            originalServerVersion = nil
            commitGroupTicket = nil
            return
        }
        let version = try reader.readUInt32()
        immediateServerVersion = version & 0x7FFF_FFFF
        originalServerVersion = version >> 31 == 0 ? version : try reader.readUInt32()
        commitGroupTicket = reader.remaining >= 8 ? try reader.readUInt64() : nil
    }

    /// A message of numbered fields; the number of the last one that must be understood comes first.
    private init(tagged reader: inout ByteReader) throws(DecodeError) {
        var flags: UInt64 = 0
        var source: ServerUUID?
        var tag = ""
        var number: Int64 = 0
        var clock: (last: Int64, sequence: Int64) = (0, 0)
        var times: (immediate: UInt64?, original: UInt64?) = (nil, nil)
        var versions: (immediate: UInt64?, original: UInt64?) = (nil, nil)
        var length: UInt64?
        var ticket: UInt64?
        var message = try SerializedMessage(reading: &reader, lastKnownField: 11)
        while let field = try message.nextField() {
            switch field {
            case 0: flags = try message.readUnsigned()
            case 1:
                var bytes: [UInt8] = []
                for _ in 0..<16 { bytes.append(UInt8(truncatingIfNeeded: try message.readUnsigned())) }
                source = ServerUUID(bytes)
            case 2: number = try message.readSigned()
            case 3: tag = try message.readString()
            case 4: clock.last = try message.readSigned()
            case 5: clock.sequence = try message.readSigned()
            case 6: times.immediate = try message.readUnsigned()
            case 7: times.original = try message.readUnsigned()
            case 8: length = try message.readUnsigned()
            case 9: versions.immediate = try message.readUnsigned()
            case 10: versions.original = try message.readUnsigned()
            case 11: ticket = try message.readUnsigned()
            default: try message.skipRest()
            }
        }
        guard let source else { throw reader.error(.invalid, "tagged GTID without source") }
        guard number > 0, number < Int64.max else { throw reader.error(.invalid, "transaction number \(number)") }
        guard tag.isEmpty || GTIDSet.tag(tag[...]) == tag else { throw reader.error(.invalid, "tag") }
        gtid = GTID(source: source, tag: tag, number: number)
        mayHaveStatements = flags & 1 != 0
        lastCommitted = clock.last
        sequenceNumber = clock.sequence
        immediateCommitTimestamp = times.immediate
        originalCommitTimestamp = times.original ?? times.immediate
        transactionLength = length
        immediateServerVersion = versions.immediate.map { UInt32(truncatingIfNeeded: $0) }
        originalServerVersion = (versions.original ?? versions.immediate).map { UInt32(truncatingIfNeeded: $0) }
        commitGroupTicket = ticket
    }
}
