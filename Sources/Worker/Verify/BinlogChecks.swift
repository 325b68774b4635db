import SyncModel
import SyncMySQL
import WorkerSchema

/// Whether the source writes a binlog that every change can be read from.
enum BinlogChecks {
    static let all: [Check] = [
        isOn, format, rowImage, commitOrder, gtid, serverID, filters, replicaUpdates, retention,
    ]

    private static let isOn = Check("source-binlog", needs: [.source], "log_bin = ON, with files and positions") {
        scope in
        let profile = try scope.profile(.source)
        guard profile.hasBinlog else {
            return .fail(
                .binlogDisabled,
                "log_bin is OFF",
                remedy: """
                    put into the source's my.cnf, section [mysqld], and restart it:
                    log_bin = binlog
                    binlog_format = ROW
                    server_id = \(max(profile.serverID, 2))
                    """
            )
        }
        if let engine = try scope.variable("binlog_storage_engine", .source), !engine.isEmpty {
            return .fail(
                .unsupported,
                "binlog_storage_engine is \(engine): that binlog has no files and positions",
                remedy: "unset binlog_storage_engine in the source's my.cnf and restart it"
            )
        }
        return .pass("log_bin is ON")
    }

    private static let format = Check("binlog-format", needs: [.source], "binlog_format = ROW") { scope in
        let found = try scope.profile(.source).binlogFormat
        return found == "ROW"
            ? .pass("binlog_format is ROW")
            : .fail(
                .binlogFormat,
                "binlog_format is \(found)",
                remedy:
                    "SET GLOBAL binlog_format = 'ROW', in my.cnf too; then let all applications reconnect: open sessions keep the old format"
            )
    }

    private static let rowImage = Check("binlog-row-image", needs: [.source], "binlog_row_image = FULL") { scope in
        let found = try scope.profile(.source).binlogRowImage
        return found == "FULL"
            ? .pass("binlog_row_image is FULL")
            : .fail(
                .binlogFormat,
                "binlog_row_image is \(found)",
                remedy:
                    "SET GLOBAL binlog_row_image = 'FULL', in my.cnf too; then let all applications reconnect: open sessions keep the old value"
            )
    }

    private static let commitOrder = Check("binlog-order-commits", needs: [.source], "binlog_order_commits = ON") {
        scope in
        let found = try scope.variable("binlog_order_commits", .source)
        return found == nil || found == "ON" || found == "1"
            ? .pass("transactions become visible in the order of the binlog")
            : .fail(
                .unsupported,
                "binlog_order_commits is OFF: a transaction may become visible before one that the binlog has earlier",
                remedy: "SET GLOBAL binlog_order_commits = ON, in my.cnf too"
            )
    }

    private static let gtid = Check("gtid-mode", needs: [.source], "gtid_mode ON (OFF works by file and offset)") {
        scope in
        let profile = try scope.profile(.source)
        let remedy = """
            SET GLOBAL enforce_gtid_consistency = ON; SET GLOBAL gtid_mode = OFF_PERMISSIVE; SET GLOBAL gtid_mode = ON_PERMISSIVE; \
            wait until SHOW STATUS LIKE 'ongoing_anonymous_transaction_count' is 0; SET GLOBAL gtid_mode = ON; both in my.cnf too
            """
        if profile.isMariaDB { return .pass("MariaDB always has GTIDs") }
        switch profile.gtidMode {
        case "ON": return .pass("gtid_mode is ON")
        case "OFF":
            if scope.spec.source.positioning == .gtid {
                return .fail(.verificationFailed, "gtid_mode is OFF, and the endpoint asks for GTIDs", remedy: remedy)
            }
            return .alarm("gtid_mode is OFF: the task cannot go on at another server after a failover", remedy: remedy)
        default:
            return .fail(
                .verificationFailed,
                "gtid_mode is \(profile.gtidMode): only some transactions have a GTID",
                remedy: remedy
            )
        }
    }

    private static let serverID = Check("server-id", needs: [.source], "server_id not 0") { scope in
        let found = try scope.profile(.source).serverID
        return found != 0
            ? .pass("server_id is \(found)")
            : .fail(
                .verificationFailed,
                "server_id is 0: the server sends its binlog to nobody",
                remedy: "SET GLOBAL server_id = a number of its own above 1, in my.cnf too"
            )
    }

    private static let filters = Check(
        "binlog-filters",
        needs: [.source],
        "no selected database is kept out of the binlog"
    ) { scope in
        let profile = try scope.profile(.source)
        let statement = profile.isMariaDB || !profile.isAtLeast(8, 2) ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS"
        guard let row = try scope.session(.source).rows(statement).first else { return .pass("no binlog") }
        func names(_ column: Int) -> [String] {
            row.count > column ? (row[column] ?? "").split(separator: ",").map { String($0).lowercased() } : []
        }
        let (wanted, ignored) = (names(2), names(3))
        let lost = scope.objects.databases.filter {
            ignored.contains($0.lowercased()) || (!wanted.isEmpty && !wanted.contains($0.lowercased()))
        }
        return lost.isEmpty
            ? .pass(wanted.isEmpty && ignored.isEmpty ? "no filters" : "the filters leave the selected databases in")
            : .fail(
                .binlogFormat,
                "binlog_do_db or binlog_ignore_db keeps out: \(listed(lost))",
                remedy: "remove binlog_do_db and binlog_ignore_db from the source's my.cnf and restart it"
            )
    }

    private static let replicaUpdates = Check(
        "log-replica-updates",
        needs: [.source],
        "ON where the source is itself a replica"
    ) { scope in
        let profile = try scope.profile(.source)
        let names = ["log_replica_updates", "log_slave_updates"]
        for name in names where try scope.isOn(name, .source) { return .pass("\(name) is ON") }
        let isNew = !profile.isMariaDB && profile.isAtLeast(8, 0, 22)
        let channels: [[String?]]
        do throws(MySQLError) {
            channels = try scope.session(.source).rows(isNew ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")
        } catch {
            guard error.code == .specificAccessDenied else { throw error }
            return .alarm(
                "OFF, and the user may not see whether the source is a replica",
                remedy:
                    "make sure that the source is no replica, or set log_slave_updates = ON in its my.cnf and restart it"
            )
        }
        return channels.isEmpty
            ? .pass("OFF, and the source is no replica")
            : .fail(
                .binlogFormat,
                "the source is a replica and does not log what it replicates",
                remedy:
                    "set log_slave_updates = ON (log_replica_updates in newer versions) in the source's my.cnf and restart it"
            )
    }

    private static let retention = Check(
        "binlog-retention",
        needs: [.source],
        "the binlog is kept for three days at least"
    ) { scope in
        var seconds: Double?
        if let found = try scope.variable("binlog_expire_logs_seconds", .source).flatMap({ Double($0) }), found > 0 {
            seconds = found
        }
        if seconds == nil, let days = try scope.variable("expire_logs_days", .source).flatMap({ Double($0) }), days > 0
        {
            seconds = days * 86400
        }
        guard let seconds else { return .pass("kept until it is purged by hand") }
        let hours = Int(seconds / 3600)
        return seconds >= 3 * 86400
            ? .pass("kept for \(hours / 24) days")
            : .alarm(
                "kept for \(hours) hours: a task that stands still for longer cannot go on",
                remedy: "SET GLOBAL binlog_expire_logs_seconds = 604800 (or expire_logs_days = 7), in my.cnf too"
            )
    }
}
