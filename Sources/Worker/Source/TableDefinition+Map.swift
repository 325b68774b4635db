import WorkerBinlog
import WorkerSchema

extension TableDefinition {
    /// What a TABLE_MAP with names (`binlog_row_metadata=FULL`) says of the table; nil for one without.
    ///
    /// It does not say which columns are generated; a column that is generated on the target is refused by the route.
    init?(named map: TableMap) {
        var columns: [Column] = []
        for logged in map.columns {
            guard let name = logged.name, let type = Self.dataType(logged) else { return nil }
            let members = logged.members.map { members in
                "(" + members.map { "'" + String(decoding: $0, as: UTF8.self).replacing("'", with: "''") + "'" }.joined(separator: ",") + ")"
            }
            columns.append(
                Column(
                    name: name, dataType: type, columnType: type + (members ?? ""), isNullable: logged.nullable,
                    isUnsigned: logged.unsigned, characterSet: nil, collation: nil, isGenerated: false, isOptional: true,
                    isAutoIncrement: false))
        }
        self.init(
            name: TableName(database: map.database, table: map.table), engine: "", columns: columns, indexes: [])
    }

    /// An SQL type that is logged as the column is; the reverse of ``ColumnType/canHold(_:)``.
    private static func dataType(_ column: TableMap.Column) -> String? {
        let isBinary = column.collation == nil || column.collation == ColumnLayout.binaryCollation
        switch column.type {
        case .string: return isBinary ? "binary" : "char"
        case .varchar, .varString, .varcharCompressed: return isBinary ? "varbinary" : "varchar"
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .blobCompressed: return isBinary ? "longblob" : "longtext"
        default:
            let names = [
                "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year", "date", "time",
                "datetime", "timestamp", "enum", "set", "json", "vector", "geometry",
            ]
            return names.first { column.type.canHold($0) }
        }
    }
}
