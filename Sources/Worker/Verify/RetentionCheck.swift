import SyncModel
import SyncMySQL
import WorkerSchema

/// For how long a task may stand still and find its place in the binlog again.
enum RetentionCheck {
    static let check = Check("binlog-retention", needs: [.source], "the binlog is kept for three days at least") { scope in
        if scope.spec.source.provider == .aws { return try aws(scope) }
        let inSeconds = try scope.variable("binlog_expire_logs_seconds", .source)
        guard let seconds = try scope.profile(.source).binlogRetentionSeconds else { return .pass("kept until it is purged by hand") }
        let hours = seconds / 3600
        return seconds >= 3 * 86400
            ? .pass("kept for \(hours / 24) days")
            : .alarm(
                "kept for \(hours) hours: a task that stands still for longer cannot go on",
                mend: inSeconds == nil
                    ? .setting(.source, scope, ["expire_logs_days": "7"]) : .setting(.source, scope, ["binlog_expire_logs_seconds": "604800"]))
    }

    /// There the variables say nothing: the service purges files as soon as it has copied them, or after so many hours.
    private static func aws(_ scope: VerifyScope) throws(MySQLError) -> Check.Verdict {
        let remedy = Remedy(.source, ["CALL mysql.rds_set_configuration('binlog retention hours', 72)"])
        let text: String?
        do throws(MySQLError) {
            text = try scope.session(.source).value("SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'")
        } catch {
            if error.isPassing { throw error }
            return .alarm("the user may not see for how long the service keeps the binlog: \(error)", mend: remedy)
        }
        guard let hours = text.flatMap({ Int($0) }) else { return .alarm("purged as soon as the service has a copy", mend: remedy) }
        return hours >= 72
            ? .pass("kept for \(hours) hours")
            : .alarm("kept for \(hours) hours: a task that stands still for longer cannot go on", mend: remedy)
    }
}
