import SyncMySQL
import Testing

@testable import WorkerSchema

/// Which complaints of a server are about what it computes, and which about a value that was sent.
@Suite struct ComputedValuesTests {
    private static let table = TableDefinition(
        name: TableName(database: "d", table: "t"), engine: "InnoDB",
        columns: [column("v", "varchar"), column("at", "datetime"), column("g", "int", isGenerated: true)],
        indexes: [.init(name: "by_part", isUnique: false, columns: [nil], hasPrefix: false)])

    private static func column(_ name: String, _ type: String, isGenerated: Bool = false) -> TableDefinition.Column {
        TableDefinition.Column(
            name: name, dataType: type, columnType: type, isNullable: true, isUnsigned: false, characterSet: nil, collation: nil,
            isGenerated: isGenerated, isOptional: true, isAutoIncrement: false)
    }

    @Test(arguments: [
        (1264, "Out of range value for column 'g' at row 1", true),
        (1366, "Incorrect integer value: 'x' for column `d`.`t`.`g` at row 3", true),
        (1292, "Truncated incorrect INTEGER value: 'x'", true),
        (1292, "Incorrect datetime value: 'x' for column `d`.`t`.`v` at row 1", true),
        (3752, "Value is out of range for functional index 'by_part' at row 1", true),
        (1264, "Out of range value for column 'v' at row 1", false),
        (1292, "Incorrect datetime value: 'x' for column 'at' at row 1", false),
        (1366, "Incorrect string value: ' column 'g' at row 1' for column 'v' at row 1", false),
        (1062, "Duplicate entry 'x' for key 't.g'", false),
        (1048, "Column 'g' cannot be null", false),
        (1292, "Incorrect datetime value: 'x' for column 'a\nt' at row 1", false),
        (1105, "Cast to unsigned converted negative integer to its positive complement", true), (1105, "Unknown error", false),
        (1301, "Result of repeat() was larger than max_allowed_packet (4194304) - truncated", false),
        (1292, "Truncated incorrect INTEGER value: '" + String(repeating: "x", count: 500) + "'", false),
    ])
    func concerns(code: UInt32, text: String, isComputed: Bool) {
        let complaint = MySQLError(code: .init(rawValue: code), message: text)
        #expect(ComputedValues(of: Self.table).concerns(complaint) == isComputed)
        #expect(!ComputedValues.none.concerns(complaint))
    }

    @Test(arguments: [
        ("float(10,5) unsigned", 100_000, 99999.99999), ("float(10,2)", -100_000_000, -99_999_999.99), ("float(10,5)", 99999.9921875, nil), ("float(4,1)", 999.9000244140625, 999.9),
        ("float", 100_000, nil),
    ])
    func ceiling(type: String, stored: Double, written: Double?) {
        var column = Self.column("f", "float")
        column.columnType = type
        #expect(FloatCeiling(column)?.written(for: stored) == written)
    }
}
