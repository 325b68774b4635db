import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Rows that are not on the target what the source changed: told, decided, and settled as decided.
    @Suite struct ConflictTests {
        /// A change of the target, then one of the source that meets it. `t` holds (1, 'one', 10) … (4, 'four', 40); `u` is
        /// unique.
        struct Clash: Sendable, CustomTestStringConvertible {
            var kind: String
            var target: String
            var source: String
            /// Key, text and unique number of the row in question afterwards; nil: no such row.
            var key: Int
            var takeSource: String?
            var keepTarget: String?

            var testDescription: String { kind }
        }

        static let clashes = [
            Clash(
                kind: "insert_exists",
                target: "INSERT INTO t VALUES (9, 'target', 90)",
                source: "INSERT INTO t VALUES (9, 'source', 91)",
                key: 9,
                takeSource: "source 91",
                keepTarget: "target 90"
            ),
            Clash(
                kind: "update_differs",
                target: "UPDATE t SET w = 'target' WHERE id = 1",
                source: "UPDATE t SET w = 'source' WHERE id = 1",
                key: 1,
                takeSource: "source 10",
                keepTarget: "target 10"
            ),
            Clash(
                kind: "update_missing",
                target: "DELETE FROM t WHERE id = 2",
                source: "UPDATE t SET w = 'source' WHERE id = 2",
                key: 2,
                takeSource: "source 20",
                keepTarget: nil
            ),
            Clash(
                kind: "delete_differs",
                target: "UPDATE t SET w = 'target' WHERE id = 3",
                source: "DELETE FROM t WHERE id = 3",
                key: 3,
                takeSource: nil,
                keepTarget: "target 30"
            ),
            Clash(
                kind: "delete_missing",
                target: "DELETE FROM t WHERE id = 3",
                source: "DELETE FROM t WHERE id = 3",
                key: 3,
                takeSource: nil,
                keepTarget: nil
            ),
            Clash(
                kind: "unique_violation",
                target: "INSERT INTO t VALUES (8, 'target', 70)",
                source: "INSERT INTO t VALUES (7, 'source', 70)",
                key: 7,
                takeSource: "source 70",
                keepTarget: nil
            ),
        ]

        @Test(arguments: Integration.kinds, clashes)
        func settledByPolicy(kind: ServerKind, clash: Clash) async throws {
            for policy in ["ignore", "overwrite"] {
                try await Scope.with { scope in
                    let task = try await ClashingTask(kind, policy: policy, in: scope)
                    try await task.provoke(clash)
                    try await task.supervisor.wait(task.name, for: "caught-up")
                    try await task.expect(clash, policy == "overwrite" ? clash.takeSource : clash.keepTarget)
                    // Told at once: a wait that has ended has everything to show.
                    let conflicts = try await task.supervisor.task(task.name).conflicts
                    #expect(conflicts.total == 1)
                    #expect(conflicts.unresolved == 0)
                    #expect(try await task.listed().map(\.kind) == [clash.kind])
                }
            }
        }

        @Test(arguments: Integration.kinds, clashes)
        func reportedThenDecided(kind: ServerKind, clash: Clash) async throws {
            for side in ["source", "target"] {
                try await Scope.with { scope in
                    let task = try await ClashingTask(kind, policy: "report", in: scope)
                    try await task.provoke(clash)
                    try await task.supervisor.wait(task.name, for: "paused")
                    let stopped = try await task.supervisor.task(task.name)
                    #expect(stopped.error?.code == "conflict-reported")
                    #expect(stopped.conflicts.unresolved == 1)
                    // What came after the conflict waits for the decision.
                    #expect(
                        try await task.target.value("SELECT COUNT(*) FROM `\(task.database)`.t WHERE id = 100") == "0"
                    )
                    // To go on without a decision changes nothing.
                    let found = try await task.listed()
                    try #require(found.count == 1)
                    try await task.supervisor.run("conflict", "resolve", found[0].id, "--take", side)
                    try await task.supervisor.run("task", "resume", task.name)
                    try await task.supervisor.wait(task.name, for: "settled")
                    try await task.expect(clash, side == "source" ? clash.takeSource : clash.keepTarget)
                    let settled = try await task.supervisor.task(task.name)
                    #expect(settled.conflicts.total == 1)
                    #expect(settled.conflicts.unresolved == 0)
                    let again = try await task.supervisor.command("conflict", "resolve", found[0].id, "--take", side)
                    #expect(again.status == 1)
                }
            }
        }

        /// One transaction with conflicts on several rows stops at each of them, and each is in the log by then.
        @Test(arguments: Integration.kinds)
        func reportedOneAfterTheOther(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let task = try await ClashingTask(kind, policy: "report", in: scope)
                try await task.target.execute("UPDATE `\(task.database)`.t SET w = 'target' WHERE id <= 4")
                try await task.source.execute("UPDATE `\(task.database)`.t SET w = 'source' WHERE id <= 4")
                for number in 1...4 {
                    try await task.supervisor.wait(task.name, for: "paused")
                    let found = try await task.listed()
                    try #require(found.count == number)
                    #expect(try await task.supervisor.task(task.name).conflicts.unresolved == 1)
                    try await task.supervisor.run("conflict", "resolve", found[0].id, "--take", number == 2 ? "target" : "source")
                    try await task.supervisor.run("task", "resume", task.name)
                }
                try await task.supervisor.wait(task.name, for: "settled")
                #expect(try await task.target.value("SELECT GROUP_CONCAT(w ORDER BY id) FROM `\(task.database)`.t WHERE id <= 4") == "source,target,source,source")
            }
        }

        /// Where both sides of a pair have changed a row, one decision is for both, and then both are the same.
        @Test(arguments: Integration.kinds, ["a", "b"])
        func oneDecisionForBothSides(kind: ServerKind, side: String) async throws {
            struct Value: Decodable { var column: String; var value: String? }
            struct Shown: Decodable { var id: String; var key: [Value]; var before, after, current: [Value]?; var counterpart: String? }
            struct List: Decodable { var conflicts: [Shown] }
            struct Resolved: Decodable { var resolved: [String] }
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("both")
                try await a.makeDatabase(database, in: scope)
                scope.onExit { try await b.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await a.execute(
                    """
                    CREATE TABLE `\(database)`.t (size ENUM('small', 'it''s') NOT NULL, id INT NOT NULL, tags SET('x', 'y', 'z'),
                        w VARCHAR(20), PRIMARY KEY (size, id))
                    """, "INSERT INTO `\(database)`.t VALUES ('it''s', 1, 'x,z', 'one'), ('small', 2, 'y', 'two')")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "both.yml", "name: both\na: \(a.yaml())\nb: \(b.yaml())\nobjects: [{database: \(database)}]\nprevails: none\n")
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "both", "--yes") }
                try await supervisor.run("pair", "start", "both")
                try await supervisor.wait("both", for: "caught-up")
                func clash(_ id: Int) async throws {
                    try await supervisor.run("pair", "pause", "both")
                    try await a.execute("UPDATE `\(database)`.t SET w = 'from a', tags = 'y,z' WHERE id = \(id)")
                    try await b.execute("UPDATE `\(database)`.t SET w = 'from b', tags = 'x' WHERE id = \(id)")
                    try await supervisor.run("pair", "resume", "both")
                    try await eventually("both halves have reported it") { () async throws in
                        try await supervisor.json(List.self, "conflict", "list", "both", "--unresolved").conflicts.count == 2
                    }
                    try await supervisor.wait("both", for: "paused")
                }
                func settle(_ id: Int) async throws {
                    #expect(try await supervisor.json(List.self, "conflict", "list", "both", "--unresolved").conflicts.isEmpty)
                    try await supervisor.run("pair", "resume", "both")
                    try await supervisor.wait("both", for: "settled")
                    for server in [a, b] {
                        let row = try await server.rows("SELECT w, tags FROM `\(database)`.t WHERE id = \(id)").first
                        #expect(row == ["from \(side)", side == "a" ? "y,z" : "x"])
                    }
                }
                try await clash(1)
                let found = try await supervisor.json(List.self, "conflict", "list", "both-a-to-b", "--unresolved").conflicts
                let shown = try await supervisor.json(Shown.self, "conflict", "show", try #require(found.first?.id))
                // Members, and not the numbers that rows hold.
                #expect(shown.key.map(\.value) == ["it's", "1"])
                let tags = [shown.before, shown.after, shown.current].map { row in row?.first { $0.column == "tags" }?.value }
                #expect(tags == ["x,z", "y,z", "x"])
                let resolved = try await supervisor.json(Shown.self, "conflict", "resolve", shown.id, "--take", side)
                #expect(resolved.counterpart != nil)
                try await settle(1)
                try await clash(2)
                let filter = ["--class", "update_differs", "--table", "\(database).t"]
                let all = try await supervisor.command(["conflict", "resolve", "--all", "both", "--take", side, "--json"] + filter)
                #expect(try supervisor.decode(Resolved.self, all.succeeded()).resolved.count == 2)
                try await settle(2)
            }
        }

        /// Each conflict keeps a number of its own, also after earlier ones have been stored and let go.
        @Test(arguments: Integration.kinds)
        func conflictsOneAfterTheOtherAreAllListed(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let task = try await ClashingTask(kind, policy: "ignore", in: scope)
                for id in 1...4 {
                    try await task.target.execute("UPDATE `\(task.database)`.t SET w = 'target' WHERE id = \(id)")
                    try await task.source.execute("UPDATE `\(task.database)`.t SET w = 'source' WHERE id = \(id)")
                    try await task.supervisor.wait(task.name, for: "caught-up")
                    #expect(try await task.listed().count == id)
                }
                #expect(try await task.supervisor.task(task.name).conflicts.total == 4)
            }
        }

        /// What is told of a conflict is cut; what is written is not.
        @Test(arguments: Integration.kinds)
        func aConflictOfALargeRowIsTold(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let task = try await ClashingTask(kind, policy: "overwrite", in: scope)
                // Both sides get the same table and row by themselves.
                try await task.supervisor.run("task", "pause", task.name)
                let table = "`\(task.database)`.large"
                for server in [task.source, task.target] {
                    try await server.execute(
                        "CREATE TABLE \(table) (id INT PRIMARY KEY, body LONGBLOB)",
                        "INSERT INTO \(table) VALUES (1, REPEAT(x'00FF', 400000))"
                    )
                }
                try await task.supervisor.run("task", "resume", task.name)
                try await task.supervisor.wait(task.name, for: "caught-up")
                try await task.target.execute("UPDATE \(table) SET body = REPEAT(x'01', 900000) WHERE id = 1")
                try await task.source.execute("UPDATE \(table) SET body = REPEAT(x'02FE', 450000) WHERE id = 1")
                try await task.supervisor.wait(task.name, for: "caught-up")
                #expect(try await task.listed().map(\.kind) == ["update_differs"])
                #expect(
                    try await task.target.value("SELECT SHA2(body, 256) FROM \(table)")
                        == task.source.value("SELECT SHA2(body, 256) FROM \(table)")
                )
            }
        }

        /// A conflict in the middle of a transaction holds back all of the transaction.
        @Test(arguments: Integration.kinds)
        func aTransactionWithAConflictIsNotHalfApplied(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let task = try await ClashingTask(kind, policy: "report", in: scope)
                let database = task.database
                try await task.target.execute("UPDATE `\(database)`.t SET w = 'target' WHERE id = 2")
                try await task.source.execute(
                    "USE `\(database)`",
                    "START TRANSACTION",
                    "UPDATE t SET w = 'source' WHERE id = 1",
                    "UPDATE t SET w = 'source' WHERE id = 2",
                    "UPDATE t SET w = 'source' WHERE id = 3",
                    "COMMIT"
                )
                try await task.supervisor.wait(task.name, for: "paused")
                #expect(try await task.target.value("SELECT COUNT(*) FROM `\(database)`.t WHERE w = 'source'") == "0")
            }
        }
    }
}

