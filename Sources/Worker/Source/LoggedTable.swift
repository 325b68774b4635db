import SyncModel
import WorkerBinlog
import WorkerSchema

/// A table as a TABLE_MAP of the source describes it: what the event tells is the truth of its place in the log, whatever a server has
/// said before or says now.
///
/// It does not tell which columns are generated, nor MariaDB's UUID and INET from bytes: that is taken from a column of the same name
/// that a server has described.
struct LoggedTable {
    let map: TableMap
    /// As many as the map has columns.
    let names: [String]
    /// What a server has said of columns by these names; the first that has one counts.
    let described: [TableDefinition]
    let source: SourceDefinitions?

    /// - Throws: ``Failure`` `schema-mismatch` for a column of a type or character set that is not known here.
    func definition() throws -> TableDefinition {
        var columns: [TableDefinition.Column] = []
        for (logged, name) in zip(map.columns, names) {
            let told = described.lazy.compactMap { table in table.index(ofColumn: name).map { table.columns[$0] } }.first
            columns.append(try column(logged, name, told))
        }
        return TableDefinition(
            name: TableName(database: map.database, table: map.table), engine: described.first?.engine ?? "", columns: columns,
            indexes: described.first?.indexes ?? [])
    }

    private func column(_ logged: TableMap.Column, _ name: String, _ told: TableDefinition.Column?) throws -> TableDefinition.Column {
        let set = try characterSet(logged, told)
        let isSame = told.map { $0.fits(logged) && ($0.isAddress || ($0.characterSet == nil) == (set == nil)) } ?? false
        guard let type = isSame ? told?.dataType : Self.dataType(logged, isText: set != nil) else {
            throw TableRoute.mismatch(
                TableName(database: map.database, table: map.table), "the log has \(logged.type) for column \(name), which is not known here",
                remedy: "use a later version")
        }
        // To the log a YEAR is a number without a sign.
        let isUnsigned = logged.type != .year && (map.hasSignedness ? logged.unsigned : told?.isUnsigned ?? false)
        var column = TableDefinition.Column(
            name: name, dataType: type, columnType: type + Self.digits(logged) + (isUnsigned ? " unsigned" : ""), isNullable: logged.nullable, isUnsigned: isUnsigned,
            characterSet: isSame && told?.isAddress == true ? told?.characterSet : set, collation: isSame ? told?.collation : nil,
            isGenerated: told?.isGenerated ?? false, isOptional: true, isAutoIncrement: isSame && told?.isAutoIncrement == true)
        if isSame, let told { column.columnType = told.columnType }
        if let members = logged.members {
            let texts = try texts(of: members, in: set)
            let now = Self.columnType(type, texts)
            if told.flatMap(Members.init)?.names != texts { column.columnType = now }
        }
        return column
    }

    private func characterSet(_ logged: TableMap.Column, _ told: TableDefinition.Column?) throws -> String? {
        guard let collation = logged.collation else { return told?.characterSet }
        if collation == ColumnLayout.binaryCollation, !logged.type.isEnumOrSet { return nil }
        guard let source else { return told?.characterSet }
        if let name = try source.characterSet(of: collation) { return name }
        throw TableRoute.mismatch(
            TableName(database: map.database, table: map.table), "the log has a collation by the number \(collation), which the source does not list",
            remedy: "retry the task; if it stops here again, use a later version")
    }

    /// In the column's character set they are logged.
    private func texts(of members: [[UInt8]], in characterSet: String?) throws -> [String] {
        let isUTF8 = ["utf8mb4", "utf8mb3", "ascii", "binary"].contains(characterSet)
        let isWide = ["ucs2", "utf16", "utf16le", "utf32"].contains(characterSet)
        if isUTF8 || !isWide && members.allSatisfy({ $0.allSatisfy { $0 < 0x80 } }) { return members.map { String(decoding: $0, as: UTF8.self) } }
        guard let characterSet, let source else { return members.map { String(decoding: $0, as: UTF8.self) } }
        return try source.texts(members, in: characterSet)
    }

    /// As far as the log has them.
    private static func digits(_ column: TableMap.Column) -> String {
        switch column.type {
        case .decimal: "(\(column.meta >> 8),\(column.meta & 255))"
        case .dateTime2, .timestamp2, .time2: column.meta == 0 ? "" : "(\(column.meta))"
        default: ""
        }
    }

    /// As servers print it.
    private static func columnType(_ type: String, _ members: [String]) -> String {
        let quoted = members.map { "'" + $0.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'" }
        return "\(type)(\(quoted.joined(separator: ",")))"
    }

    /// An SQL type that is logged as the column is; the reverse of ``ColumnType/canHold(_:)``.
    private static func dataType(_ column: TableMap.Column, isText: Bool) -> String? {
        switch column.type {
        case .string: return isText ? "char" : "binary"
        case .varchar, .varString, .varcharCompressed: return isText ? "varchar" : "varbinary"
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .blobCompressed: return isText ? "longtext" : "longblob"
        default:
            let names = [
                "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year", "date", "time", "datetime",
                "timestamp", "enum", "set", "json", "vector", "geometry",
            ]
            return names.first { column.type.canHold($0) }
        }
    }
}

extension TableDefinition.Column {
    /// Whether values of the column can be logged like this.
    func fits(_ logged: TableMap.Column) -> Bool { logged.type.canHold(dataType) }

    /// MariaDB: made of bytes, whatever the log says of their character set.
    fileprivate var isAddress: Bool { ["uuid", "inet4", "inet6"].contains(dataType) }
}

extension TableDefinition {
    /// Whether rows of the table can be logged like this, as far as types tell.
    func fits(_ map: TableMap) -> Bool {
        columns.count == map.columns.count && zip(columns, map.columns).allSatisfy { $0.fits($1) }
    }

    /// Whether rows of both mean the same, as far as servers tell: names and their order, members, signs, character sets, what is computed.
    func hasSameColumns(as other: TableDefinition) -> Bool {
        guard columns.count == other.columns.count else { return false }
        return zip(columns, other.columns).allSatisfy { mine, its in
            mine.name == its.name && mine.isUnsigned == its.isUnsigned && mine.isGenerated == its.isGenerated && Members(mine) == Members(its)
                && mine.characterSet.map(CharacterSetName.folded) == its.characterSet.map(CharacterSetName.folded)
        }
    }
}
