import SyncModel
import SyncMySQL
import Testing
import WorkerLoad
import WorkerSchema
import WorkerVerify

/// Procedures and functions, which are copied when the task asks for them.
@Suite struct RoutineTests {
    private static let schema = """
        CREATE TABLE t (id INT PRIMARY KEY)
        \n;\n
        SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'
        \n;\n
        CREATE PROCEDURE "p 1"(IN "a" INT, OUT b VARCHAR(20) CHARACTER SET utf8mb4) COMMENT 'it''s' BEGIN SET b = 'x' || "a" || '😀ü'; END
        \n;\n
        SET SESSION sql_mode = ''
        \n;\n
        CREATE FUNCTION f(a VARCHAR(10)) RETURNS VARCHAR(20) CHARACTER SET utf8mb4 DETERMINISTIC NO SQL SQL SECURITY INVOKER RETURN CONCAT(a, '\\\\ü"😀')
        \n;\n
        CREATE VIEW v AS SELECT f('a') x
        """

    private static let kinds = [Route.mysql, .mariaDB]

    private static func verify(_ fixture: LoadFixture) throws -> [String: CheckItem] {
        var items: [String: CheckItem] = [:]
        let (source, target) = (try fixture.route.source.options(), try fixture.route.target.options())
        Verifier(taskID: fixture.task, spec: fixture.spec, pair: nil, source: source, target: target).run {
            items[$0.item] = $0
        }
        return items
    }

    private static func select(
        _ fixture: inout LoadFixture,
        as name: String? = nil,
        _ routines: RoutineSelection? = .all
    ) {
        fixture.spec.objects = [ObjectSelection(database: fixture.database, mappedTo: name, routines: routines)]
    }

    private static func bodies(_ database: String, _ fixture: LoadFixture) throws -> [String?] {
        try fixture.target.rows(
            "SELECT ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '\(database)'"
        ).map { $0[0] }
    }

    @Test(arguments: kinds)
    func arriveLetterByLetter(_ route: Route) async throws {
        try await withFixture("routines", route, schema: Self.schema) { fixture in
            Self.select(&fixture)
            #expect(try Self.verify(fixture)["routines"]?.facts.contains("procedure \(fixture.database).p 1") == true)
            try StructureInitializer(try fixture.context()).run()
            // Again, as after a crash before the checkpoint.
            try StructureInitializer(try fixture.context()).run()
            try fixture.expectEqual("SHOW CREATE PROCEDURE DB.`p 1`")
            try fixture.expectEqual("SHOW CREATE FUNCTION DB.f")
            try fixture.expectEqual("SELECT HEX(x) FROM DB.v")
            for session in [fixture.source, fixture.target] {
                try session.execute("CALL \(fixture.database).`p 1`(7, @b)")
            }
            try fixture.expectEqual("SELECT HEX(@b)")
        }
    }

    @Test(arguments: kinds)
    func onlyWhatIsAskedFor(_ route: Route) async throws {
        try await withFixture(
            "some_routines",
            route,
            schema: "CREATE PROCEDURE p() SELECT 1\n;\nCREATE PROCEDURE q() SELECT 1"
        ) { fixture in
            let names =
                "SELECT GROUP_CONCAT(ROUTINE_NAME) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '\(fixture.database)'"
            try StructureInitializer(try fixture.context()).run()
            #expect(try fixture.target.value(names) == nil)
            #expect(try Self.verify(fixture)["not-copied"]?.facts.contains("procedure \(fixture.database).p") == true)
            Self.select(&fixture, .named(["q", "gone"]))
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(failure?.code == .unknownTable && failure?.message.contains("\(fixture.database).gone") == true)
            #expect(try Self.verify(fixture)["unknown-table"]?.facts.contains("\(fixture.database).gone") == true)
            Self.select(&fixture, .named(["q"]))
            try StructureInitializer(try fixture.context()).run()
            #expect(try fixture.target.value(names) == "q")
        }
    }

