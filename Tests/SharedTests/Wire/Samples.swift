import SyncModel
import SyncWire

/// One of each message, with the line that it is on the wire. A line here never changes: fields are only ever added.
enum Samples {
    static let endpointA = Endpoint(
        host: "10.0.0.5",
        port: 3306,
        user: "dts",
        tls: TLSSettings(mode: .verifyCA, ca: "/etc/ca.pem")
    )
    static let endpointB = Endpoint(socket: "/run/mysqld.sock", user: "dts", type: .tdsqlCMySQL, positioning: .file)

    static let configuration = Configuration(
        taskID: "6d1c",
        spec: TaskSpec(
            name: "shop-a-to-b",
            source: endpointA,
            target: endpointB,
            initialization: [.data],
            ifTargetExists: .ignore,
            conflict: .newest(column: "updated_at"),
            sql: SQLSelection(delete: false, ddl: .kinds(["create-table"])),
            objects: [
                ObjectSelection(
                    database: "crm",
                    mappedTo: "crm_west",
                    tables: [
                        TableSelection(
                            name: "orders",
                            mappedTo: "orders_west",
                            filter: "id > 100",
                            columns: ["id", "total"],
                            rename: ["id": "ident"]
                        )
                    ],
                    views: ["open_orders"],
                    routines: .named(["total"])
                )
            ],
            limits: Limits(rowsPerSecond: 500, loadThreads: 2, applyThreads: 3),
            retryMinutes: 30
        ),
        secrets: Secrets(source: "pw-a", target: "pw-b"),
        pair: PairRole(pair: "shop", direction: .aToB, reverseTask: "7e2d"),
        routes: TaskRoutes(
            blocked: ["3e11fa47-71ca-11e1-9e33-c80aa9429562"], direct: ["8f3e"],
            takesOver: [TaskRoutes.TakeOver(from: "8f3e", feeder: "9a4f", via: "9a4f")])
    )

