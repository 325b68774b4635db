import SupervisorAPI
import SyncModel
import Testing

/// The JSON that the contract promises, byte for byte (keys sorted).
@Suite struct TaskViewTests {
    @Test func aTaskThatRuns() throws {
        var counts = ConflictCounts()
        counts.add(.updateDiffers, 2)
        counts.add(.uniqueViolation)
        let facts = ServerFacts(type: "mysql", host: "10.0.0.5", port: 3306, server: "9.7.4", serverUUID: "u-1")
        let view = TaskView(
            id: "01",
            name: "orders",
            state: .running,
            phase: .incremental,
            actions: [.pause, .stop],
            source: EndpointView(
                Endpoint(host: "db1", user: "dts", region: "eu", provider: .aws, access: .vpn),
                facts: facts
            ),
            target: EndpointView(Endpoint(host: "db2", port: 3307, user: "dts")),
            position: PositionView(BinlogPosition(gtid: "u-1:1-5", file: "binlog.000002", offset: 5_000_000_000)),
            lagMs: 12,
            backlogBytes: 3,
            measuredAt: Timestamp(microsecondsSince1970: 1_796_090_400_500_000),
            transactionBytes: 77,
            rate: RateView(rowsPerSecond: 500, percent: 25),
            load: LoadProgress(tablesDone: 4, tablesTotal: 4, rowsDone: 400_000, rowsTotalEstimate: 398_211),
            counts: Counts(transactions: 1, inserts: 2, updates: 3, deletes: 4, ddl: 5, loopedTransactionsSkipped: 6),
            conflicts: ConflictsView(counts, unresolved: 1),
            worker: WorkerView(pid: 4711, restarts: 1, rssBytes: 9),
            limits: Limits(rowsPerSecond: 5000),
            specification: .medium,
            billing: .monthlySubscription,
            owner: "ops@example.com",
            startAt: Timestamp(microsecondsSince1970: 1_796_090_400_000_000),
            skippedChecks: ["routines"]
        )
        let expected = #"""
            {"actions":["pause","stop"],"backlog_bytes":3,"billing":"monthly-subscription",\#
            "conflicts":{"delete_differs":0,"delete_missing":0,"insert_exists":0,"total":3,"unique_violation":1,\#
            "unresolved":1,"update_differs":2,"update_missing":0},\#
            "counts":{"ddl":5,"deletes":4,"inserts":2,"looped_transactions_skipped":6,"transactions":1,"updates":3},\#
            "error":null,"id":"01","lag_ms":12,\#
            "limits":{"apply_threads":4,"load_threads":4,"rows_per_second":5000},\#
            "load":{"rows_done":400000,"rows_total_estimate":398211,"tables_done":4,"tables_total":4},\#
            "measured_at":"2026-12-01T02:00:00.500Z","name":"orders","owner":"ops@example.com","pair":null,"phase":"incremental",\#
            "position":{"file":"binlog.000002","gtid":"u-1:1-5","offset":5000000000},\#
            "rate":{"percent":25,"rows_per_second":500,"seconds_left":null},\#
            "skipped_checks":["routines"],\#
            "source":{"access":"vpn","host":"10.0.0.5","port":3306,"provider":"aws","region":"eu","server":"9.7.4",\#
            "server_uuid":"u-1","type":"mysql"},\#
            "specification":"medium","start_at":"2026-12-01T02:00:00.000Z","state":"running",\#
            "target":{"access":"public","host":"db2","port":3307,"provider":"others","server":null,"server_uuid":null,"type":"mysql"},\#
            "transaction_bytes":77,\#
            "worker":{"pid":4711,"restarts":1,"rss_bytes":9}}
            """#
        #expect(try text(view) == expected)
        #expect(try APICodec.decode(TaskView.self, from: Array(expected.utf8)) == view)
    }

    @Test func aTaskThatFailedBeforeItRan() throws {
        let failure = Failure(.binlogPurged, "binlog.000001 is gone", remedy: "load again")
        let view = TaskView(
            id: "02",
            name: "t",
            pair: "shop",
            state: .failed,
            source: EndpointView(Endpoint(socket: "/s", user: "dts")),
            target: EndpointView(Endpoint(host: "db2", user: "dts")),
            error: TaskErrorView(failure, at: Timestamp(microsecondsSince1970: 1_796_090_400_123_456))
        )
        let expected = #"""
            {"actions":[],"backlog_bytes":0,"billing":"pay-as-you-go",\#
            "conflicts":{"delete_differs":0,"delete_missing":0,"insert_exists":0,"total":0,"unique_violation":0,\#
            "unresolved":0,"update_differs":0,"update_missing":0},\#
            "counts":{"ddl":0,"deletes":0,"inserts":0,"looped_transactions_skipped":0,"transactions":0,"updates":0},\#
            "error":{"at":"2026-12-01T02:00:00.123Z","code":"binlog-purged","message":"binlog.000001 is gone","remedy":"load again"},\#
            "id":"02","lag_ms":null,"limits":{"apply_threads":4,"load_threads":4,"rows_per_second":0},"load":{"rows_done":0,"rows_total_estimate":0,"tables_done":0,"tables_total":0},\#
            "measured_at":null,"name":"t","owner":null,"pair":"shop","phase":null,"position":{"file":null,"gtid":null,"offset":null},\#
            "rate":null,"skipped_checks":[],\#
            "source":{"access":"public","host":null,"port":null,"provider":"others","server":null,"server_uuid":null,\#
            "socket":"/s","type":"mysql"},\#
            "specification":"standard","start_at":null,"state":"failed",\#
            "target":{"access":"public","host":"db2","port":3306,"provider":"others","server":null,"server_uuid":null,"type":"mysql"},\#
            "transaction_bytes":null,"worker":{"pid":null,"restarts":0,"rss_bytes":0}}
            """#
        #expect(try text(view) == expected)
    }

    @Test func aPair() throws {
        #expect(
            try text(PairView(name: "shop", state: .created, tasks: []))
                == #"{"name":"shop","state":"created","tasks":[]}"#
        )
    }

    @Test func fieldsOfALaterVersionAreIgnoredAndMissingOnesAreNil() throws {
        let json = #"{"pid":1,"restarts":2,"rss_bytes":3,"threads":4}"#
        #expect(
            try APICodec.decode(WorkerView.self, from: Array(json.utf8)) == WorkerView(pid: 1, restarts: 2, rssBytes: 3)
        )
        let short = #"{"restarts":2,"rss_bytes":3}"#
        #expect(try APICodec.decode(WorkerView.self, from: Array(short.utf8)).pid == nil)
    }

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try APICodec.encode(value), as: UTF8.self)
    }
}
