import SyncModel
import SyncMySQL
import WorkerSchema

/// Whether the source writes a binlog that every change can be read from.
enum BinlogChecks {
    static let all: [Check] = [
        isOn, format, rowImage, commitOrder, gtid, serverID, filters, replicaUpdates, RetentionCheck.check,
    ]

    private static let isOn = Check("source-binlog", needs: [.source], "log_bin = ON, with files and positions") {
        scope in
        let profile = try scope.profile(.source)
        guard profile.hasBinlog else {
            return .fail(
                .binlogDisabled,
                "log_bin is OFF",
                mend: try switchOn(.source, scope, profile)
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

    /// Where the log is a service of the provider, it comes with its backups.
    static func switchOn(_ side: Check.Side, _ scope: VerifyScope, _ profile: ServerProfile) throws -> Remedy {
        if scope.endpoint(side).provider == .aws {
            return Remedy("switch automated backups of the \(side.rawValue) on (backup retention of a day or more), which switches the binlog on")
        }
        let number = profile.serverID > 1 ? profile.serverID : try freeServerID(side, scope)
        return .setting(side, scope, ["log_bin": "binlog", "binlog_format": "ROW", "server_id": "\(number)"], needsRestart: true)
    }

    /// Open sessions keep what they began with.
    static let reconnect = "then let all applications reconnect: open sessions keep the old value"

    private static let format = Check("binlog-format", needs: [.source], "binlog_format = ROW") { scope in
        let found = try scope.profile(.source).binlogFormat
        return found == "ROW"
            ? .pass("binlog_format is ROW")
            : .fail(
                .binlogFormat,
                "binlog_format is \(found)",
                mend: .setting(.source, scope, ["binlog_format": "'ROW'"], also: reconnect)
            )
    }

    private static let rowImage = Check("binlog-row-image", needs: [.source], "binlog_row_image = FULL") { scope in
        let found = try scope.profile(.source).binlogRowImage
        return found == "FULL"
            ? .pass("binlog_row_image is FULL")
            : .fail(
                .binlogFormat,
                "binlog_row_image is \(found)",
                mend: .setting(.source, scope, ["binlog_row_image": "'FULL'"], also: reconnect)
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
                mend: .setting(.source, scope, ["binlog_order_commits": "ON"])
            )
    }

    private static let gtid = Check("gtid-mode", needs: [.source], "gtid_mode ON (OFF works by file and offset)") {
        scope in
        let profile = try scope.profile(.source)
        if profile.isMariaDB { return .pass("MariaDB always has GTIDs") }
        let remedy = gtidSteps(.source, scope, from: profile.gtidMode)
        switch profile.gtidMode {
        case "ON": return .pass("gtid_mode is ON")
        case "OFF":
            if scope.spec.source.positioning == .gtid {
                return .fail(.verificationFailed, "gtid_mode is OFF, and the endpoint asks for GTIDs", mend: remedy)
            }
            return .alarm("gtid_mode is OFF: the task cannot go on at another server after a failover", mend: remedy)
        default:
            return .fail(
                .verificationFailed,
                "gtid_mode is \(profile.gtidMode): only some transactions have a GTID",
                mend: remedy
            )
        }
    }

    /// The server takes one step at a time.
    static func gtidSteps(_ side: Check.Side, _ scope: VerifyScope, from mode: String) -> Remedy {
        guard scope.endpoint(side).provider == .others else { return .setting(side, scope, ["gtid_mode": "ON", "enforce_gtid_consistency": "ON"]) }
        let modes = ["OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"]
        let rest = modes.suffix(from: (modes.firstIndex(of: mode) ?? 0) + 1)
        return Remedy(
            side, ["SET GLOBAL enforce_gtid_consistency = ON"] + rest.map { "SET GLOBAL gtid_mode = \($0)" },
            "and in its my.cnf too", "gtid_mode = ON once SHOW STATUS LIKE 'ongoing_anonymous_transaction_count' is 0")
    }

    private static let serverID = Check("server-id", needs: [.source], "a server_id that was given to the server, not 0") { scope in
        let found = try scope.profile(.source).serverID
        let remedy = Remedy.setting(.source, scope, ["server_id": "\(try freeServerID(.source, scope))"])
        switch found {
        case 0: return .fail(.verificationFailed, "server_id is 0: the server sends its binlog to nobody", mend: remedy)
        case 1: return .alarm("server_id is 1, which is what servers have that nobody gave a number: others may have it too", mend: remedy)
        default: return .pass("server_id is \(found)")
        }
    }

    /// One that neither side has, and that is not given to the other side either.
    static func freeServerID(_ side: Check.Side, _ scope: VerifyScope) throws -> UInt32 {
        var number: UInt32 = 1
        for side in [Check.Side.source, .target] where scope.isReached(side) {
            number = max(number, try scope.profile(side).serverID % 1_000_000_000)
        }
        return side == scope.second ? number + 2 : number + 1
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
                remedy: "take binlog_do_db and binlog_ignore_db out of the source's my.cnf (or parameter group) and restart it"
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
        let channels: [TextRow]
        do throws(MySQLError) {
            channels = try scope.session(.source).rows(isNew ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")
        } catch {
            guard error.code == .specificAccessDenied else { throw error }
            return .alarm(
                "OFF, and the user may not see whether the source is a replica",
                remedy: "make sure that the source is no replica, or switch on in its my.cnf and restart it: log_slave_updates = ON"
            )
        }
        return channels.isEmpty
            ? .pass("OFF, and the source is no replica")
            : .fail(
                .binlogFormat,
                "the source is a replica and does not log what it replicates",
                mend: .setting(.source, scope, [isNew ? "log_replica_updates" : "log_slave_updates": "ON"], needsRestart: true)
            )
    }
}
