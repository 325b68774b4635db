import SyncModel
import Testing
import WorkerBinlog
import WorkerSchema

@testable import WorkerLoad

/// A source that answers SHOW CREATE with something else, or calls things as nothing can be called.
@Suite struct HostileDefinitionsTests {
    @Test(arguments: [
        "CREATE TABLE `t` (`a` int) SELECT * FROM secret.s", "CREATE TABLE `t` (`a` int) ENGINE=InnoDB AS (SELECT 1)",
        "CREATE TABLE `t` (`a` int) TABLE secret.s", "CREATE TABLE `t` (`a` int) (VALUES ROW(1))", "DROP TABLE `t` (`a`)", "CREATE TABLE `t`",
        "CREATE TABLE `t` (SELECT * FROM secret.s)", "CREATE TABLE `t` (`a` int, (SELECT 1))", "CREATE TABLE `t` (LIKE secret.s)", "CREATE TABLE `t` (TABLE secret.s)",
        "CREATE TABLE `t` (VALUES ROW(1))", "CREATE TABLE `t` (`a` int DEFAULT (SELECT 1))", "CREATE TABLE `t` (/*!99999 `a` int) */ SELECT 1)", "CREATE TABLE `t` ()",
    ])
    func onlyATableIsMade(_ statement: String) {
        #expect(CreateTableStatement(statement) == nil)
    }

    @Test func theNameIsOurs() throws {
        let parts = try #require(CreateTableStatement("CREATE TABLE `x`.`y` IGNORE (`a` int) ENGINE=InnoDB /*!50100 PARTITION BY RANGE (`a`) (PARTITION p VALUES LESS THAN (5)) */"))
        #expect(parts.text(for: TableName(database: "d`", table: "t")).hasPrefix("CREATE TABLE `d```.`t` (\n"))
    }

    private static func routine(_ statement: String, name: String = "p", characterSet: String = "utf8mb4", collation: String = "utf8mb4_bin")
        -> RoutineSource.Routine
    {
        RoutineSource.Routine(
            database: "d", name: name, kind: "PROCEDURE", statement: statement, definer: "u@%", sqlMode: "", characterSet: characterSet,
            collation: collation, databaseCollation: "utf8mb4_bin", isSafeForBinlog: true)
    }

    private static let body = "CREATE DEFINER=`u`@`%` PROCEDURE `p`()\nBEGIN END"

    @Test(arguments: [
        "DROP DATABASE mysql /* */ PROCEDURE `p`()\n", "CREATE USER x IDENTIFIED BY 'PROCEDURE' PROCEDURE `p`()\n", "CREATE DEFINER=`u`@`%` PROCEDURE `q`()\n",
        "CREATE DEFINER=`u`@`%` FUNCTION `p`()\n", "GRANT ALL ON *.* TO PROCEDURE `p`()\n", "CREATE TABLE PROCEDURE (a int)\n", "CREATE PROCEDURE",
    ])
    func onlyTheRoutineIsMade(_ statement: String) {
        #expect(throws: Failure.self) { try RoutineTranslation(Self.routine(statement), to: "d", kindsDiffer: false) }
    }

    @Test func routinesAreUnderstood() throws {
        #expect(try RoutineTranslation(Self.routine(Self.body), to: "d", kindsDiffer: false).withDefiner == Self.body)
        let quoted = "CREATE DEFINER=\"u\"@\"%\" PROCEDURE \"p\"\"q\"()\nBEGIN END"
        let made = try RoutineTranslation(Self.routine(quoted, name: "p\"q"), to: "d", kindsDiffer: false)
        #expect(made.withDefiner == "CREATE DEFINER=`u`@`%` PROCEDURE `p\"q`()\nBEGIN END")
        #expect(made.asInvoker == "CREATE PROCEDURE `p\"q`()\n    SQL SECURITY INVOKER\nBEGIN END")
    }

