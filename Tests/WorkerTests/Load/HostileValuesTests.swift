import SyncModel
import SyncMySQL
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

@testable import WorkerLoad

/// What a server sends in the copy of a table becomes a value of the column's type, or nothing at all.
@Suite struct HostileValuesTests {
    /// Ways out of a literal.
    static let ways = [
        "1),(2", "1 OR 1=1", "1;DROP TABLE t", "1'", "1\\", "0x31", "1e", "1.", ".", "-", "", "+1", "1 ", " 1", "1\n", "1--", "1/*", "1e5e5", "1e+",
        "NULL", "(SELECT 1)", "@@version", "１", "1_000", "NaN", "inf", "1,2", "`a`", "x'31'", "1.5.5", "--1", "1e1.5", "\u{0}", "1\u{0}",
    ]

    private func appended(_ form: ValueForm, _ text: String) -> String? {
        var sql = SQLBuffer(capacity: 64)
        var text = text
        let isTaken = text.withUTF8 { form.append(UnsafeRawBufferPointer($0), to: &sql) }
        if !isTaken { #expect(sql.count == 0) }
        return isTaken ? sql.text : nil
    }

    @Test(arguments: [ValueForm.number, .double, .bits, .enumeration], ways)
    func numbersAreNothingElse(_ form: ValueForm, _ text: String) {
        #expect(appended(form, text) == nil)
    }

    @Test func whatServersPrintIsTaken() {
        for text in ["0", "-1", "00042", "18446744073709551615", "-12345678901234567890.123456789012345678901234567890", "0.10", "-0.5"] {
            #expect(appended(.number, text) == text)
        }
        for (text, literal) in [("0", "0e0"), ("-0", "-0e0"), ("1.5", "1.5e0"), ("1e22", "1e22"), ("-1.7976931348623157e308", "-1.7976931348623157e308"), ("5e-324", "5e-324")] {
            #expect(appended(.double, text) == literal)
        }
        #expect(appended(.bits, "9223372036854775808") == "9223372036854775808" && appended(.enumeration, "0") == "0")
    }

    private static func column(_ type: String, _ characterSet: String? = nil) -> TableDefinition.Column {
        TableDefinition.Column(
            name: "c", dataType: String(type.prefix { $0.isLetter || $0.isNumber }), columnType: type, isNullable: true, isUnsigned: false,
            characterSet: characterSet, collation: nil, isGenerated: false, isOptional: true, isAutoIncrement: false)
    }

    /// Keys go back to both servers in conditions.
    @Test(arguments: ["int", "decimal", "double", "bit", "enum", "set", "year", "date", "datetime", "time", "varchar", "text", "varbinary", "blob", "uuid", "json"])
    func comparisonsHoldLiteralsOnly(_ type: String) throws {
        let isText = ["varchar", "text"].contains(type)
        let copied = try CopiedColumn(Self.column(type, isText ? "utf8mb4" : nil), of: TableName(database: "d", table: "t"), target: "c")
        for text in Self.ways + ["2024-01-01", "2024-01-01' OR '1'='1", "\\", "'"] {
            let literal = copied.literal(Array(text.utf8))
            #expect(literal.contains(#/^(_utf8mb4 )?(x'([0-9A-F]{2})*'|'[-0-9:. ]+'|-?[0-9.]+(e[-+]?[0-9]+)?)$/#), "\(literal)")
        }
    }

    // MARK: JSON

    private func json(_ text: String, _ types: String) throws -> String {
        var sql = SQLBuffer(capacity: 64)
        var (text, types) = (text, types)
        try text.withUTF8 { text in
            try types.withUTF8 { types in try sql.append(json: UnsafeRawBufferPointer(text), types: UnsafeRawBufferPointer(types)) }
        }
        return sql.text
    }

    @Test(arguments: ["i", "u", "d", "e"], ["1'OR'1'='1", "1e0)OR(1", "1\\", "1)", "-", "1;DROP", "1/**/OR/**/1", "1'"])
    func numbersInDocumentsAreNothingElse(_ type: String, _ number: String) {
        #expect(throws: (any Error).self) { try json(number, "\(type),,") }
        #expect(throws: (any Error).self) { try json("{\"a\": \(number)}", "o,\(type),") }
        #expect(throws: (any Error).self) { try json("[\(number)]", "a,,\(type)") }
    }

    @Test(arguments: ["D", "t", "T", "M"], ["2024-01-01' OR '1", "'", "\\\\", "", "2024-01-01\u{0}", "]', SLEEP(1))", "2024-01-01\\n"])
    func timesInDocumentsAreNothingElse(_ type: String, _ time: String) {
        #expect(throws: (any Error).self) { try json("\"\(time)\"", "\(type),,") }
        #expect(throws: (any Error).self) { try json("{\"a\": [\"\(time)\"]}", "o,a,\(type)") }
    }

    @Test(arguments: ["base64:type1x:QQ==", "base64:type15:'", "base64:type15:QQ=='", "base64:type16:QUFBQUFBQUFB", "type15:QQ=="])
    func opaqueValuesAreBytes(_ text: String) {
        #expect(throws: (any Error).self) { try json("[\"\(text)\"]", "a,,X") }
    }

    /// Textual parts stay within their quotes, member names too.
    @Test func namesOfMembersStayInQuotes() throws {
        let made = try json("{\"a'\\\\) OR 1=1 -- \": 1.50}", "o,e,")
        let inside = made.replacing("\\\\", with: "").replacing("\\'", with: "")
        #expect(inside.count { $0 == "'" }.isMultiple(of: 2) && !inside.replacing(#/'[^']*'/#, with: "").contains("OR"), "\(made)")
    }

    @Test func deepDocumentsAreRefused() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: (any Error).self) { try json(deep + "1.5" + String(repeating: "]", count: 1_000_000), "a,,e") }
    }

    // MARK: On a server

    private struct Sent: CopiedRow {
        var values: [String?]

        func withValue<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
            guard var value = values[column] else { return try body(nil) }
            return try value.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func aHostileRowIsNotWritten(_ route: Route) async throws {
        let schema = "CREATE TABLE t (id INT PRIMARY KEY, n DECIMAL(10,2), d DOUBLE, b BIT(8), e ENUM('x', 'y'), w VARCHAR(200), at DATETIME)"
        try await withFixture("hostile", route, schema: schema) { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            let table = TableName(database: fixture.database, table: "t")
            let plan = try CopyPlan(
                table, to: table, context: context,
                (try SchemaReader(fixture.source).table(table), try SchemaReader(fixture.target).table(table)))
            let good: [String?] = ["1", "1.50", "2.5", "3", "1", "'), (9, 1, 1, 1, 1, '\\', NULL) -- ", "2024-01-01 00:00:00"]
            let target = try context.openTarget()
            for place in 0..<5 {
                for way in Self.ways {
                    var writer = RowWriter(plan, context: context)
                    writer.reset()
                    var row = good
                    row[place] = way
                    let failure = #expect(throws: Failure.self) { try writer.add(Sent(values: row), to: target) }
                    #expect(failure?.code == .valueInvalid && failure?.message.contains("column \(plan.columns[place].name) ") == true)
                }
            }
            var writer = RowWriter(plan, context: context)
            writer.reset()
            try writer.add(Sent(values: good), to: target)
            try writer.finish(to: target)
            #expect(try fixture.target.rows("SELECT id, n, d, b + 0, e + 0, w, at FROM \(table.quoted)") == [["1", "1.50", "2.5", "3", "1", good[5], good[6]]])
        }
    }
}
