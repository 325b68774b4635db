import SyncModel
import SyncMySQL
import TestSupport
import Testing
import WorkerVerify

extension CheckCase {
    /// What the source's binlog holds, and for how long.
    static let logs: [CheckCase] = [
        CheckCase(
            item: "binlog-format", level: .fail, code: .binlogFormat, named: "STATEMENT",
            breaks: { try $0.set(.source, "binlog_format", "'STATEMENT'") }),
        // Providers do not let anybody set their servers' variables.
        CheckCase(
            item: "binlog-format", level: .fail, code: .binlogFormat, advised: "DB parameter group", before: { $0.spec.source.provider = .aws },
            breaks: { try $0.set(.source, "binlog_format", "'STATEMENT'") },
            mends: {
                #expect(try $0.verify("binlog-format").statements.isEmpty)
                try $0.set(.source, "binlog_format", "'ROW'")
            }),
        CheckCase(
            item: "binlog-row-image", level: .fail, code: .binlogFormat, advised: "ApsaraDB",
            before: { $0.spec.source.provider = .alibabaCloud }, breaks: { try $0.set(.source, "binlog_row_image", "'MINIMAL'") },
            mends: { try $0.set(.source, "binlog_row_image", "'FULL'") }),
        CheckCase(
            item: "binlog-row-image", level: .fail, code: .binlogFormat, named: "MINIMAL",
            breaks: { try $0.set(.source, "binlog_row_image", "'MINIMAL'") }),
        CheckCase(
            item: "binlog-order-commits", level: .fail, code: .unsupported, kinds: [.mysql],
            breaks: { try $0.set(.source, "binlog_order_commits", "OFF") }),
        .healthy("binlog-order-commits", .pass, [.mariadb]),
        CheckCase(
            item: "gtid-mode", level: .fail, code: .verificationFailed, named: "ON_PERMISSIVE", kinds: [.mysql],
            breaks: { try $0.run(.source, "SET GLOBAL gtid_mode = ON_PERMISSIVE") }),
        CheckCase(
            item: "gtid-mode", level: .alarm, named: "OFF", kinds: [.mysql],
            breaks: {
                try $0.run(
                    .source, "SET GLOBAL gtid_mode = ON_PERMISSIVE", "SET GLOBAL gtid_mode = OFF_PERMISSIVE", "SET GLOBAL gtid_mode = OFF",
                    "SET GLOBAL enforce_gtid_consistency = OFF")
            }),
        CheckCase(
            item: "gtid-mode", level: .fail, code: .verificationFailed, named: "asks for GTIDs", kinds: [.mysql],
            before: { $0.spec.source.positioning = .gtid },
            breaks: {
                try $0.run(
                    .source, "SET GLOBAL gtid_mode = ON_PERMISSIVE", "SET GLOBAL gtid_mode = OFF_PERMISSIVE", "SET GLOBAL gtid_mode = OFF")
            }),
        .healthy("gtid-mode", .pass, [.mariadb]),
        CheckCase(
            item: "server-id", level: .fail, code: .verificationFailed, kinds: [.mysql], breaks: { try $0.set(.source, "server_id", "0") }),
        CheckCase(item: "server-id", level: .alarm, breaks: { try $0.set(.source, "server_id", "1") }),
        CheckCase(
            item: "binlog-retention", level: .alarm, named: "1 hours", breaks: { try $0.set(.source, "binlog_expire_logs_seconds", "3600") }),
        CheckCase(
            item: "binlog-retention", level: .alarm, named: "as soon as",
            before: {
                $0.spec.source.provider = .aws
                try $0.run(
                    .source, "CREATE TABLE mysql.rds_configuration (name VARCHAR(99) PRIMARY KEY, value VARCHAR(99))",
                    "INSERT INTO mysql.rds_configuration VALUES ('binlog retention hours', '72')",
                    "CREATE PROCEDURE mysql.rds_set_configuration(n VARCHAR(99), v INT) UPDATE mysql.rds_configuration SET value = v WHERE name = n",
                    undo: ["DROP PROCEDURE mysql.rds_set_configuration", "DROP TABLE mysql.rds_configuration"])
            }, breaks: { try $0.run(.source, "UPDATE mysql.rds_configuration SET value = NULL") }),
        CheckCase(
            item: "target-binlog", level: .fail, code: .binlogFormat, named: "MINIMAL", before: { $0.makePair() },
            breaks: {
                try $0.set(.target, "binlog_row_image", "'MINIMAL'")
                try $0.set(.target, "binlog_format", "'STATEMENT'")
            }),
        CheckCase(
            item: "target-binlog", level: .fail, code: .binlogFormat, named: "gtid_mode", kinds: [.mysql], before: { $0.makePair() },
            breaks: {
                try $0.run(.target, "SET GLOBAL gtid_mode = ON_PERMISSIVE")
                try $0.set(.target, "server_id", "0")
            }),
        .healthy("target-binlog", .skipped),
        CheckCase(
            item: "row-value-options", level: .alarm, named: "PARTIAL_JSON", kinds: [.mysql],
            breaks: { try $0.set(.source, "binlog_row_value_options", "'PARTIAL_JSON'") }),
        .healthy("row-value-options", .skipped, [.mariadb]),
        CheckCase(
            item: "row-metadata", level: .fail, code: .binlogFormat, named: "MINIMAL", before: { try $0.set(.source, "binlog_row_metadata", "'FULL'") },
            breaks: { try $0.run(.source, "SET GLOBAL binlog_row_metadata = 'MINIMAL'") }),
        CheckCase(
            item: "session-logging", level: .alarm, named: "binlog_format = STATEMENT", kinds: [.mysql],
            breaks: {
                try $0.open(.source, "SET SESSION binlog_format = 'STATEMENT'")
                try $0.open(.source, "SET SESSION sql_log_bin = 0")
                try $0.open(.source, "SET SESSION binlog_row_image = 'MINIMAL'")
            }),
        CheckCase(
            item: "session-logging", level: .alarm, advised: "CALL mysql.rds_kill", kinds: [.mysql],
            before: {
                $0.spec.source.provider = .aws
                try $0.run(
                    .source, "CREATE PROCEDURE mysql.rds_kill(id BIGINT UNSIGNED) KILL CONNECTION id", undo: ["DROP PROCEDURE mysql.rds_kill"])
            }, breaks: { try $0.open(.source, "SET SESSION sql_log_bin = 0") }),
        .healthy("session-logging", .skipped, [.mariadb]),
        CheckCase(
            item: "binlog-readable", level: .fail, code: .privilegeMissing,
            before: {
                try $0.run(.source, "FLUSH BINARY LOGS")
                try $0.logIn(.source, "REPLICATION CLIENT, REPLICATION SLAVE ON *.*")
            }, breaks: { try $0.run(.source, "REVOKE REPLICATION SLAVE ON *.* FROM low@'%'") }),
        CheckCase(
            item: "binlog-readable", level: .alarm, named: "1 changes", before: { try $0.run(.source, "FLUSH BINARY LOGS") },
            breaks: { try $0.open(.source, "SET SESSION binlog_format = 'STATEMENT'", "INSERT INTO d.t VALUES (5, 'x')") },
            mends: { try $0.run(.source, "FLUSH BINARY LOGS") }),
        .healthy("start-position", .skipped),
        CheckCase(
            item: "start-position", level: .fail, code: .binlogPurged, before: { try $0.beginTask() },
            breaks: {
                try $0.run(.source, "INSERT INTO d.t VALUES (7, 'x')", "FLUSH BINARY LOGS", "INSERT INTO d.t VALUES (8, 'x')")
                let last = try $0.source.rows("SHOW BINARY LOGS").last?[0] ?? ""
                try $0.run(.source, "PURGE BINARY LOGS TO '\(last)'")
            }, mends: { try $0.beginTask() }),
    ]
}
