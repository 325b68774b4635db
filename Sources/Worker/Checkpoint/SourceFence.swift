package import SyncModel
package import SyncMySQL
package import WorkerSchema

/// Small writes to the source: the heartbeat that lag is measured by, and the fence that makes a position certain.
package enum SourceFence {
    private static let table = "`\(metadataDatabase)`.heartbeat"
    private static let clock = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)"
    /// Always changes the row, so that it is always logged.
    private static let fence = "UPDATE \(table) SET beat = GREATEST(beat + 1, \(clock)) WHERE id = 1"

    /// The server's clock, microseconds since 1970 UTC.
    package static func time(_ session: Session) throws(MySQLError) -> UInt64 {
        try session.value("SELECT \(clock)").flatMap { UInt64($0) } ?? 0
    }

    /// Writes a heartbeat unless some task did within the last `interval`. Tasks of one source share the row, so that
    /// their number does not multiply its binlog.
    ///
    /// - Parameter unlessReadOnly: writes nothing to a server that is set to take no writes, also where the user may write all the same.
    /// - Returns: the source's clock, microseconds since 1970 UTC.
    @discardableResult
    package static func beat(
        _ session: Session, unlessYoungerThan interval: Duration, unlessReadOnly: Bool = false
    ) throws(MySQLError) -> UInt64 {
        let now = try time(session)
        let microseconds = UInt64(interval / .microseconds(1))
        let limit = now > microseconds ? now - microseconds : 0
        // The locking part finds no row while the last beat is young, and then nothing is written or logged.
        let condition = unlessReadOnly ? " AND CONCAT(@@GLOBAL.read_only) IN ('0', 'OFF')" : ""
        try session.execute("UPDATE \(table) SET beat = \(now) WHERE id = 1 AND beat < \(limit)\(condition)")
        return now
    }

    /// A position of which it is certain that every transaction before it is visible to a read that begins now.
    ///
    /// A server writes a transaction to its binlog first and makes it visible a little later, in the same order. So the
    /// position is read, then a transaction of ours is committed behind it: when that is done, all before it are visible.
    /// The log applied from here on repeats what such a read has seen already, but misses nothing.
    /// See pitfalls P-34; MySQL: `MYSQL_BIN_LOG::ordered_commit` (with `binlog_order_commits=ON`, the default).
    package static func certainPosition(_ session: Session, _ profile: ServerProfile) throws(MySQLError) -> BinlogPosition {
        let position = try currentBinlogPosition(session, profile)
        try session.execute(fence)
        return position
    }

    /// A position behind everything that a read before this call can have seen: the other end of ``certainPosition(_:_:)``.
    package static func positionBehind(_ session: Session, _ profile: ServerProfile) throws(MySQLError) -> BinlogPosition {
        try session.execute(fence)
        return try currentBinlogPosition(session, profile)
    }
}