/// A task between two servers that hold the same few rows, running.
private struct ClashingTask: Sendable {
    let name = "clash"
    let database: String
    let source: TestServer
    let target: TestServer
    let supervisor: TestSupervisor

    init(_ kind: ServerKind, policy: String, in scope: Scope) async throws {
        source = try TestServer.shared(kind, .a)
        target = try TestServer.shared(kind, .b)
        database = scope.uniqueName("clash")
        for server in [source, target] {
            try await server.makeDatabase(database, in: scope)
            try await server.execute(
                "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY, w VARCHAR(20), u INT UNIQUE)",
                "INSERT INTO `\(database)`.t VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30), (4, 'four', 40)"
            )
        }
        supervisor = try await TestSupervisor(in: scope)
        let task = try await OneWay(
            name,
            from: source.yaml(),
            to: target.yaml(),
            objects: "[{database: \(database)}]",
            settings:
                "initialization: []\nif_target_exists: ignore\nconflict: \(policy)\nsql: [insert, update, delete]",
            on: supervisor,
            in: scope
        )
        try await task.start()
        try await supervisor.wait(name, for: "incremental")
    }

    /// Makes both sides differ, then lets them meet; a further row of the source follows.
    func provoke(_ clash: Integration.ConflictTests.Clash) async throws {
        try await target.execute("USE `\(database)`", clash.target)
        try await source.execute("USE `\(database)`", clash.source, "INSERT INTO t VALUES (100, 'after', 100)")
    }

    func expect(_ clash: Integration.ConflictTests.Clash, _ row: String?, _ location: SourceLocation = #_sourceLocation)
        async throws
    {
        let found = try await target.value("SELECT CONCAT(w, ' ', u) FROM `\(database)`.t WHERE id = \(clash.key)")
        #expect(found == row, sourceLocation: location)
        #expect(
            try await target.value("SELECT w FROM `\(database)`.t WHERE id = 100") == "after",
            sourceLocation: location
        )
    }

    struct Listed: Decodable {
        var id: String
        var kind: String

        enum CodingKeys: String, CodingKey {
            case id
            case kind = "class"
        }
    }

    private struct List: Decodable { var conflicts: [Listed] }

    func listed() async throws -> [Listed] { try await supervisor.json(List.self, "conflict", "list", name).conflicts }
}