    @Test(arguments: kinds)
    func anotherOneOnTheTargetIsLeft(_ route: Route) async throws {
        try await withFixture("routine_there", route, schema: "CREATE PROCEDURE p() SELECT 1") { fixture in
            try fixture.target.execute("CREATE DATABASE \(fixture.database)")
            try fixture.target.execute("CREATE PROCEDURE \(fixture.database).p() SELECT 2")
            Self.select(&fixture)
            #expect(
                try Self.verify(fixture)["target-exists"]?.facts.contains("procedure \(fixture.database).p") == true
            )
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(
                failure?.code == .targetExists && failure?.message.contains("procedure \(fixture.database).p") == true
            )
            fixture.spec.ifTargetExists = .ignore
            try StructureInitializer(try fixture.context()).run()
            #expect(try Self.bodies(fixture.database, fixture) == ["SELECT 2"])
        }
    }

    @Test(arguments: kinds)
    func aMappedDatabaseMustNotBeNamed(_ route: Route) async throws {
        try await withFixture(
            "routine_map",
            route,
            schema: "CREATE TABLE t (id INT)\n;\nCREATE PROCEDURE fine() SELECT COUNT(*) FROM t"
        ) { fixture in
            let there = fixture.database + "_there"
            try fixture.target.execute("DROP DATABASE IF EXISTS \(there)")
            defer { _ = try? fixture.target.execute("DROP DATABASE IF EXISTS \(there)") }
            Self.select(&fixture, as: there)
            try fixture.source.execute("CREATE PROCEDURE named() SELECT COUNT(*) FROM \(fixture.database).t")
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(
                failure?.code == .unsupported
                    && failure?.message.contains("procedure \(fixture.database).named") == true
            )
            #expect(
                try Self.verify(fixture)["structure"]?.facts.contains("procedure \(fixture.database).named") == true
            )
            try fixture.source.execute("DROP PROCEDURE named")
            try StructureInitializer(try fixture.context()).run()
            #expect(try Self.bodies(there, fixture) == ["SELECT COUNT(*) FROM t"])
        }
    }

    @Test(arguments: [
        (Route.mysqlToMariaDB, "CREATE PROCEDURE p() SELECT 1", "another kind"),
        (.mariaDBToMySQL, "CREATE PROCEDURE p() SELECT 1", "another kind"),
        (
            .mysql, "CREATE PROCEDURE p() SELECT _latin1'\\xfc'\n;\nALTER DATABASE DB COLLATE utf8mb4_bin",
            "collation of the target"
        ),
        (
            .mariaDB, "SET NAMES latin1\n;\nCREATE PROCEDURE p() SELECT 'é'\n;\nSET NAMES utf8mb4",
            "character set latin1"
        ),
    ])
    func whatWouldBeAnotherOneIsRefused(_ route: Route, _ statements: String, _ reason: String) async throws {
        try await withFixture("routine_no", route) { fixture in
            try fixture.run(statements.replacing("DB", with: fixture.database))
            Self.select(&fixture)
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(failure?.code == .unsupported)
            #expect(
                failure?.message.contains("procedure \(fixture.database).p ") == true
                    && failure?.message.contains(reason) == true,
                "\(failure?.message ?? "")"
            )
            #expect(try Self.verify(fixture)["structure"]?.code == .unsupported)
            #expect(try fixture.target.rows("SHOW DATABASES LIKE '\(fixture.database)'").isEmpty, "nothing was made")
        }
    }

    /// Nobody gets the rights of the task's user by calling what somebody else has written.
    @Test(arguments: kinds)
    func unknownDefiner(_ route: Route) async throws {
        try await withFixture("routine_definer", route, schema: "CREATE TABLE t (id INT PRIMARY KEY)") { fixture in
            let (gone, known) = ("'r_gone_\(route.rawValue)'@'%'", "'r_known_\(route.rawValue)'@'%'")
            for account in [gone, known] {
                for session in [fixture.source, fixture.target] {
                    try session.execute("DROP USER IF EXISTS \(account)")
                }
                try fixture.source.execute("CREATE USER \(account)")
            }
            try fixture.target.execute("CREATE USER \(known)")
            defer {
                for account in [gone, known] {
                    for session in [fixture.source, fixture.target] {
                        _ = try? session.execute("DROP USER IF EXISTS \(account)")
                    }
                }
            }
            for (name, account) in [("gone", gone), ("known", known)] {
                try fixture.source.execute("CREATE DEFINER = \(account) PROCEDURE p_\(name)(a INT) SELECT 1")
                try fixture.source.execute(
                    "CREATE DEFINER = \(account) FUNCTION f_\(name)(a INT) RETURNS INT NO SQL RETURN (1)"
                )
                try fixture.source.execute("CREATE DEFINER = \(account) VIEW v_\(name) AS SELECT id FROM t")
            }
            Self.select(&fixture)
            let alarm = try #require(try Self.verify(fixture)["definers"])
            #expect(alarm.level == .alarm)
            for object in [
                "view \(fixture.database).v_gone of r_gone", "procedure \(fixture.database).p_gone of r_gone",
                "function \(fixture.database).f_gone",
            ] {
                #expect(alarm.facts.contains(object), "\(alarm.facts)")
            }
            #expect(!alarm.facts.contains("known"))
            for _ in 1...2 { try StructureInitializer(try fixture.context()).run() }
            let made = try fixture.target.rows(
                """
                SELECT ROUTINE_NAME, DEFINER LIKE 'dts@%', DEFINER LIKE 'r_known%', SECURITY_TYPE FROM information_schema.ROUTINES
                WHERE ROUTINE_SCHEMA = '\(fixture.database)' UNION ALL
                SELECT TABLE_NAME, DEFINER LIKE 'dts@%', DEFINER LIKE 'r_known%', SECURITY_TYPE FROM information_schema.VIEWS
                WHERE TABLE_SCHEMA = '\(fixture.database)' ORDER BY 1
                """
            )
            let (replaced, kept) = (["1", "0", "INVOKER"], ["0", "1", "DEFINER"])
            #expect(
                made.map { $0.map { $0 ?? "" } } == [
                    ["f_gone"] + replaced, ["f_known"] + kept, ["p_gone"] + replaced, ["p_known"] + kept,
                    ["v_gone"] + replaced, ["v_known"] + kept,
                ]
            )
        }
    }

    /// With a binlog, servers want functions that say what they do.
    @Test(arguments: kinds)
    func functionsThatTheBinlogRefuses(_ route: Route) async throws {
        try await withFixture("routine_binlog", route) { fixture in
            try fixture.source.execute("SET GLOBAL log_bin_trust_function_creators = ON")
            defer { _ = try? fixture.source.execute("SET GLOBAL log_bin_trust_function_creators = OFF") }
            try fixture.source.execute("CREATE FUNCTION chance() RETURNS DOUBLE RETURN RAND()")
            Self.select(&fixture)
            let item = try Self.verify(fixture)["routines"]
            #expect(item?.code == .unsupported && item?.facts.contains("function \(fixture.database).chance") == true)
        }
    }

    @Test(arguments: kinds)
    func whoMayNotCreateThem(_ route: Route) async throws {
        try await withFixture("routine_grant", route, schema: "CREATE PROCEDURE p() SELECT 1") { fixture in
            let user = "r_small_\(route.rawValue)".lowercased()
            try fixture.target.execute("DROP USER IF EXISTS '\(user)'@'%'")
            try fixture.target.execute("CREATE USER '\(user)'@'%' IDENTIFIED BY 'dts'")
            defer { _ = try? fixture.target.execute("DROP USER IF EXISTS '\(user)'@'%'") }
            try fixture.target.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO '\(user)'@'%'")
            Self.select(&fixture)
            var target = try route.target.options()
            target.endpoint.user = user
            var items: [String: CheckItem] = [:]
            let source = try route.source.options()
            for expected in [FailureCode.privilegeMissing, nil] {
                Verifier(taskID: fixture.task, spec: fixture.spec, pair: nil, source: source, target: target).run {
                    items[$0.item] = $0
                }
                #expect(items["routines"]?.code == expected)
                try fixture.target.execute("GRANT CREATE ROUTINE ON `\(fixture.database)`.* TO '\(user)'@'%'")
            }
        }
    }
}