    /// What servers read otherwise than it looks, by their version or the routine's `sql_mode`.
    @Test(arguments: [
        "CREATE /*!99999 PROCEDURE `p`()\n*/ USER x", "CREATE DEFINER='\\' EVENT e ON SCHEDULE AT NOW() COMMENT ' PROCEDURE `p`()\n' DO DROP TABLE t",
        "CREATE DEFINER=\"\\\" EVENT e ON SCHEDULE AT NOW() COMMENT \" PROCEDURE `p`()\n\" DO DROP TABLE t", "CREATE PROCEDURE /*!99999 `p`( */ `mysql`.`q`()\nBEGIN END",
    ])
    func nothingButTheRoutineIsMade(_ statement: String) {
        // To refuse it is as good.
        guard let made = try? RoutineTranslation(Self.routine(statement), to: "d", kindsDiffer: false) else { return }
        #expect(made.withDefiner.hasPrefix("CREATE DEFINER=`u`@`%` PROCEDURE `p`("))
        #expect(made.asInvoker.hasPrefix("CREATE PROCEDURE `p`("))
    }

    // MARK: Views

    private static func view(_ statement: String, characterSet: String = "utf8mb4", collation: String = "utf8mb4_bin") throws -> ViewTranslation {
        let view = StructureSource.View(
            name: TableName(database: "d", table: "v"), statement: statement, characterSet: characterSet, collation: collation)
        return try ViewTranslation(
            view, to: TableName(database: "d", table: "v"), map: ObjectMap([ObjectSelection(database: "d")]),
            collations: CollationMap(known: ["utf8mb4_bin"]))
    }

    private static let head = "CREATE ALGORITHM=UNDEFINED DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW"

    @Test(arguments: [
        "\(head) `other`.`w` AS select 1", "CREATE OR REPLACE DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1", "\(head) `v`; DROP TABLE t",
        "CREATE EVENT e ON SCHEDULE AT NOW() DO DROP TABLE t /*! DEFINER=`u`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1 */",
        "CREATE USER 'DEFINER' IDENTIFIED BY 'SECURITY' DEFINER SECURITY x VIEW `v` AS select 1", "DROP TABLE t", "\(head) v AS select 1",
    ])
    func onlyTheViewIsMade(_ statement: String) {
        #expect(throws: Failure.self) { try Self.view(statement) }
    }

    @Test func viewsAreUnderstood() throws {
        #expect(try Self.view("\(Self.head) `v` AS select 1").withDefiner == "\(Self.head) `v` AS select 1")
        #expect(try Self.view("\(Self.head) `v` (`a`) AS select 1").asInvoker == "CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `v` (`a`) AS select 1")
    }

    @Test(arguments: names)
    func connectionsOfViewsAreNames(_ name: String) {
        #expect(throws: Failure.self) { try Self.view("\(Self.head) `v` AS select 1", characterSet: name) }
        #expect(throws: Failure.self) { try Self.view("\(Self.head) `v` AS select 1", collation: name) }
    }

    static let names = ["utf8mb4, sql_log_bin = 0", "binary'", "utf8mb4 x'41' OR 1", "", "utf8mb4;DROP", "a`b", "ü", String(repeating: "a", count: 65)]

    @Test(arguments: names)
    func namesOfCharacterSetsAreNames(_ name: String) {
        #expect(!CharacterSetName.isName(name))
        #expect(throws: Failure.self) { try RoutineTranslation(Self.routine(Self.body, characterSet: name), to: "d", kindsDiffer: false) }
        #expect(throws: Failure.self) { try RoutineTranslation(Self.routine(Self.body, collation: name), to: "d", kindsDiffer: false) }
    }

    /// Tags of GTIDs stand in what positions are printed as.
    @Test(arguments: ["a'b", "A", "1a", "a b", "a:1", "a,b"])
    func tagsAreTags(_ tag: String) {
        var bytes = [UInt8](repeating: 0, count: 8)
        (bytes[0], bytes[1], bytes[7]) = (1, 1, 1)
        bytes += [UInt8](repeating: 7, count: 16) + [UInt8(tag.utf8.count << 1)] + Array(tag.utf8)
        bytes += [1, 0, 0, 0, 0, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: DecodeError.self) { try bytes.withUnsafeBytes { try GTIDSet(decoding: $0) } }
    }
}
