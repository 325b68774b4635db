import SyncModel
import SyncMySQL
import WorkerSchema

/// What the log says of rows beyond their values, and sessions that log otherwise than the server is told to.
enum RowLogChecks {
    static let all: [Check] = [valueOptions, metadata, sessions]

    private static let valueOptions = Check("row-value-options", needs: [.source], "binlog_row_value_options is empty") { scope in
        guard let found = try scope.variable("binlog_row_value_options", .source) else { return .skip("the source does not know it") }
        return found.isEmpty
            ? .pass("empty")
            : .alarm(
                "\(found): only changed parts of JSON documents are logged; the task computes the rest, and stops where it cannot do so exactly",
                mend: .setting(.source, scope, ["binlog_row_value_options": "''"], also: BinlogChecks.reconnect))
    }

    private static let metadata = Check("row-metadata", needs: [.source], "binlog_row_metadata = FULL") { scope in
        guard let found = try scope.variable("binlog_row_metadata", .source) else { return .skip("the source does not know it") }
        return found == "FULL"
            ? .pass("FULL")
            : .fail(
                .binlogFormat, "\(found): the log does not name the columns of its rows",
                mend: .setting(.source, scope, ["binlog_row_metadata": "'FULL'"]),
                risk: "the task asks the source for its definitions; it stops with schema-mismatch where a table was redefined again before its "
                    + "rows were read, or without a statement in the log")
    }

    private static let sessions = Check(
        "session-logging", needs: [.source], "no open session that logs statements, incomplete rows, or nothing"
    ) { scope in
        if try scope.profile(.source).isMariaDB { return .skip("MariaDB does not tell the settings of other sessions; let applications reconnect") }
        guard try scope.isOn("performance_schema", .source) else { return .skip("performance_schema is OFF") }
        let rows: [TextRow]
        do throws(MySQLError) {
            rows = try scope.session(.source).rows(
                """
                SELECT t.PROCESSLIST_ID, GROUP_CONCAT(v.VARIABLE_NAME, ' = ', v.VARIABLE_VALUE ORDER BY v.VARIABLE_NAME SEPARATOR ', ')
                FROM performance_schema.variables_by_thread v JOIN performance_schema.threads t USING (THREAD_ID)
                WHERE t.PROCESSLIST_ID IS NOT NULL AND t.PROCESSLIST_ID <> CONNECTION_ID() AND t.TYPE = 'FOREGROUND'
                    AND (v.VARIABLE_NAME = 'binlog_format' AND v.VARIABLE_VALUE <> 'ROW'
                    OR v.VARIABLE_NAME = 'binlog_row_image' AND v.VARIABLE_VALUE <> 'FULL'
                    OR v.VARIABLE_NAME = 'sql_log_bin' AND v.VARIABLE_VALUE = 'OFF')
                GROUP BY t.PROCESSLIST_ID ORDER BY t.PROCESSLIST_ID
                """)
        } catch {
            if error.isPassing { throw error }
            return .skip("the user may not read the settings of other sessions (SELECT on performance_schema)")
        }
        return rows.isEmpty
            ? .pass("none")
            : .alarm(
                "what they write stops the task, or never reaches it: " + listed(rows.map { "connection \($0[0] ?? "?") with \($0[1] ?? "")" }),
                mend: .kill(rows.compactMap { $0[0] }, .source, scope, "or let them reconnect"))
    }
}
