import WorkerSchema

/// Reads the definition of a column as a user writes it, as far as the row image needs it: type, sign, character set.
///
/// Sources: MySQL 9 reference manual, "Data Types" and "CREATE TABLE Statement"; MariaDB's for its own types.
struct ColumnText {
    /// Of the table, for text columns that name none of their own.
    let characterSet: String?
    let isMariaDB: Bool

    /// - Parameter tokens: behind the name.
    /// - Returns: nil for a type that is not known here.
    func column(_ name: String, _ tokens: [SQLToken]) -> TableDefinition.Column? {
        var cursor = SQLCursor(tokens)
        guard let type = type(&cursor) else { return nil }
        var column = TableDefinition.Column(
            name: name,
            dataType: type.name,
            columnType: type.name,
            isNullable: true,
            isUnsigned: type.isUnsigned,
            characterSet: nil,
            collation: nil,
            isGenerated: false,
            isOptional: true,
            isAutoIncrement: false
        )
        var words = type.characterSet
        var isZerofill = false
        while let token = cursor.current {
            if token.isPunctuation("(") {
                guard cursor.parenthesis() != nil else { return nil }
                continue
            }
            cursor.advance()
            guard token.kind == .word else { continue }
            switch token.text.uppercased() {
            case "UNSIGNED": column.isUnsigned = true
            case "ZEROFILL":
                column.isUnsigned = true
                isZerofill = true
            case "CHARACTER", "CHAR":
                if cursor.skip("SET") { words = cursor.next()?.text }
            case "CHARSET":
                _ = cursor.skip(punctuation: "=")
                words = cursor.next()?.text
            case "COLLATE":
                _ = cursor.skip(punctuation: "=")
                if let collation = cursor.next()?.text { words = words ?? CharacterSetName.of(collation: collation) }
            case "ASCII": words = "latin1"
            case "UNICODE": words = "ucs2"
            case "BYTE": words = "binary"
            case "GENERATED", "AS", "VIRTUAL", "PERSISTENT": column.isGenerated = true
            case "AUTO_INCREMENT": column.isAutoIncrement = true
            case "NOT": if cursor.skip("NULL") { column.isNullable = false }
            // What follows is no attribute.
            case "COMMENT", "DEFAULT": cursor.advance()
            case "REFERENCES", "CHECK", "CONSTRAINT": return finish(column, type, words, isZerofill)
            default: break
            }
        }
        return finish(column, type, words, isZerofill)
    }

    private struct TypeName {
        var name: String
        var isUnsigned = false
        var isText = false
        var characterSet: String?
        var members: String?
    }

    private func finish(
        _ column: TableDefinition.Column,
        _ type: TypeName,
        _ words: String?,
        _ isZerofill: Bool
    ) -> TableDefinition.Column {
        var column = column
        if type.isText {
            let set = CharacterSetName.folded(words ?? characterSet ?? "utf8mb4")
            if set == "binary", let bytes = Self.bytesType[type.name] {
                column.dataType = bytes
            } else {
                column.characterSet = set
            }
        }
        column.columnType =
            column.dataType + (type.members ?? "") + (column.isUnsigned ? " unsigned" : "")
            + (isZerofill ? " zerofill" : "")
        return column
    }

    /// Text of the character set `binary` is bytes.
    private static let bytesType = [
        "char": "binary", "varchar": "varbinary", "tinytext": "tinyblob", "text": "blob", "mediumtext": "mediumblob",
        "longtext": "longblob",
    ]

    private static let sameNames: Set<String> = [
        "tinyint", "smallint", "mediumint", "bigint", "decimal", "bit", "date", "time", "datetime", "timestamp", "year",
        "tinyblob",
        "mediumblob", "longblob", "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring",
        "multipolygon",
        "geometrycollection", "vector", "uuid", "inet4", "inet6", "binary", "varbinary",
    ]

    private static let otherNames: [String: String] = [
        "int": "int", "integer": "int", "int1": "tinyint", "int2": "smallint", "int3": "mediumint",
        "middleint": "mediumint",
        "int4": "int", "int8": "bigint", "bool": "tinyint", "boolean": "tinyint", "dec": "decimal",
        "numeric": "decimal",
        "fixed": "decimal", "float4": "float", "float8": "double", "real": "double",
        "geomcollection": "geometrycollection",
    ]

    private func type(_ cursor: inout SQLCursor) -> TypeName? {
        guard let token = cursor.next(), token.kind == .word else { return nil }
        let word = token.text.lowercased()
        if Self.sameNames.contains(word) { return TypeName(name: word) }
        if let name = Self.otherNames[word] { return TypeName(name: name) }
        switch word {
        case "serial": return TypeName(name: "bigint", isUnsigned: true)
        case "double":
            _ = cursor.skip("PRECISION")
            return TypeName(name: "double")
        case "float":
            // FLOAT(25) to FLOAT(53) are doubles; FLOAT(M, D) is none.
            if let parts = cursor.parenthesis(), parts.count == 1, let bits = Int(parts[0].text), bits > 24 {
                return TypeName(name: "double")
            }
            return TypeName(name: "float")
        case "char", "character":
            return TypeName(name: cursor.skip("VARYING") ? "varchar" : "char", isText: true)
        case "varchar", "varcharacter", "varchar2": return TypeName(name: "varchar", isText: true)
        case "nchar":
            return TypeName(
                name: cursor.skip("VARYING") || cursor.skip("VARCHAR") ? "varchar" : "char",
                isText: true,
                characterSet: "utf8mb3"
            )
        case "nvarchar": return TypeName(name: "varchar", isText: true, characterSet: "utf8mb3")
        case "national":
            guard let next = cursor.next() else { return nil }
            let isVarying = next.isWord("VARCHAR") || cursor.skip("VARYING")
            return TypeName(name: isVarying ? "varchar" : "char", isText: true, characterSet: "utf8mb3")
        case "blob", "text": return sized(word, &cursor)
        case "tinytext", "mediumtext", "longtext": return TypeName(name: word, isText: true)
        case "long":
            if cursor.skip("VARBINARY") { return TypeName(name: "mediumblob") }
            if !cursor.skip("VARCHAR") { _ = cursor.skip("VARCHARACTER") }
            return TypeName(name: "mediumtext", isText: true)
        case "json":
            return isMariaDB
                ? TypeName(name: "longtext", isText: true, characterSet: "utf8mb4") : TypeName(name: "json")
        case "enum", "set":
            guard let members = cursor.parenthesis() else { return nil }
            let list = members.items.map { item in "'" + (item.first?.text ?? "") + "'" }.joined(separator: ",")
            return TypeName(name: word, isText: true, members: "(\(list))")
        default: return nil
        }
    }

    /// BLOB(n) and TEXT(n) become the smallest type that holds n bytes or characters.
    private func sized(_ word: String, _ cursor: inout SQLCursor) -> TypeName {
        let isText = word == "text"
        guard let length = cursor.parenthesis()?.first.flatMap({ Int($0.text) }), length > 0 else {
            return TypeName(name: word, isText: isText)
        }
        // All four are logged alike.
        let prefix = length < 256 ? "tiny" : length < 65536 ? "" : length < 1 << 24 ? "medium" : "long"
        return TypeName(name: prefix + word, isText: isText)
    }
}
