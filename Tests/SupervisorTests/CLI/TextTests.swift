import SupervisorAPI
import SyncModel
import Testing

@testable import SupervisorCLI

@Suite struct TextTests {
    private static var running: TaskView {
        var counts = ConflictCounts()
        counts.add(.updateDiffers, 2)
        let facts = ServerFacts(type: "mysql", host: "10.0.0.5", port: 3306, server: "9.7.4", serverUUID: "u")
        return TaskView(
            id: "1",
            name: "orders",
            pair: "shop",
            state: .running,
            phase: .incremental,
            actions: [.pause, .stop],
            source: EndpointView(Endpoint(host: "db1", user: "u", region: "eu"), facts: facts),
            target: EndpointView(Endpoint(socket: "/run/my.sock", user: "u")),
            position: PositionView(BinlogPosition(gtid: "u:1-5", file: "b.2", offset: 4)),
            lagMs: 12,
            backlogBytes: 2048,
            transactionBytes: 35 << 20,
            rate: RateView(rowsPerSecond: 5200, percent: 81, secondsLeft: 130),
            load: LoadProgress(tablesDone: 1, tablesTotal: 2, rowsDone: 3, rowsTotalEstimate: 4),
            counts: Counts(transactions: 1, inserts: 2, updates: 3, deletes: 4, ddl: 5, loopedTransactionsSkipped: 6),
            conflicts: ConflictsView(counts, unresolved: 1),
            worker: WorkerView(pid: 4711, restarts: 2, rssBytes: 5 << 20),
            limits: Limits(rowsPerSecond: 1000),
            specification: .micro,
            owner: "ops@example.com",
            startAt: Timestamp(microsecondsSince1970: 0),
            skippedChecks: ["routines", "views"],
            error: TaskErrorView(
                Failure(.conflictReported, "a row differs", remedy: "resolve it"),
                at: Timestamp(microsecondsSince1970: 0)
            )
        )
    }

    @Test func aTaskInFull() {
        #expect(
            TaskText.details(Self.running) == """
                orders
                  state      running, incremental
                  starts     1970-01-01T00:00:00.000Z
                  pair       shop
                  source     mysql 10.0.0.5:3306 9.7.4 (eu)
                  target     mysql /run/my.sock
                  position   u:1-5
                             b.2:4
                  lag        12 ms, backlog 2.0 KiB; in a transaction, 35.0 MiB of it done; 5200 rows/s, 81 % done, about 2 min left
                  load       1 of 2 tables, 3 of about 4 rows
                  applied    1 transactions: 2 inserts, 3 updates, 4 deletes, 5 DDL; 6 of our own skipped
                  conflicts  2, 1 unresolved (update_differs 2)
                  worker     pid 4711, 5.0 MiB, 2 restarts
                  limits     at most 1000 rows per second, 4 load threads, 4 apply threads
                  bought     micro, pay-as-you-go
                  owner      ops@example.com
                  skipped    routines, views
                  actions    pause, stop
                  error      conflict-reported: a row differs
                  remedy     resolve it
                  since      1970-01-01T00:00:00.000Z
                """
        )
    }

    @Test func anItemThatMayBeSkipped() {
        let item = CheckItem(
            item: "auto-increment",
            level: .fail,
            facts: "1 and 1",
            threshold: "2",
            remedy: "SET GLOBAL a = 2 -- on the source\nSET GLOBAL a = 2 -- on the target",
            skippable: true,
            risk: "clashes"
        )
        #expect(
            VerificationText.task(VerificationView(name: "t", passed: false, items: [item])) == """
                t: verification failed: 1 failed
                  fail  auto-increment  1 and 1
                                        required: 2
                                        remedy: SET GLOBAL a = 2 -- on the source
                                                SET GLOBAL a = 2 -- on the target
                                        may be skipped (task skip-check): clashes
                """
        )
    }

    @Test func aListOfTasks() {
        let created = TaskView(
            id: "2",
            name: "a-longer-name",
            state: .created,
            source: EndpointView(Endpoint(host: "a", user: "u")),
            target: EndpointView(Endpoint(host: "b", user: "u"))
        )
        #expect(
            TaskText.list([Self.running, created]) == """
                NAME           STATE    PHASE        LAG    BACKLOG  CONFLICTS        ERROR
                orders         running  incremental  12 ms  2.0 KiB  2, 1 unresolved  conflict-reported
                a-longer-name  created  -            -      0 B      0                -
                """
        )
    }

    @Test func aListOfPairs() {
        #expect(PairText.list([]) == "no pairs")
        let pair = PairView(name: "shop", state: .running, tasks: [Self.running, Self.running])
        #expect(
            PairText.list([pair]) == """
                NAME  STATE    TASK    STATE    PHASE        LAG    BACKLOG  CONFLICTS        ERROR
                shop  running  orders  running  incremental  12 ms  2.0 KiB  2, 1 unresolved  conflict-reported
                               orders  running  incremental  12 ms  2.0 KiB  2, 1 unresolved  conflict-reported
                """
        )
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1 << 20, "1.0 MiB"),
            (3 << 40, "3.0 TiB"),
            (.max, "16777216.0 TiB"),
        ] as [(UInt64, String)]
    )
    func sizes(_ count: UInt64, _ text: String) { #expect(Quantity.bytes(count) == text) }

    @Test(
        arguments: [
            (nil, "-"), (0, "0 ms"), (9999, "9999 ms"), (10_000, "10 s"), (119_999, "119 s"), (120_000, "2 min"),
            (7_199_000, "119 min"), (7_260_000, "2 h 1 min"),
        ] as [(UInt64?, String)]
    )
    func times(_ count: UInt64?, _ text: String) { #expect(Quantity.milliseconds(count) == text) }

    /// What has to be mended stands before what may be, and what passed is not in the way.
    @Test func verificationsBeginWithWhatMatters() {
        func item(_ name: String, _ level: CheckItem.Level, skippable: Bool = false) -> CheckItem {
            CheckItem(item: name, level: level, facts: "facts", skippable: skippable, risk: skippable ? "risk" : "")
        }
        let items = [
            item("p1", .pass), item("a1", .alarm), item("s1", .skipped), item("f1", .fail), item("s2", .skipped, skippable: true), item("a2", .alarm),
            item("f2", .fail), item("p2", .pass),
        ]
        let verification = VerificationView(name: "t", passed: false, items: items)
        func words(_ text: String) -> [String] {
            text.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }.filter { $0.count == 2 && $0.last?.isNumber == true }
        }
        let brief = VerificationText.task(verification)
        #expect(brief.hasPrefix("t: verification failed: 2 failed, 2 alarms, 2 skipped, 2 passed\n"))
        #expect(words(brief) == ["f1", "f2", "s2", "a1", "a2"])
        #expect(words(VerificationText.task(verification, all: true)) == ["f1", "f2", "s2", "a1", "a2", "s1", "p1", "p2"])
        let pair = VerificationText.pair(PairVerificationView(name: "shop", tasks: [verification, verification]))
        #expect(pair.hasPrefix("shop: verification failed: 4 failed, 4 alarms, 4 skipped, 4 passed\nt: verification failed: 2 failed"))
    }
}
