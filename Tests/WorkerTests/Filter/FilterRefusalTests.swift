import SyncModel
import Testing
import WorkerFilter
import WorkerSchema

/// What a filter may not say is refused with its place.
@Suite struct FilterRefusalTests {
    private static func column(_ name: String, _ type: String, _ characterSet: String? = nil, isGenerated: Bool = false) -> TableDefinition.Column {
        TableDefinition.Column(
            name: name, dataType: String(type.prefix { $0.isLetter }), columnType: type, isNullable: true, isUnsigned: false,
            characterSet: characterSet, collation: nil, isGenerated: isGenerated, isOptional: true, isAutoIncrement: false)
    }

    private static let table = TableDefinition(
        name: TableName(database: "d", table: "t"), engine: "InnoDB",
        columns: [
            column("id", "int"), column("name", "varchar(20)", "utf8mb4"), column("old", "varchar(20)", "latin1"),
            column("wide", "varchar(20)", "utf16"), column("day", "date"), column("at", "datetime(3)"), column("span", "time"),
            column("x", "double"), column("huge", "decimal(65,30)"), column("big", "decimal(20,5)"), column("kind", "enum('a','b')"),
            column("born", "year"), column("raw", "varbinary(9)"), column("doc", "json"), column("made", "int", isGenerated: true),
            column("packed", "varchar(20) /*M!100301 COMPRESSED*/", "utf8mb4"),
        ], indexes: [])

    private static func problem(_ text: String) -> FilterProblem? {
        do throws(FilterProblem) {
            _ = try CompiledFilter(try RowFilter(text), table)
            return nil
        } catch {
            return error
        }
    }

    /// The server would convert one of the sides and warn, or not even that.
    @Test(arguments: [
        ("id = '5'", 5), ("name = 5", 7), ("name + 1 > 2", 0), ("day = 20240101", 6), ("day > '2024-1-1'", 6), ("day = '2024-02-30'", 6),
        ("at < 'now'", 5), ("at = '2024-01-01 00:00:00.1234'", 5), ("span > '2024-01-01'", 7), ("span = day", 7), ("name", 0), ("day AND id", 0),
        ("id LIKE '5%'", 0), ("id IN (1, '2')", 10), ("id BETWEEN 1 AND 'x'", 17), ("'a' = 'a'", 0), ("nothing = 1", 0),
        ("born > 24", 7), ("born BETWEEN 0 AND TRUE", 19), ("-1 + 2 < 99 AND born IN (2024, 99)", 31),
    ])
    func conversions(_ text: String, _ place: Int) {
        #expect(Self.problem(text).map { [$0.kind == .invalid ? 0 : 1, $0.offset] } == [0, place], "\(Self.problem(text)?.description ?? "accepted")")
    }

    /// The server would do it, but not every one in the same way.
    @Test(arguments: [
        "id / 2 > 1", "x + 1 > 2", "huge > 1", "kind = 'a'", "raw = 'a'", "doc = 'a'", "made > 1", "packed = 'a'", "name LIKE 'a_c'", "old = '\u{E4}'",
        "wide = 'a'", "old = name", "big = x", "big * big > 1", "LOWER(name) = 'a'", "CASE id WHEN 1 THEN 1 END", "_utf8mb4'a' = name",
        "id > 123456789012345678901234567890123456789",
    ])
    func inexact(_ text: String) {
        #expect(Self.problem(text)?.kind == .unsupported, "\(Self.problem(text)?.description ?? "accepted")")
    }

    @Test(arguments: [
        ("", 0), ("id =", 4), ("(id = 1", 7), ("id = 1)", 6), ("id = 1 2", 7), ("name = \"a\"", 7), ("name = 'a", 7), ("id = 0x1F", 6), ("id = 1e", 5),
        ("t.id = 1", 0), ("id ; 1", 3), ("id IS 5", 6), ("id BETWEEN 1 OR 2", 13), ("AND id", 0), ("name = 'a' 'b'", 11),
    ])
    func grammar(_ text: String, _ place: Int) {
        #expect(Self.problem(text).map { [$0.kind == .invalid ? 0 : 1, $0.offset] } == [0, place], "\(Self.problem(text)?.description ?? "accepted")")
    }

    @Test func depthAndLengthAreBounded() {
        #expect(Self.problem(String(repeating: "(", count: 5000) + "id")?.kind == .unsupported)
        #expect(Self.problem(String(repeating: "NOT ", count: 5000) + "id")?.kind == .unsupported)
        #expect(Self.problem("id" + String(repeating: " + 1", count: 5000) + " > 1")?.kind == .unsupported)
        #expect(Self.problem("id IN (\((0..<5000).map(String.init).joined(separator: ",")))") == nil)
    }
}
