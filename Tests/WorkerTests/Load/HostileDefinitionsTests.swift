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
        #expect(try RoutineTranslation(Self.routine(quoted, name: "p\"q"), to: "d", kindsDiffer: false).withDefiner == quoted)
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
