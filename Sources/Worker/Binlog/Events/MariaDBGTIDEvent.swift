/// The global transaction identifier that begins an event group in a MariaDB binlog; it stands for `BEGIN` as well.
///
/// Sources: MariaDB documentation, "GTID_EVENT"; `Gtid_log_event` in `sql/log_event.cc`.
package struct MariaDBGTIDEvent: Sendable, Hashable {
    /// Bits of the event's flag byte.
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// One statement, without a COMMIT or XID after it (DDL).
        package static let standalone = Flags(rawValue: 1)
        package static let groupCommitID = Flags(rawValue: 2)
        /// Can be rolled back: no change to a non-transactional table.
        package static let transactional = Flags(rawValue: 4)
        package static let allowParallel = Flags(rawValue: 8)
        package static let waited = Flags(rawValue: 16)
        package static let ddl = Flags(rawValue: 32)
        /// Ends in XA PREPARE.
        package static let preparedXA = Flags(rawValue: 64)
        /// XA COMMIT or XA ROLLBACK.
        package static let completedXA = Flags(rawValue: 128)
    }

    package let gtid: MariaDBGTID
    package let flags: Flags
    package let commitID: UInt64?
    package let xid: XID?

    package var domain: UInt32 { gtid.domain }
    package var isStandalone: Bool { flags.contains(.standalone) }

    init(reading reader: inout ByteReader, serverID: UInt32) throws(DecodeError) {
        let sequence = try reader.readUInt64()
        let domain = try reader.readUInt32()
        gtid = MariaDBGTID(domain: domain, server: serverID, sequence: sequence)
        flags = Flags(rawValue: try reader.readUInt8())
        commitID = flags.contains(.groupCommitID) ? try reader.readUInt64() : nil
        guard flags.contains(.preparedXA) || flags.contains(.completedXA) else {
            xid = nil
            return
        }
        let formatID = try reader.readUInt32()
        let global = try reader.readUInt8()
        let branch = try reader.readUInt8()
        guard global <= 64, branch <= 64 else { throw reader.error(.invalid, "length of the transaction identifier") }
        xid = XID(
            formatID: formatID,
            global: [UInt8](try reader.take(Int(global))),
            branch: [UInt8](try reader.take(Int(branch)))
        )
    }
}
