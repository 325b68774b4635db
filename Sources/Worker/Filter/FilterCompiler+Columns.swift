import SyncModel
import WorkerBinlog
import WorkerSchema

/// What the columns of a table are to a filter.
extension FilterCompiler {
    func column(_ name: String, _ range: Range<Int>) throws(FilterProblem) -> FilterOperand {
        guard let index = table.index(ofColumn: name) else {
            throw FilterProblem(.invalid, "the table has no column '\(name)'", at: range.lowerBound)
        }
        let column = table.columns[index]
        guard !column.isGenerated else {
            throw FilterProblem(.unsupported, "column '\(name)' is generated; use the columns that it is made of", at: range.lowerBound)
        }
        guard let (kind, sql, isInteger) = Self.kind(column) else {
            throw FilterProblem(
                .unsupported, "column '\(name)' has the type \(column.columnType), which a filter cannot compare exactly", at: range.lowerBound)
        }
        var expression = FilterExpression.null
        if let layout {
            let logged = layout.columns[index]
            if column.dataType == "decimal", case .exact(let digits, let scale) = kind,
                Int(logged.meta >> 8) != digits || Int(logged.meta & 255) != scale
            {
                throw FilterProblem(.invalid, "column '\(name)' has other digits in the log than in its definition", at: range.lowerBound)
            }
            expression = .column(index, ColumnLayoutBox(logged))
        }
        return FilterOperand(
            kind: kind, sql: sql, expression: expression, range: range, isInteger: isInteger, isYear: column.dataType == "year",
            isNeverNull: !column.isNullable)
    }

    /// - Returns: nil for types that a filter cannot compare.
    private static func kind(_ column: TableDefinition.Column) -> (FilterOperand.Kind, sql: String, isInteger: Bool)? {
        let name = quoteIdentifier(column.name)
        let type = column.columnType.lowercased()
        let numbers = type.matches(of: #/\d+/#).compactMap { Int($0.output) }
        // Stored otherwise: compressed columns and old times of MariaDB.
        guard !type.contains("compressed"), !type.contains("mariadb-5.3") else { return nil }
        switch column.dataType {
        case "tinyint": return (.exact(digits: 3, scale: 0), name, true)
        case "smallint": return (.exact(digits: 5, scale: 0), name, true)
        case "mediumint": return (.exact(digits: 8, scale: 0), name, true)
        case "int": return (.exact(digits: 10, scale: 0), name, true)
        case "bigint": return (.exact(digits: column.isUnsigned ? 20 : 19, scale: 0), name, true)
        // Two digits beside a YEAR would be taken for a year.
        case "year": return (.exact(digits: 4, scale: 0), "(\(name) + 0)", true)
        case "decimal":
            guard numbers.count >= 2, numbers[0] <= 38 else { return nil }
            return (.exact(digits: numbers[0], scale: numbers[1]), name, false)
        case "float", "double": return (.double, "(\(name) * 1e0)", false)
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext":
            guard let characterSet = column.characterSet, characterSet != "binary" else { return nil }
            return (.text(characterSet: characterSet), "CAST(\(name) AS BINARY)", false)
        case "date": return (.date(hasTime: false, fraction: 0), name, false)
        case "datetime", "timestamp": return (.date(hasTime: true, fraction: numbers.first ?? 0), name, false)
        case "time": return (.time(fraction: numbers.first ?? 0), name, false)
        default: return nil
        }
    }

    // MARK: Strings

    /// Character sets in which the letters of ASCII are the bytes of ASCII.
    private static let likeASCII: Set<String> = [
        "ascii", "latin1", "latin2", "latin5", "latin7", "cp850", "cp852", "cp866", "cp1250", "cp1251", "cp1256", "cp1257", "greek",
        "hebrew", "koi8r", "koi8u", "macce", "macroman", "keybcs2", "armscii8", "geostd8", "tis620", "dec8", "hp8", "gbk", "gb2312",
        "gb18030", "big5", "euckr", "ujis", "eucjpms",
    ]

    /// The bytes of a string in a column's character set.
    static func bytes(of text: String, _ characterSet: String, _ range: Range<Int>) throws(FilterProblem) -> [UInt8] {
        let bytes = Array(text.utf8)
        if ["utf8mb4", "utf8mb3", "utf8"].contains(characterSet) { return bytes }
        guard likeASCII.contains(characterSet), bytes.allSatisfy({ $0 < 128 }) else {
            throw FilterProblem(
                .unsupported, "the column's character set is \(characterSet): strings beside it may have letters of ASCII only"
                    + (likeASCII.contains(characterSet) ? "" : ", and not even these are known for it"), at: range.lowerBound)
        }
        return bytes
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        "x'" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "'"
    }
}
