package import SyncModel
package import SyncMySQL

/// The server's present place in its own binlog.
///
/// Every transaction whose client has been told of its commit lies before it. One that is only just being committed
/// may lie before or after, and may be visible or not: see ``Fence``.
package func currentBinlogPosition(_ session: Session, _ profile: ServerProfile) throws(MySQLError) -> BinlogPosition {
    // The GTIDs come first: read after the file's offset, they could name a transaction beyond it.
    var gtid: String?
    if profile.isMariaDB {
        gtid = try session.value("SELECT @@GLOBAL.gtid_binlog_pos")
    } else if profile.gtidMode == "ON" {
        gtid = try session.value("SELECT @@GLOBAL.gtid_executed")?.replacing("\n", with: "")
    }
    guard let status = try session.rows(binlogStatusStatement(profile)).first, let file = status[0], let offset = status[1].flatMap({ UInt64($0) })
    else {
        throw MySQLError(code: .noBinlog, message: "the server has no binary log")
    }
    // Files are put in order by their numbers: with one without, whoever waits for the end of the log would be there at once.
    guard let dot = file.lastIndex(of: "."), Int(file[file.index(after: dot)...]) ?? 0 > 0 else {
        throw MySQLError(code: .invalidName, message: "it calls a file of its log '\(file.prefix(100))'")
    }
    return BinlogPosition(gtid: gtid, file: file, offset: offset)
}

/// Tells file, offset, and which databases are kept in the log or out of it.
package func binlogStatusStatement(_ profile: ServerProfile) -> String {
    profile.isMariaDB || !profile.isAtLeast(8, 2) ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS"
}
