import Glibc
import SyncModel
import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema
import WorkerVerify

/// What verification finds on real servers.
@Suite struct VerifierTests {
    private static func verify(_ fixture: LoadFixture, pair: PairRole? = nil) throws -> [String: CheckItem] {
        try verify(fixture, fixture.route.source.options(), fixture.route.target.options(), pair: pair)
    }

    private static func verify(
        _ fixture: LoadFixture,
        _ source: Session.Options,
        _ target: Session.Options,
        pair: PairRole? = nil
    ) throws -> [String: CheckItem] {
        var items: [CheckItem] = []
        Verifier(taskID: fixture.task, spec: fixture.spec, pair: pair, source: source, target: target).run {
            items.append($0)
        }
        #expect(items.map(\.item) == Verifier.items, "each item once, in order")
        for item in items {
            #expect(!item.facts.isEmpty)
            if item.level == .fail { #expect(item.code != nil && !item.remedy.isEmpty, "\(item.item)") }
        }
        return Dictionary(items.map { ($0.item, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static let plain = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))"

    @Test(arguments: Route.allCases)
    func aPlainTaskPasses(_ route: Route) async throws {
        try await withFixture("verify_plain", route, schema: Self.plain) { fixture in
            let items = try Self.verify(fixture)
            #expect(items.values.filter { $0.level == .fail }.map(\.item) == [])
            for item in items.values where item.level == .skipped { #expect(!item.facts.contains("cannot be reached"), "\(item.item)") }
            #expect(
                try fixture.target.value(
                    "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(fixture.database)'"
                ) == nil
            )
        }
    }

    /// What a target's definitions will not say, and what does not come at all, is named.
    @Test(arguments: [
        (
            Route.mysqlToMariaDB,
            "CREATE TABLE t (id INT PRIMARY KEY, g POINT NOT NULL SRID 4326, CONSTRAINT off CHECK (id > 5) NOT ENFORCED) COMPRESSION = 'zlib'",
            ["SRID of g", "the check off, which is not enforced", "COMPRESSION"]
        ), (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9) COMPRESSED) PAGE_COMPRESSED = 1", ["COMPRESSED of v", "PAGE_COMPRESSED"]),
    ])
    func whatIsLeftOut(_ route: Route, _ table: String, _ named: [String]) async throws {
        let trigger = "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1"
        let sequence = route.source.isMariaDB ? "\n;\nCREATE SEQUENCE sq" : ""
        let schema = "\(table)\n;\n\(trigger)\n;\nCREATE EVENT ev ON SCHEDULE EVERY 1 YEAR STARTS '2030-01-01' DO SELECT 1\(sequence)"
        try await withFixture("verify_left_out", route, schema: schema) { fixture in
            let items = try Self.verify(fixture)
            #expect(items["structure-left-out"]?.level == .alarm)
            for name in named { #expect(items["structure-left-out"]?.facts.contains("\(name) (\(fixture.database).t)") == true, "\(name)") }
            #expect(items["not-copied"]?.level == .alarm)
            for name in ["trigger", "event"] + (sequence.isEmpty ? [] : ["sequence"]) {
                #expect(items["not-copied"]?.facts.contains("\(name) \(fixture.database).") == true, "\(name)")
            }
        }
    }

    @Test func serversThatCannotBeReached() async throws {
        try await withFixture("verify_unreachable", .mysql, schema: Self.plain) { fixture in
            var source = try fixture.route.source.options()
            var target = try fixture.route.target.options()
            source.password = "wrong"
            target.endpoint.port = 1
            let items = try Self.verify(fixture, source, target)
            #expect(items["connect-source"]?.code == .accessDenied)
            #expect(items["connect-target"]?.code == .hostUnreachable)
            #expect(items["source-version"]?.level == .skipped)
            #expect(items["target-privileges"]?.level == .skipped)
            #expect(items["options"]?.level == .pass)

            let half = try Self.verify(fixture, try fixture.route.source.options(), target)
            #expect(half["source-privileges"]?.level == .pass)
            #expect(half["schema-equality"]?.level == .skipped)
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func oneServerIsNoTwo(_ route: Route) async throws {
        try await withFixture("verify_same", route, schema: Self.plain) { fixture in
            let items = try Self.verify(fixture, try route.source.options(), try route.source.options())
            #expect(items["server-identity"]?.level == .fail)
            fixture.spec.objects = [ObjectSelection(database: fixture.database, mappedTo: "\(fixture.database)_copy")]
            let apart = try Self.verify(fixture, try route.source.options(), try route.source.options())
            #expect(apart["server-identity"]?.level == .pass)
            let role = PairRole(pair: "p", direction: .aToB, reverseTask: "r")
            let pair = try Self.verify(fixture, try route.source.options(), try route.source.options(), pair: role)
            #expect(pair["server-identity"]?.level == .fail, "not two-way")
        }
    }

    @Test func namesThatAreNotThere() async throws {
        try await withFixture("verify_names", .mysql, schema: Self.plain) { fixture in
            fixture.spec.objects = [
                ObjectSelection(database: "no_such_\(fixture.database)"),
                ObjectSelection(
                    database: fixture.database,
                    tables: [TableSelection(name: "t"), TableSelection(name: "nope")],
                    views: ["noview"]
                ),
            ]
            let items = try Self.verify(fixture)
            #expect(items["unknown-database"]?.code == .unknownDatabase)
            #expect(items["unknown-table"]?.code == .unknownTable)
            #expect(items["unknown-table"]?.facts.contains("nope") == true)
            #expect(items["unknown-table"]?.facts.contains("noview") == true)
        }
    }

    @Test(arguments: Route.allCases)
    func whatTheTargetHas(_ route: Route) async throws {
        try await withFixture(
            "verify_target",
            route,
            schema: "\(Self.plain)\n;\nCREATE TABLE u (id INT PRIMARY KEY)\n;\nCREATE TABLE k (n INT)"
        ) { fixture in
            let objects = ObjectMap(fixture.spec.objects)
            #expect(try TargetInspector.state(objects, source: fixture.source, target: fixture.target) == .empty)

            try fixture.target.execute("CREATE DATABASE \(fixture.database)")
            try fixture.target.execute(
                "CREATE TABLE \(fixture.database).t (id BIGINT PRIMARY KEY, other INT NOT NULL) ENGINE = MyISAM"
            )
            #expect(
                try TargetInspector.state(objects, source: fixture.source, target: fixture.target) == .structureOnly
            )
            var items = try Self.verify(fixture)
            #expect(items["target-exists"]?.code == .targetExists)
            #expect(items["schema-equality"]?.code == .schemaMismatch)
            #expect(items["engines"]?.code == .unsupported)
            #expect(items["tables-without-key"]?.level == .alarm)

            fixture.spec.initialization = [.data]
            items = try Self.verify(fixture)
            #expect(items["target-table-missing"]?.code == .unknownTable)
            #expect(items["target-exists"]?.level == .pass, "no rows yet")

            try fixture.target.execute("INSERT INTO \(fixture.database).t VALUES (1, 1)")
            try fixture.target.execute("CREATE TABLE \(fixture.database).k (n INT)")
            try fixture.target.execute("INSERT INTO \(fixture.database).k VALUES (1)")
            #expect(try TargetInspector.state(objects, source: fixture.source, target: fixture.target) == .hasData)
            items = try Self.verify(fixture)
            #expect(items["target-exists"]?.code == .targetExists)
            #expect(items["keyless-target-empty"]?.level == .pass, "the source has no rows to copy")
            try fixture.source.execute("INSERT INTO k VALUES (2)")
            #expect(try Self.verify(fixture)["keyless-target-empty"]?.code == .targetExists)
            fixture.spec.ifTargetExists = .ignore
            #expect(try Self.verify(fixture)["target-exists"]?.level == .skipped)
        }
    }

    /// What the task made itself is not in its way.
    @Test func aTaskThatHasBegun() async throws {
        try await withFixture("verify_begun", .mysql, schema: Self.plain) { fixture in
            try fixture.initialize()
            #expect(try Self.verify(fixture)["target-exists"]?.level == .pass)
        }
    }

    @Test(arguments: Route.allCases)
    func foreignKeys(_ route: Route) async throws {
        try await withFixture(
            "verify_keys",
            route,
            schema: """
                CREATE TABLE p (id INT PRIMARY KEY)
                \n;\n
                CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)
                """
        ) { fixture in
            let profile = try ServerProfile(fixture.source)
            let logsCascades = !profile.isMariaDB && profile.isAtLeast(9, 6)
            let items = try Self.verify(fixture)
            #expect(items["foreign-key-cascades"]?.level == .pass)
            // The target has the tables already, without the foreign key.
            let target = "`\(fixture.database)`"
            try fixture.target.execute("CREATE DATABASE IF NOT EXISTS \(target)")
            try fixture.target.execute("CREATE TABLE \(target).c (id INT PRIMARY KEY, p INT)")
            #expect(try Self.verify(fixture)["foreign-key-cascades"]?.level == (logsCascades ? .pass : .fail))
            #expect(items["foreign-key-parents"]?.level == .pass)
            fixture.spec.objects = [ObjectSelection(database: fixture.database, tables: [TableSelection(name: "c")])]
            #expect(try Self.verify(fixture)["foreign-key-parents"]?.skippable == true)
        }
    }

    @Test func optionsThatAreNotSupported() async throws {
        try await withFixture("verify_options", .mysql, schema: Self.plain) { fixture in
            fixture.spec.conflict = .newest(column: "v")
            let item = try #require(try Self.verify(fixture)["options"])
            #expect(item.code == .unsupported)
            #expect(item.facts.contains("newest"))

            fixture.spec.objects = [ObjectSelection(database: "mysql")]
            #expect(try Self.verify(fixture)["object-mapping"]?.code == .unsupported)
            fixture.spec.objects = [
                ObjectSelection(database: "a", mappedTo: "c"), ObjectSelection(database: "b", mappedTo: "c"),
            ]
            #expect(try Self.verify(fixture)["object-mapping"]?.code == .invalidFile)
        }
    }

    @Test func whatTheOtherKindCannotHave() async throws {
        try await withFixture(
            "verify_kinds",
            .mysqlToMariaDB,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, j JSON, KEY k ((CAST(j->'$.a' AS UNSIGNED))))
                \n;\n
                CREATE TABLE c (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_ja_0900_as_cs)
                \n;\n
                CREATE TABLE fine (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_as_cs)
                """
        ) { fixture in
            let items = try Self.verify(fixture)
            let structure = try #require(items["structure"])
            #expect(structure.code == .unsupported)
            #expect(structure.facts.contains("\(fixture.database).t "))
            #expect(structure.facts.contains("utf8mb4_ja_0900_as_cs"))
            #expect(items["collations"]?.facts.contains("utf8mb4_uca1400_nopad_as_cs") == true)
        }
    }

    /// A user with exactly the grants that the remedies name passes, and can run the task's initialization.
    @Test(arguments: Route.allCases)
    func privileges(_ route: Route) async throws {
        try await withFixture(
            "verify_user",
            route,
            schema:
                "\(Self.plain)\n;\nCREATE TABLE k (n INT)\n;\nCREATE TABLE f (id INT PRIMARY KEY, t INT, KEY (t), FOREIGN KEY (t) REFERENCES t (id))\n;\nINSERT INTO t VALUES (1, 'x')\n;\nINSERT INTO k VALUES (5)\n;\nCREATE VIEW v AS SELECT * FROM t"
        ) { fixture in
            let user = "u_\(fixture.database)".prefix(32)
            for session in [fixture.source, fixture.target] {
                try session.execute("DROP USER IF EXISTS '\(user)'@'%'")
                try session.execute("CREATE USER '\(user)'@'%' IDENTIFIED BY 'Low-priv1'")
            }
            defer {
                for session in [fixture.source, fixture.target] {
                    _ = try? session.execute("DROP USER IF EXISTS '\(user)'@'%'")
                }
            }
            var source = try route.source.options()
            var target = try route.target.options()
            (source.endpoint.user, target.endpoint.user) = (String(user), String(user))
            (source.password, target.password) = ("Low-priv1", "Low-priv1")

            // Some grants show what is missing behind them.
            for _ in 0..<3 {
                let items = try Self.verify(fixture, source, target)
                for (item, session) in [("source-privileges", fixture.source), ("target-privileges", fixture.target)] {
                    guard let found = items[item], found.level == .fail else { continue }
                    #expect(found.code == .privilegeMissing)
                    for grant in found.statements { try session.execute(grant.sql) }
                }
            }
            let items = try Self.verify(fixture, source, target)
            #expect(items["source-privileges"]?.level == .pass)
            #expect(items["target-privileges"]?.level == .pass)
            #expect(items.values.filter { $0.level == .fail }.isEmpty)
            for session in [fixture.source, fixture.target] {
                #expect(try !session.connections().contains { $0.user == user && $0.command.hasPrefix("Binlog") })
            }

            var context = try fixture.context()
            (context.source, context.target) = (source, target)
            try StructureInitializer(context).run()
            try fixture.load(context)
            try fixture.expectEqual("SELECT * FROM DB.v")
            try fixture.expectEqual("SELECT * FROM DB.k")
        }
    }
}
