import SyncModel
import SyncMySQL
import TestSupport
import WorkerVerify

extension CheckCase {
    /// Connections, what the servers are, and their settings.
    static let servers: [CheckCase] = [
        CheckCase(
            item: "connect-source", level: .fail, code: .accessDenied, breaks: { $0.options[.source]?.password = "wrong" },
            mends: { $0.options[.source]?.password = "dts" }),
        CheckCase(
            item: "connect-target", level: .fail, code: .hostUnreachable,
            breaks: { $0.options[.target]?.endpoint.port = 1 }, mends: { $0.options[.target]?.endpoint.port = $0.spec.target.port }),
        CheckCase(
            item: "options", level: .fail, code: .unsupported, breaks: { $0.spec.conflict = .newest(column: "v") },
            mends: { $0.spec.conflict = .report }),
        CheckCase(
            item: "server-types", level: .fail, code: .unsupported, named: "tdsql-c-mysql", kinds: [.mariadb],
            breaks: { $0.spec.source.type = .tdsqlCMySQL }, mends: { $0.spec.source.type = .mysql }),
        CheckCase(
            item: "server-types", level: .pass, kinds: [.mysql],
            before: { ($0.spec.source.type, $0.spec.target.type) = (.tdsqlCMySQL, .tdsqlCMySQL) }),
        CheckCase(
            item: "source-access", level: .fail, code: .unsupported, named: "vpc", kinds: [.mysql],
            before: { $0.spec.source.provider = .aws }, breaks: { $0.spec.source.access = .vpc }, mends: { $0.spec.source.access = .public }),
        CheckCase(
            item: "target-access", level: .fail, code: .unsupported, named: "alibaba-cloud", before: { $0.spec.target.access = .ccn },
            breaks: { $0.spec.target.provider = .alibabaCloud }, mends: { $0.spec.target.provider = .others }),
        CheckCase(
            item: "source-access", level: .alarm, named: "without TLS", kinds: [.mysql],
            breaks: { $0.options[.source]?.endpoint.tls.mode = .disabled }, mends: { $0.options[.source]?.endpoint.tls.mode = .required }),
        CheckCase(
            item: "stats-on-metadata", level: .fail, code: .verificationFailed,
            breaks: { try $0.set(.source, "innodb_stats_on_metadata", "ON") }),
        // Any user may set it, but not in a transaction.
        CheckCase(
            item: "explicit-timestamps", level: .fail, code: .verificationFailed, kinds: [.mysql],
            before: { try $0.logIn(.target, "ALL ON d.*") },
            breaks: {
                try $0.set(.target, "explicit_defaults_for_timestamp", "OFF")
                try $0.set(.target, "init_connect", "'START TRANSACTION'")
            }),
        CheckCase(
            item: "explicit-timestamps", level: .pass,
            before: {
                try $0.logIn(.target, "ALL ON d.*")
                try $0.set(.target, "explicit_defaults_for_timestamp", "OFF")
            }),
        .healthy("rocksdb-unique-check", .skipped),
        CheckCase(
            item: "server-identity", level: .fail, code: .verificationFailed,
            breaks: { $0.options[.target] = $0.options[.source] },
            mends: {
                $0.options[.target]?.endpoint = $0.spec.target
            }),
        CheckCase(
            item: "clock", level: .alarm, named: "behind",
            before: { try $0.logIn(.target, "ALL ON d.*") },
            breaks: { try $0.set(.target, "init_connect", "'SET timestamp = 1700000000'") },
            mends: { try $0.set(.target, "init_connect", "''") }),
        CheckCase(
            item: "connect-timeout", level: .fail, code: .verificationFailed, breaks: { try $0.set(.source, "connect_timeout", "5") }),
        CheckCase(
            item: "max-allowed-packet", level: .fail, code: .verificationFailed,
            breaks: { try $0.set(.target, "max_allowed_packet", "1048576") }),
        CheckCase(item: "max-allowed-packet", level: .alarm, breaks: { try $0.set(.target, "max_allowed_packet", "67108864") }),
        CheckCase(
            item: "long-statements", level: .alarm, named: "transaction",
            before: {
                try $0.logIn(.source, "ALL ON *.*")
                $0.limits.longStatementSeconds = 0
            },
            breaks: { try $0.open(.source, "START TRANSACTION", "INSERT INTO d.t VALUES (1, 'x')") }),
        // MySQL has lists that cannot be read while such a statement runs.
        CheckCase(
            item: "long-statements", level: .alarm, named: "a statement of connection",
            before: {
                try $0.logIn(.source, "ALL ON *.*")
                $0.limits.longStatementSeconds = 0
            },
            breaks: { try $0.keepRunning(.source, "SELECT SLEEP(3600) /* \u{1F600} */") }),
        // The task's own user: another task writes there.
        CheckCase(
            item: "long-statements", level: .pass,
            before: {
                $0.limits.longStatementSeconds = 0
                try $0.open(.source, "START TRANSACTION", "INSERT INTO d.t VALUES (1, 'x')")
            }),
        CheckCase(
            item: "innodb-strict-mode", level: .alarm, kinds: [.mysql],
            before: {
                try $0.logIn(.target, "ALL ON d.*")
                try $0.set(.target, "innodb_strict_mode", "OFF")
            }, breaks: { try $0.run(.target, "SET GLOBAL innodb_strict_mode = ON") }),
        .healthy("innodb-strict-mode", .pass, [.mariadb]),
        CheckCase(
            item: "source-read-only", level: .fail, code: .verificationFailed, before: { try $0.logIn(.source, "ALL ON d.*") },
            breaks: { try $0.set(.source, "read_only", "ON") }),
        CheckCase(
            item: "target-read-only", level: .fail, code: .verificationFailed, before: { try $0.logIn(.target, "ALL ON d.*") },
            breaks: { try $0.set(.target, "read_only", "ON") }),
        CheckCase(
            item: "target-read-only", level: .fail, code: .verificationFailed, named: "super_read_only", kinds: [.mysql],
            breaks: {
                try $0.set(.target, "read_only", "ON")
                try $0.set(.target, "super_read_only", "ON")
            }),
        CheckCase(item: "character-set-server", level: .alarm, named: "latin1", breaks: { try $0.set(.target, "character_set_server", "latin1") }),
        CheckCase(
            item: "character-set-server", level: .alarm, named: "collation_server",
            breaks: { try $0.set(.target, "collation_server", "utf8mb4_bin") }),
        CheckCase(item: "sql-mode", level: .alarm, named: "STRICT_TRANS_TABLES", breaks: { try $0.set(.target, "sql_mode", "'NO_ZERO_DATE'") }),
        // Both halves of a pair say the same: side B follows side A.
        CheckCase(
            item: "sql-mode", level: .alarm, named: "only the source has PIPES_AS_CONCAT", advised: "on the source", before: { $0.makePair(.bToA) },
            breaks: { try $0.set(.source, "sql_mode", "CONCAT(@@GLOBAL.sql_mode, ',PIPES_AS_CONCAT')") }),
        CheckCase(
            item: "character-set-server", level: .alarm, named: "latin1", advised: "on the source", before: { $0.makePair(.bToA) },
            breaks: { try $0.set(.source, "character_set_server", "latin1") }),
        CheckCase(
            item: "time-zone", level: .alarm, advised: "on the source",
            before: {
                $0.makePair(.bToA)
                try $0.set(.source, "time_zone", "'+01:00'")
                try $0.set(.target, "time_zone", "'+01:00'")
            }, breaks: { try $0.run(.source, "SET GLOBAL time_zone = '+02:00'") }),
        CheckCase(
            item: "time-zone", level: .alarm, named: "+02:00",
            before: {
                try $0.set(.source, "time_zone", "'+01:00'")
                try $0.set(.target, "time_zone", "'+01:00'")
            }, breaks: { try $0.run(.target, "SET GLOBAL time_zone = '+02:00'") }),
        CheckCase(
            item: "time-zone", level: .alarm, named: "+02:00",
            // By other names the same.
            before: {
                try $0.set(.source, "time_zone", "'SYSTEM'")
                try $0.set(.target, "time_zone", "'+00:00'")
            }, breaks: { try $0.run(.target, "SET GLOBAL time_zone = '+02:00'") },
            mends: { try $0.run(.target, "SET GLOBAL time_zone = '+00:00'") }),
        CheckCase(
            item: "latency", level: .alarm, breaks: { $0.limits.roundTripMilliseconds = 0 }, mends: { $0.limits.roundTripMilliseconds = 1000 }),
        CheckCase(
            item: "worker-host", level: .alarm,
            before: { ($0.limits.processors, $0.limits.memoryBytes) = (1, 1) },
            breaks: { $0.limits.processors = 100_000 }, mends: { $0.limits.processors = 1 }),
    ]

    /// Rights of the task's users.
    static let rights: [CheckCase] = [
        CheckCase(
            item: "source-privileges", level: .fail, code: .privilegeMissing,
            breaks: { try $0.logIn(.source) }),
        CheckCase(
            item: "target-privileges", level: .fail, code: .privilegeMissing,
            breaks: { try $0.logIn(.target) }),
        CheckCase(
            item: "excess-privileges", level: .alarm, named: "SHUTDOWN",
            before: {
                try $0.logIn(.source, "REPLICATION SLAVE, REPLICATION CLIENT ON *.*", "SELECT ON d.*")
                try $0.logIn(.target, "ALL ON d.*")
            }, breaks: { try $0.run(.target, "GRANT SHUTDOWN ON *.* TO low@'%'") },
            mends: { try $0.run(.target, "REVOKE SHUTDOWN ON *.* FROM low@'%'") }),
    ]
}
