import SyncModel
import Testing
import WorkerVerify

/// What verification says of the rows and columns that a task's file chooses.
@Suite struct SelectionCheckTests {
    private static let schema = """
        CREATE TABLE t (id INT PRIMARY KEY, kind INT, name VARCHAR(20), u INT, UNIQUE KEY (u, name))
        ;
        CREATE TABLE g (id INT PRIMARY KEY, a INT, b INT AS (a + 1))
        ;
        CREATE VIEW w AS SELECT x.id FROM t AS x JOIN g ON g.id = x.id
        ;
        CREATE TABLE child (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE)
        """

    private static func verify(
        _ fixture: LoadFixture, _ tables: TableSelection..., views: [String]? = nil, pair: PairRole? = nil
    ) throws -> [String: CheckItem] {
        var spec = fixture.spec
        spec.objects = [ObjectSelection(database: fixture.database, tables: tables, views: views)]
        var items: [String: CheckItem] = [:]
        Verifier(
            taskID: fixture.task, spec: spec, pair: pair, source: try fixture.route.source.options(),
            target: try fixture.route.target.options()
        ).run { items[$0.item] = $0 }
        return items
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func filtersAreCheckedAgainstTheTable(_ route: Route) async throws {
        try await withFixture("verify_filter", route, schema: Self.schema) { fixture in
            let good = try Self.verify(fixture, TableSelection(name: "t", filter: "kind > 5 OR name = 'x'", columns: ["ID", "kind", "name"]))
            #expect(good["row-filters"]?.level == .pass)
            #expect(good["column-selection"]?.level == .pass)
            #expect(good["structure-left-out"]?.facts.contains("key u, which needs u") == true)
            #expect(good["options"]?.level == .pass)

            let converted = try #require(try Self.verify(fixture, TableSelection(name: "t", filter: "kind = '5'"))["row-filters"])
            #expect(converted.code == .invalidFile && converted.facts.contains("at character 8"), "\(converted.facts)")
            let inexact = try #require(try Self.verify(fixture, TableSelection(name: "t", filter: "kind / 2 > 1"))["row-filters"])
            #expect(inexact.code == .unsupported)
            let unknown = try #require(try Self.verify(fixture, TableSelection(name: "t", filter: "sort = 5"))["row-filters"])
            #expect(unknown.code == .invalidFile && unknown.facts.contains("'sort'"))
            let left = try #require(
                try Self.verify(fixture, TableSelection(name: "t", filter: "kind = 5", columns: ["id"]))["row-filters"])
            #expect(left.code == .invalidFile && left.facts.contains("kind"))
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func columnsThatCannotBeChosen(_ route: Route) async throws {
        try await withFixture("verify_columns", route, schema: Self.schema) { fixture in
            func facts(_ table: TableSelection, pair: PairRole? = nil) throws -> String? {
                let item = try Self.verify(fixture, table, pair: pair)["column-selection"]
                return item?.level == .fail ? item?.facts : nil
            }
            #expect(try facts(TableSelection(name: "t", columns: ["kind"]))?.contains("id belongs to its key") == true)
            #expect(try facts(TableSelection(name: "t", columns: ["id", "no"]))?.contains("no column no") == true)
            #expect(try facts(TableSelection(name: "t", rename: ["kind": "NAME"]))?.contains("two columns would be called name") == true)
            #expect(try facts(TableSelection(name: "t", rename: ["kind": "name", "name": "kind"])) == nil)
            let pair = PairRole(pair: "p", direction: .aToB, reverseTask: "r")
            #expect(try facts(TableSelection(name: "t", columns: ["id"]), pair: pair)?.contains("a pair cannot leave out columns") == true)
            let rows = try Self.verify(fixture, TableSelection(name: "t", filter: "kind = 1"), pair: pair)["row-filters"]
            #expect(rows?.level == .alarm)
            let view = try Self.verify(fixture, TableSelection(name: "t"), TableSelection(name: "g", rename: ["a": "z"]), views: ["w"])["structure"]
            #expect(view?.code == .unsupported && view?.facts.contains(".g, of which columns") == true, "\(view?.facts ?? "")")
            let generated = try Self.verify(fixture, TableSelection(name: "g", columns: ["id", "b"]))["structure"]
            #expect(generated?.code == .unsupported && generated?.facts.contains("b depends on a") == true)
        }
    }

    /// MySQL 9 logs what foreign keys change.
    @Test(arguments: [Route.mysql, .mariaDB])
    func cascadesBesideChosenRows(_ route: Route) async throws {
        try await withFixture("verify_cascade_filter", route, schema: Self.schema) { fixture in
            let child = TableSelection(name: "child")
            let parent = TableSelection(name: "t", filter: "kind = 1")
            let item = try #require(try Self.verify(fixture, parent, child)["selection-cascades"])
            #expect(item.level == (route == .mariaDB ? .fail : .pass))
            if route == .mariaDB { #expect(item.code == .unsupported && !item.remedy.isEmpty) }
            #expect(try Self.verify(fixture, TableSelection(name: "t"), child)["selection-cascades"]?.level == .pass)
        }
    }
}
