import SyncModel
import SyncMySQL
import Testing
import WorkerLoad
import WorkerSchema

/// Awkward definitions between real servers: each arrives equal in meaning, or is refused by name before anything is made.
@Suite struct StructureDefinitionTests {
    private static let comparisons = [
        "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME)",
        """
        SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH, COLUMN_COMMENT, EXTRA LIKE '%INVISIBLE%', EXTRA LIKE '%VIRTUAL%',
            EXTRA LIKE '%STORED%', EXTRA LIKE '%auto_increment%', EXTRA LIKE '%on update%' FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = 'DB' AND DATA_TYPE NOT IN ('json', 'longtext') AND TABLE_NAME NOT LIKE '%seen' ORDER BY HEX(TABLE_NAME), 3
        """,
        """
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE, COLLATION, SUB_PART, INDEX_TYPE, INDEX_COMMENT
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME), HEX(INDEX_NAME), 3
        """,
        """
        SELECT TABLE_NAME, PARTITION_NAME, PARTITION_ORDINAL_POSITION, PARTITION_METHOD, SUBPARTITION_METHOD, PARTITION_COMMENT
        FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = 'DB' AND TABLE_NAME NOT LIKE '%seen' ORDER BY HEX(TABLE_NAME), 3, SUBPARTITION_ORDINAL_POSITION
        """,
        "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME, DELETE_RULE IN ('CASCADE', 'SET NULL'), UPDATE_RULE IN ('CASCADE', 'SET NULL') FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME), HEX(CONSTRAINT_NAME)",
        "SELECT TABLE_NAME, CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME)",
    ]

