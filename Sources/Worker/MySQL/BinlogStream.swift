private import CMySQL

/// The server's binlog as it is written: a session that has become a replica's connection.
package final class BinlogStream {
    /// Where to begin.
    package enum Start: Sendable {
        /// From a file and offset (MySQL without GTID, and MariaDB when asked for by file).
        case file(String, offset: UInt64)
        /// All transactions that are not in this set, encoded for COM_BINLOG_DUMP_GTID (MySQL).
        case gtidSet(encoded: [UInt8])
        /// After the position that `@slave_connect_state` holds (MariaDB).
        case slaveConnectState
    }

    private let session: Session

    /// Takes the session over; statements are no longer possible on it.
    ///
    /// - Parameter serverID: what the server knows this replica by; two replicas of one server must differ.
    package init(_ session: Session, serverID: UInt32, from start: Start) throws(MySQLError) {
        self.session = session
        let strings = CStrings()
        var options = dts_binlog_options()
        options.server_id = serverID
        options.offset = 4
        options.file = strings.hold("")
        var result: Int32 = 0
        switch start {
        case .file(let file, let offset):
            options.file = strings.hold(file)
            options.offset = offset
            result = dts_mysql_binlog_open(session.raw, &options)
        case .slaveConnectState:
            result = dts_mysql_binlog_open(session.raw, &options)
        case .gtidSet(let encoded):
            encoded.withUnsafeBytes { bytes in
                options.gtid_set = bytes.baseAddress
                options.gtid_set_length = bytes.count
                result = dts_mysql_binlog_open(session.raw, &options)
            }
        }
        if result != 0 { throw session.lastError }
    }

    /// The next event with its header; valid until the next call. nil: the server ended the stream.
    package func next() throws(MySQLError) -> UnsafeRawBufferPointer? {
        var event: UnsafeRawPointer?
        var length = 0
        switch dts_mysql_binlog_fetch(session.raw, &event, &length) {
        case 1: return UnsafeRawBufferPointer(start: event, count: length)
        case 0: return nil
        default: throw session.lastError
        }
    }

    package var interruption: Interruption { session.interruption }
}

extension Session {
    /// Tells the server that a replica is connected, so that it is in its list (`SHOW REPLICAS`).
    package func register(asReplica serverID: UInt32, host: String) throws(MySQLError) {
        if dts_mysql_register_replica(raw, serverID, host) != 0 { throw lastError }
    }
}
