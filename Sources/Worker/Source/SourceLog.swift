package import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerSchema

/// Whether a server's log goes on from a position: the server has all that came before it, and still keeps all behind it.
package struct SourceLog {
    let session: Session
    let profile: ServerProfile
    let address: String

    /// Seconds for a replica that takes over to execute what it has received already.
    private static let patience = 5
    /// Longest list of identifiers in a message.
    private static let longest = 600

    /// - Parameter address: of the server, for messages.
    package init(_ session: Session, _ profile: ServerProfile, address: String) {
        self.session = session
        self.profile = profile
        self.address = address
    }

    /// - Throws: ``Failure`` `source-behind` or `binlog-purged` that names what is missing; ``MySQLError``.
    package func check(_ position: BinlogPosition, _ positioning: Endpoint.Positioning) throws {
        guard positioning == .gtid, let gtid = position.gtid else { return try checkFile(position) }
        if profile.isMariaDB {
            // What cannot be read is reported when the stream is opened.
            if let wanted = MariaDBGTIDPosition(gtid) { try check(wanted) }
        } else if let wanted = GTIDSet(gtid) {
            try check(wanted)
        }
    }

    // MARK: MySQL

    private func check(_ wanted: GTIDSet) throws {
        var missing = wanted.subtracting(try set("gtid_executed"))
        if !missing.isEmpty {
            _ = try session.value("SELECT WAIT_FOR_EXECUTED_GTID_SET('\(missing)', \(Self.patience))")
            missing = wanted.subtracting(try set("gtid_executed"))
        }
        guard missing.isEmpty else { throw behind("the transactions \(Self.short(missing.description))") }
        let purged = try set("gtid_purged").subtracting(wanted)
        guard purged.isEmpty else { throw self.purged("the transactions \(Self.short(purged.description))") }
    }

    private func set(_ variable: String) throws -> GTIDSet {
        let text = try session.value("SELECT @@GLOBAL.\(variable)") ?? ""
        guard let set = GTIDSet(text) else {
            throw Failure(
                .unsupported, "\(variable) of the source \(address) cannot be read: \(text.prefix(200))",
                remedy: "use a later version of DTS", kind: .permanent)
        }
        return set
    }

    // MARK: MariaDB

    private func check(_ wanted: MariaDBGTIDPosition) throws {
        var missing = try unseen(wanted)
        if !missing.isEmpty {
            let list = missing.map(\.description).joined(separator: ",")
            _ = try session.value("SELECT MASTER_GTID_WAIT('\(list)', \(Self.patience))")
            missing = try unseen(wanted)
        }
        guard missing.isEmpty else {
            let found = try session.value("SELECT @@GLOBAL.gtid_binlog_state") ?? ""
            let list = missing.map(\.description).joined(separator: ", ")
            throw behind("the transactions up to \(Self.short(list)) (it has those up to \(Self.short(found)))")
        }
        guard let first = try session.rows("SHOW BINARY LOGS").first?[0],
            let text = try session.value("SELECT BINLOG_GTID_POS(\(quoteText(first)), 4)"), let begin = MariaDBGTIDPosition(text)
        else { return }
        let gone = begin.gtids.filter { !wanted.contains($0) }
        guard gone.isEmpty else {
            let ranges = gone.map { last in
                wanted[last.domain].map { "those behind \($0) up to \(last)" } ?? "those of domain \(last.domain) up to \(last)"
            }
            throw purged("the transactions missing are \(Self.short(ranges.joined(separator: ", "))); its log begins with \(first)")
        }
    }

    /// A number says little by itself: after a failover the new server counts on where it stood. So each server of a
    /// domain is looked at by its own.
    private func unseen(_ wanted: MariaDBGTIDPosition) throws(MySQLError) -> [MariaDBGTID] {
        let texts = [
            try session.value("SELECT @@GLOBAL.gtid_binlog_state") ?? "", try session.value("SELECT @@GLOBAL.gtid_slave_pos") ?? "",
        ]
        let known = texts.flatMap { $0.split(separator: ",").compactMap { MariaDBGTID(String($0)) } }
        return wanted.gtids.filter { gtid in
            !known.contains { $0.domain == gtid.domain && $0.server == gtid.server && $0.sequence >= gtid.sequence }
        }
    }

    // MARK: Files

    private func checkFile(_ position: BinlogPosition) throws {
        guard let file = position.file else { return }
        let files = try session.rows("SHOW BINARY LOGS")
        guard let first = files.first?[0], let last = files.last?[0] else { return }
        let number = BinlogPosition.number(of: file)
        if let found = files.first(where: { $0[0] == file }) {
            let size = found[1].flatMap { UInt64($0) } ?? 0
            if let offset = position.offset, size < offset { throw behind("what lies behind \(file):\(size), up to \(file):\(offset)") }
        } else if number < BinlogPosition.number(of: first) {
            throw purged("the first file that it still has is \(first), and the task needs \(file)")
        } else {
            throw behind("the file \(file) (its last one is \(last))")
        }
    }

    // MARK: Failures

    private func behind(_ missing: String) -> Failure {
        Failure(
            .sourceBehind, "the source \(address) does not have what the target has already: \(missing)",
            remedy: "bring these transactions to the source and retry the task, or correct its address; if they are lost for good, "
                + Failure.startOver)
    }

    /// The server's log is not the one that the task has read so far, though it is the same server.
    ///
    /// - Parameter found: the facts, as a sentence.
    package static func wasReset(_ address: String, _ found: String) -> Failure {
        Failure(
            .serverChanged,
            "the log of the source \(address) was begun anew (RESET BINARY LOGS AND GTIDS, RESET MASTER, or a restored backup): \(found)",
            remedy: "what was written between is unknown to the task: \(Failure.startOver)", kind: .permanent)
    }

    private func purged(_ missing: String) -> Failure {
        Failure(
            .binlogPurged, "the source \(address) has purged what the task has not read yet: \(missing)",
            remedy: "changes are lost for this task: \(Failure.startOver); keep the binlog longer (binlog_expire_logs_seconds)")
    }

    private static func short(_ list: String) -> String { list.count <= longest ? list : "\(list.prefix(longest))…" }
}