    @Test(arguments: Route.allCases)
    func definitionsArriveEqual(_ route: Route) async throws {
        let definitions = Self.definitions.filter { $0.fits(route) }
        let schema = definitions.map { $0.statements.split(separator: ";;").joined(separator: "\n;\n") }.joined(
            separator: "\n;\n"
        )
        try await withFixture("definitions", route, schema: schema) { fixture in
            let rehearsal = try StructureRehearsal(
                ObjectMap(fixture.spec.objects),
                source: fixture.source,
                target: fixture.target
            )
            #expect(rehearsal.refusals.map(\.message) == [])
            try fixture.source.execute("SET NAMES utf8mb4")
            try StructureInitializer(try fixture.context()).run()
            for query in Self.comparisons { try fixture.expectEqual(query) }
            if route == .mysql || route == .mariaDB {
                try fixture.source.execute("USE information_schema")
                for name in try fixture.source.rows("SHOW TABLES FROM \(fixture.database)").compactMap({ $0[0] }) {
                    try fixture.expectEqual("SHOW CREATE TABLE DB.\(name)")
                }
            }
            for session in [fixture.source, fixture.target] { try session.execute("USE \(fixture.database)") }
            for proof in definitions.compactMap(\.proof) {
                let statements = proof.split(separator: ";;").map(String.init)
                for statement in statements.dropLast() {
                    let done = [fixture.source, fixture.target].map { session in
                        (try? session.execute(statement)) != nil
                    }
                    #expect(done[0] == done[1], "\(statement)")
                }
                try fixture.expectEqual(try #require(statements.last))
            }
        }
    }

    @Test(arguments: [
        (
            Route.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, u BINARY(16) DEFAULT (UUID_TO_BIN(UUID())))",
            "t", "function uuid_to_bin"
        ),
        (
            .mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9), CHECK (REGEXP_LIKE(v, 'a')))", "t",
            "function regexp_like"
        ),
        (
            .mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9) AS (ANY_VALUE('a' + id)))", "t",
            "function any_value"
        ),
        (
            .mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v TEXT, FULLTEXT KEY (v) WITH PARSER ngram)", "t",
            "parser"
        ),
        (.mysqlToMariaDB, "CREATE VIEW t AS SELECT BIN_TO_UUID('a') x", "t", "function bin_to_uuid"),
        (.mariaDBToMySQL, "CREATE VIEW t AS SELECT JSON_EXISTS('{}', '$') x", "t", "function json_exists"),
        (
            .mariaDBToMySQL,
            "CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)",
            "t", "DEFAULT partition"
        ),
        (
            .mariaDBToMySQL,
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET latin1 COLLATE latin1_nopad_bin)", "t",
            "latin1_nopad_bin"
        ),
        (
            .mariaDB, "CREATE SEQUENCE s\n;\nCREATE TABLE t (id INT PRIMARY KEY DEFAULT (NEXTVAL(s)))", "t",
            "column id takes its default from a sequence"
        ),
        (.mysql, "CREATE VIEW t AS SELECT _latin1 x'fc' x", "t", "not UTF-8"),
        (.mariaDB, "CREATE VIEW t AS SELECT _latin1 x'fc' x", "t", "not UTF-8"),
        (
            .mysqlToMariaDB, "SET NAMES latin1\n;\nCREATE VIEW t AS SELECT 'é' x\n;\nSET NAMES utf8mb4", "t",
            "character set latin1"
        ),
        (
            .mariaDBToMySQL, "SET NAMES latin1\n;\nCREATE VIEW t AS SELECT 'é' x\n;\nSET NAMES utf8mb4", "t",
            "character set latin1"
        ),
    ])
    func whatCannotBeEqualIsRefused(_ route: Route, _ statement: String, _ object: String, _ reason: String)
        async throws
    {
        let name = "no_\(statement.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)"
        try await withFixture(name, route, schema: "CREATE TABLE fine (id INT PRIMARY KEY)\n;\n\(statement)") {
            fixture in
            let rehearsal = try StructureRehearsal(
                ObjectMap(fixture.spec.objects),
                source: fixture.source,
                target: fixture.target
            )
            let failure = #expect(throws: Failure.self, "\(statement)") {
                try StructureInitializer(try fixture.context()).run()
            }
            for found in [rehearsal.refusals.first, failure] {
                #expect(found?.code == .unsupported)
                #expect(found?.message.contains("\(fixture.database).\(object) ") == true, "\(found?.message ?? "")")
                #expect(found?.message.contains(reason) == true, "\(found?.message ?? "")")
            }
            #expect(try fixture.target.rows("SHOW DATABASES LIKE '\(fixture.database)'").isEmpty, "nothing was made")
        }
    }

    /// A literal of a view has the character set in which the view was written.
    @Test(arguments: Route.allCases)
    func viewsKeepTheirCharacterSet(_ route: Route) async throws {
        try await withFixture(
            "view_sets",
            route,
            schema:
                "SET NAMES latin1\n;\nCREATE VIEW v AS SELECT 'a' x\n;\nSET NAMES utf8mb4\n;\nCREATE VIEW ü AS SELECT x FROM v"
        ) { fixture in
            try StructureInitializer(try fixture.context()).run()
            try fixture.expectEqual("SELECT x, CHARSET(x), COLLATION(x) FROM DB.v")
            try fixture.expectEqual("SELECT x FROM DB.ü")
        }
    }

    /// Databases and tables with other names on the target, wherever definitions name them.
    @Test(arguments: Route.allCases)
    func namesAreMapped(_ route: Route) async throws {
        let schema = """
            CREATE TABLE p (id INT PRIMARY KEY)
            \n;\n
            CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (id))
            \n;\n
            CREATE VIEW a AS SELECT c.id, p.id pid FROM c JOIN p ON c.p = p.id
            \n;\n
            CREATE VIEW b AS SELECT a.id FROM a WHERE a.id IN (SELECT id FROM c)
            """
        try await withFixture("mapped_definitions", route, schema: schema) { fixture in
            let (here, there, second) = (fixture.database, fixture.database + "_there", fixture.database + "_second")
            let (source, target) = (fixture.source, fixture.target)
            defer {
                for name in [there, second, second + "_there"] {
                    for session in [source, target] { _ = try? session.execute("DROP DATABASE IF EXISTS \(name)") }
                }
            }
            for name in [there, second, second + "_there"] {
                for session in [source, target] { try session.execute("DROP DATABASE IF EXISTS \(name)") }
            }
            try source.execute("CREATE DATABASE \(second)")
            try source.execute(
                "CREATE TABLE \(second).x (id INT PRIMARY KEY, p INT, CONSTRAINT far FOREIGN KEY (p) REFERENCES \(here).p (id))"
            )
            try source.execute("CREATE VIEW \(second).y AS SELECT x.id FROM \(second).x JOIN \(here).b ON x.id = b.id")
            fixture.spec.objects = [
                ObjectSelection(
                    database: here,
                    mappedTo: there,
                    tables: [TableSelection(name: "p", mappedTo: "parents"), TableSelection(name: "c")],
                    views: ["a", "b"]
                ),
                ObjectSelection(database: second, mappedTo: second + "_there"),
            ]
            try StructureInitializer(try fixture.context()).run()
            try target.execute("USE \(there)")
            try target.execute("INSERT INTO parents VALUES (1)")
            try target.execute("INSERT INTO c VALUES (2, 1)")
            try target.execute("INSERT INTO \(second)_there.x VALUES (2, 1)")
            #expect(try target.rows("SELECT * FROM a") == [["2", "1"]])
            #expect(try target.rows("SELECT * FROM b") == [["2"]])
            #expect(try target.rows("SELECT * FROM \(second)_there.y") == [["2"]])
            let parents = try target.rows(
                "SELECT DISTINCT REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA LIKE '\(here)%' AND REFERENCED_TABLE_NAME IS NOT NULL"
            )
            #expect(parents == [[there, "parents"]])
            #expect(try target.rows("SHOW DATABASES LIKE '\(here)'").isEmpty)
        }
    }
}
