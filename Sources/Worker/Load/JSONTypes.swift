/// The types of all values of a JSON document, one letter each, as the source tells them beside the document's text.
enum JSONTypes {
    enum Letter: UInt8 {
        case null = 0x6E  // n
        case boolean = 0x62  // b
        case integer = 0x69  // i
        case unsigned = 0x75  // u
        case double = 0x64  // d
        case decimal = 0x65  // e
        case string = 0x73  // s
        case date = 0x44  // D
        case time = 0x74  // t
        case dateTime = 0x54  // T
        case timestamp = 0x4D  // M
        case blob = 0x42  // B
        case bit = 0x4F  // O
        case object = 0x6F  // o
        case array = 0x61  // a
        case opaque = 0x58  // X

        var shape: JSONText.Node.Shape {
            switch self {
            case .null, .boolean: .word
            case .integer, .unsigned, .double, .decimal: .number
            case .string, .date, .time, .dateTime, .timestamp, .blob, .bit, .opaque: .string
            case .object: .object
            case .array: .array
            }
        }
    }

    /// What `JSON_TYPE` calls the letters, in the order of `letters`.
    private static let names =
        "'NULL','BOOLEAN','INTEGER','UNSIGNED INTEGER','DOUBLE','DECIMAL','STRING','DATE','TIME','DATETIME','TIMESTAMP','BLOB','BIT','OBJECT','ARRAY','OPAQUE'"
    private static let letters = "nbiudesDtTMBOoaX"

    /// Selects the types of a column's documents: of the document itself, of all members of objects, of all elements of
    /// arrays. Needs a session whose literals are text and MySQL 8.0. `column` has to name its table: inside of JSON_TABLE
    /// a bare name could be its own.
    static func expression(_ column: String) -> String {
        "IF(\(column) IS NULL, NULL, CONCAT_WS(',', \(letter(column)), \(list(column, "$**.*")), \(list(column, "$**[*]"))))"
    }

    /// For servers that cannot list values: `s`, as if all were strings, when the text gives the same document again, else `?`.
    static func checkExpression(_ column: String) -> String {
        let text = "CAST(\(column) AS CHAR CHARACTER SET utf8mb4)"
        let again = "CAST(\(text) AS JSON)"
        return
            "IF(\(column) IS NULL, NULL, IF(\(column) = \(again) AND \(text) = CAST(\(again) AS CHAR CHARACTER SET utf8mb4), 's', '?'))"
    }

    private static func letter(_ value: String) -> String {
        "SUBSTRING('\(letters)', FIELD(JSON_TYPE(\(value)), \(names)), 1)"
    }

    /// A JSON null comes as NULL.
    private static func list(_ column: String, _ path: String) -> String {
        """
        IFNULL((SELECT GROUP_CONCAT(IF(dts_json.v IS NULL, 'n', \(letter("dts_json.v"))) ORDER BY dts_json.o SEPARATOR '') \
        FROM JSON_TABLE(\(column), '\(path)' COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) dts_json), '')
        """
    }
}