    static let toWorker: [(message: SupervisorMessage, line: String)] = [
        (
            .hello(Hello(minVersion: 1, maxVersion: 1, build: "dts-supervisor 0.1.0")),
            #"{"build":"dts-supervisor 0.1.0","capabilities":[],"max_version":1,"min_version":1,"type":"hello"}"#
        ),
        (
            .command(id: 1, .configure(configuration)),
            #"{"configuration":{"pair":{"direction":"a-to-b","merges_data":false,"pair":"shop","reverse_carries_ddl":false,"reverse_task":"7e2d"},"routes":{"blocked":["3e11fa47-71ca-11e1-9e33-c80aa9429562"],"direct":["8f3e"],"takes_over":[{"feeder":"9a4f","from":"8f3e","via":"9a4f"}]},"secrets":{"source":"pw-a","target":"pw-b"},"spec":{"billing":"pay-as-you-go","conflict":"newest:column:updated_at","if_target_exists":"ignore","initialization":["data"],"limits":{"apply_threads":3,"load_threads":2,"rows_per_second":500},"name":"shop-a-to-b","objects":[{"database":"crm","mapped_to":"crm_west","routines":["total"],"tables":[{"columns":["id","total"],"filter":"id > 100","mapped_to":"orders_west","name":"orders","rename":{"id":"ident"}}],"views":["open_orders"]}],"retry_minutes":30,"source":{"access":"public","host":"10.0.0.5","hosts":[],"port":3306,"positioning":"auto","provider":"others","tls":{"ca":"/etc/ca.pem","mode":"verify-ca"},"type":"mysql","user":"dts"},"specification":"standard","sql":{"ddl":["create-table"],"delete":false,"insert":true,"update":true},"target":{"access":"public","hosts":[],"port":3306,"positioning":"file","provider":"others","socket":"/run/mysqld.sock","tls":{"mode":"preferred"},"type":"tdsql-c-mysql","user":"dts"}},"task_id":"6d1c"},"id":1,"type":"configure"}"#
        ),
        (
            .command(id: 15, .configure(Configuration(
                taskID: "6d1c", spec: TaskSpec(name: "t", source: endpointA, target: endpointA, initialization: [.data], objects: []),
                secrets: Secrets(source: "pw-a", target: "pw-b"),
                daemon: DaemonIdentity(id: "b2f0", host: "sync-1", startedAt: 1_700_000_000_000_000, hasRun: true)))),
            #"{"configuration":{"daemon":{"has_run":true,"host":"sync-1","id":"b2f0","started_at":1700000000000000},"secrets":{"source":"pw-a","target":"pw-b"},"spec":{"billing":"pay-as-you-go","conflict":"report","if_target_exists":"error","initialization":["data"],"limits":{"apply_threads":4,"load_threads":4,"rows_per_second":0},"name":"t","objects":[],"retry_minutes":60,"source":{"access":"public","host":"10.0.0.5","hosts":[],"port":3306,"positioning":"auto","provider":"others","tls":{"ca":"/etc/ca.pem","mode":"verify-ca"},"type":"mysql","user":"dts"},"specification":"standard","sql":{"ddl":"none","delete":true,"insert":true,"update":true},"target":{"access":"public","host":"10.0.0.5","hosts":[],"port":3306,"positioning":"auto","provider":"others","tls":{"ca":"/etc/ca.pem","mode":"verify-ca"},"type":"mysql","user":"dts"}},"task_id":"6d1c"},"id":15,"type":"configure"}"#
        ),
        (.command(id: 2, .verify), #"{"id":2,"type":"verify"}"#),
        (.command(id: 3, .prepare), #"{"id":3,"type":"prepare"}"#),
        (.command(id: 4, .inspect), #"{"id":4,"type":"inspect"}"#),
        (.command(id: 14, .testConnection), #"{"id":14,"type":"test-connection"}"#),
        (
            .command(id: 16, .measure(BinlogPosition(file: "binlog.000007", offset: 4))),
            #"{"id":16,"position":{"file":"binlog.000007","offset":4},"type":"measure"}"#
        ),
        (.command(id: 17, .definitions(adopts: true)), #"{"adopts":true,"id":17,"type":"definitions"}"#),
        (.command(id: 5, .run), #"{"id":5,"type":"run"}"#),
        (.command(id: 6, .pause), #"{"id":6,"type":"pause"}"#),
        (.command(id: 7, .resume), #"{"id":7,"type":"resume"}"#),
        (
            .command(id: 8, .limit(Limits(rowsPerSecond: 1000, loadThreads: 4, applyThreads: 4))),
            #"{"id":8,"limits":{"apply_threads":4,"load_threads":4,"rows_per_second":1000},"type":"limit"}"#
        ),
        (.command(id: 9, .catchUp), #"{"id":9,"type":"catch-up"}"#),
        (
            .command(id: 10, .resolve(conflict: 17, take: .source)),
            #"{"conflict":17,"id":10,"take":"source","type":"resolve"}"#
        ),
        (
            .command(id: 12, .decide(StatementDecision(statement: "0-1-77 9ac3", replacement: nil))),
            #"{"id":12,"statement":"0-1-77 9ac3","type":"decide"}"#
        ),
        (
            .command(
                id: 13,
                .decide(StatementDecision(statement: "0-1-77 9ac3", replacement: "ALTER TABLE shop.t ADD c INT"))
            ),
            #"{"id":13,"sql":"ALTER TABLE shop.t ADD c INT","statement":"0-1-77 9ac3","type":"decide"}"#
        ),
        (
            .command(id: 15, .follow(TaskRoutes(direct: ["8f3e"]))),
            #"{"id":15,"routes":{"blocked":[],"direct":["8f3e"],"takes_over":[]},"type":"follow"}"#
        ),
        (.command(id: 11, .cleanUp), #"{"id":11,"type":"clean-up"}"#),
        (.command(id: 0, .stop), #"{"id":0,"type":"stop"}"#),
        (.conflictsStored(through: 17), #"{"through":17,"type":"conflicts-stored"}"#),
        (.statementsStored(through: 3), #"{"through":3,"type":"statements-stored"}"#),
    ]

    static let position = BinlogPosition(
        gtid: "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23",
        file: "binlog.000007",
        offset: 4_294_967_297
    )

    static let progress = Progress(
        phase: .incremental,
        position: position,
        lagMs: 12,
        backlogBytes: 4096,
        load: LoadProgress(tablesDone: 4, tablesTotal: 4, rowsDone: 400_000, rowsTotalEstimate: 398_211),
        counts: Counts(transactions: 9, inserts: 8, updates: 7, deletes: 6, ddl: 1, loopedTransactionsSkipped: 5, ddlNotCarried: 3),
        conflicts: {
            var counts = ConflictCounts()
            counts.add(.updateDiffers, 2)
            return counts
        }(),
        unresolvedConflicts: 1,
        rssBytes: 50_331_648,
        activeAt: 1_795_000_000_000_000,
        bytesRead: 8_589_934_592,
        transactionBytes: 1_048_576
    )

    static let record = ConflictRecord(
        sequence: 17,
        kind: .updateDiffers,
        database: "shop",
        table: "orders",
        key: [NamedValue(column: "id", value: "7")],
        before: [NamedValue(column: "note", value: nil)],
        after: [NamedValue(column: "note", value: "0xff")],
        current: nil,
        position: position,
        decision: .reported,
        at: 1_795_000_000_000_000
    )

    static let item = CheckItem(
        item: "binlog-format",
        level: .fail,
        facts: "binlog_format = STATEMENT on 10.0.0.5:3306",
        threshold: "ROW",
        remedy: "SET GLOBAL binlog_format = ROW",
        code: .binlogFormat,
        skippable: false
    )

    static let skippableItem = CheckItem(
        item: "connect-timeout",
        level: .fail,
        facts: "connect_timeout is 2 seconds",
        threshold: "10 seconds",
        remedy: "SET GLOBAL connect_timeout = 10 -- on the source",
        statements: [CheckItem.Statement(.source, "SET GLOBAL connect_timeout = 10")],
        code: .verificationFailed,
        skippable: true,
        risk: "connections may be dropped"
    )

    static let facts = ServerFacts(
        type: "mysql",
        host: "10.0.0.5",
        port: 3306,
        server: "9.7.0",
        serverUUID: "3e11fa47-71ca-11e1-9e33-c80aa9429562"
    )

    static let fromWorker: [(message: WorkerMessage, line: String)] = [
        (
            .hello(Hello(minVersion: 1, maxVersion: 1, build: "dts-worker 0.1.0", capabilities: ["mysql"])),
            #"{"build":"dts-worker 0.1.0","capabilities":["mysql"],"max_version":1,"min_version":1,"type":"hello"}"#
        ),
        (.answer(Answer(id: 2)), #"{"id":2,"type":"answer"}"#),
        (
            .answer(
                Answer(id: 5, failure: Failure(.binlogPurged, "binlog.000003 is gone", remedy: "create the task anew"))
            ),
            #"{"failure":{"code":"binlog-purged","kind":"needs-operator","message":"binlog.000003 is gone","remedy":"create the task anew"},"id":5,"type":"answer"}"#
        ),
        (
            .answer(Answer(id: 3, position: position)),
            #"{"id":3,"position":{"file":"binlog.000007","gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23","offset":4294967297},"type":"answer"}"#
        ),
        (
            .answer(Answer(id: 4, targetState: .structureOnly)),
            #"{"id":4,"target_state":"structure-only","type":"answer"}"#
        ),
        (
            .answer(
                Answer(
                    id: 14,
                    items: [CheckItem(item: "connect-source", level: .pass, facts: "10.0.0.5:3306 answers as 9.7.4, with TLS")]
                )
            ),
            #"{"id":14,"items":[{"facts":"10.0.0.5:3306 answers as 9.7.4, with TLS","item":"connect-source","level":"pass","remedy":"","skippable":false,"threshold":""}],"type":"answer"}"#
        ),
        (.answer(Answer(id: 16, lagMs: 12, backlogBytes: 4096)), #"{"backlog_bytes":4096,"id":16,"lag_ms":12,"type":"answer"}"#),
        (
            .answer(
                Answer(
                    id: 9,
                    position: BinlogPosition(file: "binlog.000007", offset: 4),
                    counts: progress.counts,
                    unresolvedConflicts: 0
                )
            ),
            #"{"counts":{"ddl":1,"ddl_not_carried":3,"deletes":6,"inserts":8,"looped_transactions_skipped":5,"transactions":9,"updates":7},"id":9,"position":{"file":"binlog.000007","offset":4},"type":"answer","unresolved_conflicts":0}"#
        ),
        (
            .ready(source: facts, target: facts),
            #"{"source":{"host":"10.0.0.5","port":3306,"server":"9.7.0","server_uuid":"3e11fa47-71ca-11e1-9e33-c80aa9429562","type":"mysql"},"target":{"host":"10.0.0.5","port":3306,"server":"9.7.0","server_uuid":"3e11fa47-71ca-11e1-9e33-c80aa9429562","type":"mysql"},"type":"ready"}"#
        ),
        (.phase(.data), #"{"phase":"data","type":"phase"}"#),
        (
            .progress(progress),
            #"{"active_at":1795000000000000,"backlog_bytes":4096,"bytes_read":8589934592,"conflicts":{"delete_differs":0,"delete_missing":0,"insert_exists":0,"unique_violation":0,"update_differs":2,"update_missing":0},"counts":{"ddl":1,"ddl_not_carried":3,"deletes":6,"inserts":8,"looped_transactions_skipped":5,"transactions":9,"updates":7},"lag_ms":12,"load":{"rows_done":400000,"rows_total_estimate":398211,"tables_done":4,"tables_total":4},"paused":false,"phase":"incremental","position":{"file":"binlog.000007","gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23","offset":4294967297},"rss_bytes":50331648,"transaction_bytes":1048576,"type":"progress","unresolved_conflicts":1}"#
        ),
        (
            .ddlNotCarried(
                UncarriedStatement(
                    sequence: 3, kind: "truncate", place: "0-1-77", text: "TRUNCATE TABLE orders", sidesDiffer: true, at: 1_795_000_000_000_000)),
            #"{"statement":{"at":1795000000000000,"kind":"truncate","place":"0-1-77","sequence":3,"sides_differ":true,"text":"TRUNCATE TABLE orders"},"type":"ddl-not-carried"}"#
        ),
        (
            .conflict(record),
            #"{"record":{"after":[{"column":"note","value":"0xff"}],"at":1795000000000000,"before":[{"column":"note"}],"database":"shop","decision":"reported","key":[{"column":"id","value":"7"}],"kind":"update_differs","position":{"file":"binlog.000007","gtid":"3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23","offset":4294967297},"sequence":17,"table":"orders"},"type":"conflict"}"#
        ),
        (
            .checkItem(item),
            #"{"item":{"code":"binlog-format","facts":"binlog_format = STATEMENT on 10.0.0.5:3306","item":"binlog-format","level":"fail","remedy":"SET GLOBAL binlog_format = ROW","skippable":false,"threshold":"ROW"},"type":"check-item"}"#
        ),
        (
            .checkItem(skippableItem),
            #"{"item":{"code":"verification-failed","facts":"connect_timeout is 2 seconds","item":"connect-timeout","level":"fail","remedy":"SET GLOBAL connect_timeout = 10 -- on the source","remedy_sql":[{"server":"source","sql":"SET GLOBAL connect_timeout = 10"}],"risk":"connections may be dropped","skippable":true,"threshold":"10 seconds"},"type":"check-item"}"#
        ),
        (
            .error(
                Failure(.connectionLost, "10.0.0.5:3306 went away", remedy: "nothing; it is retried", kind: .transient)
            ),
            #"{"failure":{"code":"connection-lost","kind":"transient","message":"10.0.0.5:3306 went away","remedy":"nothing; it is retried"},"type":"error"}"#
        ),
        (
            .error(Failure(.ddlUnsupported, "EXCHANGE PARTITION", remedy: "decide", statement: "0-1-77 9ac3")),
            #"{"failure":{"code":"ddl-unsupported","kind":"needs-operator","message":"EXCHANGE PARTITION","remedy":"decide","statement":"0-1-77 9ac3"},"type":"error"}"#
        ),
        (.done(reason: .stopped), #"{"reason":"stopped","type":"done"}"#),
    ]
}
