import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Settings and states of the servers that the copy of rows depends on.
enum ParameterChecks {
    static let all: [Check] = [rowFormat, lowerCaseTableNames, packet, connectTimeout, longStatements]

    private static let rowFormat = Check("row-format", needs: [.source], "no table with ROW_FORMAT = FIXED") { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let selected = Set(try scope.selected().tables.map(\.source))
        let found = try scope.session(.source).rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE LOWER(CREATE_OPTIONS) LIKE '%row_format=fixed%' ORDER BY 1, 2"
        ).compactMap { row -> TableName? in
            guard let database = row[0], let table = row[1] else { return nil }
            let name = TableName(database: database, table: table)
            return selected.contains(name) ? name : nil
        }
        return found.isEmpty
            ? .pass("none")
            : .fail(
                .unsupported, "InnoDB has no such format: \(listed(found.map(\.description)))",
                mend: Remedy(.source, found.map { "ALTER TABLE \($0.quoted) ROW_FORMAT = DYNAMIC" }),
                risk:
                    "they get another format on the target, which may refuse to make them in strict mode; the task then stops before it copies rows")
    }

    private static let lowerCaseTableNames = Check(
        "lower-case-table-names",
        needs: [.source, .target],
        "lower_case_table_names equal on both sides"
    ) { scope in
        let source = try scope.variable("lower_case_table_names", .source) ?? "0"
        let target = try scope.variable("lower_case_table_names", .target) ?? "0"
        return source == target
            ? .pass("\(source) on both sides")
            : .fail(
                .verificationFailed,
                "\(source) on the source, \(target) on the target: names would be compared differently",
                remedy:
                    "use servers with the same lower_case_table_names; since MySQL 8.0 it is chosen when the data folder is made"
            )
    }

    private static let packet = Check(
        "max-allowed-packet",
        needs: [.source, .target],
        "max_allowed_packet of the target: 4 MiB at least, better 1 GiB, and not below the source's"
    ) { scope in
        let source = try scope.profile(.source).maxAllowedPacket
        let target = try scope.profile(.target).maxAllowedPacket
        let facts = "\(source) on the source, \(target) on the target"
        let remedy = Remedy.setting(.target, scope, ["max_allowed_packet": "1073741824"])
        if target < 4 << 20 { return .fail(.verificationFailed, "\(facts): too small for a batch of rows", mend: remedy) }
        return target >= source && target >= 1 << 30 ? .pass(facts) : .alarm("\(facts): a row may be too large for it", mend: remedy)
    }

    private static let connectTimeout = Check("connect-timeout", needs: [.source], "connect_timeout of 10 seconds at least") { scope in
        let seconds = try scope.variable("connect_timeout", .source).flatMap { Int($0) } ?? 10
        return seconds >= 10
            ? .pass("\(seconds) seconds")
            : .fail(
                .verificationFailed, "connect_timeout is \(seconds) seconds",
                mend: .setting(.source, scope, ["connect_timeout": "10"]),
                risk: "on a slow network the source may drop the task's connections while they are made; the task tries again")
    }

    private static let longStatements = Check(
        "long-statements", needs: [.source], "no statement or transaction that has been running for more than a minute"
    ) { scope in
        let session = try scope.another(.source)
        // The server tells these times in its own zone.
        try session.execute("SET SESSION time_zone = 'SYSTEM'")
        // The server's own threads, and what tasks do there with the same user.
        let own = ["system user", "event_scheduler", try session.ownUser()]
        let others = try session.connections().filter { !own.contains($0.user) }
        var found = others.filter { ["Query", "Execute"].contains($0.command) && $0.seconds >= scope.limits.longStatementSeconds }
            .map { (connection: $0.id, seconds: $0.seconds, what: "statement") }
        do throws(MySQLError) {
            let transactions = try session.rows(
                """
                SELECT trx_mysql_thread_id, TIMESTAMPDIFF(SECOND, trx_started, NOW()) FROM information_schema.INNODB_TRX
                WHERE TIMESTAMPDIFF(SECOND, trx_started, NOW()) >= \(scope.limits.longStatementSeconds) ORDER BY 1
                """)
            let visible = Set(others.map(\.id))
            for row in transactions {
                guard let id = row[0].flatMap({ UInt64($0) }), visible.contains(id) else { continue }
                found.append((id, row[1].flatMap { Int($0) } ?? 0, "transaction"))
            }
        } catch {
            let reason: String
            switch error.code {
            case .specificAccessDenied: reason = "the user lacks PROCESS, and sees no transactions and no statements of others"
            // The list shows the statement that each transaction runs just now.
            case .cannotConvertText: reason = "the source does not list its transactions while one runs a statement with characters of four bytes"
            default: throw error
            }
            if found.isEmpty { return .skip(reason) }
        }
        if found.isEmpty { return .pass("none") }
        var connections: [String] = []
        for one in found where !connections.contains("\(one.connection)") { connections.append("\(one.connection)") }
        let facts = found.map { "a \($0.what) of connection \($0.connection) for \($0.seconds) s" }
        return .alarm(
            "the copy may have to wait for them, and they slow it down: \(listed(facts))",
            mend: .kill(connections, .source, scope, "or wait for them"))
    }
}
