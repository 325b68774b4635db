import SyncModel
import WorkerBinlog
import WorkerSchema
import WorkerSource

/// The fixed parts of the statements for one table, and how its values are written into them.
final class TableStatements {
    let route: TableRoute
    /// `` SELECT … FROM `d`.`t` WHERE (key) IN ( ``
    let selectHead: String
    let selectTail = ") FOR UPDATE"
    let deleteHead: String
    let updateHead: String
    let updateWhere: String
    let insertHead: String
    let replaceHead: String
    /// `` REPLACE INTO `d`.`t` (…) ``, for rows that keep what only the target has of them.
    let keepHead: String
    private let keptTail: String
    private let rowTail: String
    private let unchanging: String
    /// Turns the insert into an update of the row with the same key.
    let upsertTail: String
    /// Before the literal of each key column, so that it is compared in the column's collation and by its index.
    private let introducers: [String]
    private let keyColumns: [TableRoute.Column]
    private let isComposite: Bool

    /// - Parameter namesNewRow: the server has `VALUES (…) AS n` (MySQL 8.0.19); others have `VALUES(column)`.
    init(_ route: TableRoute, namesNewRow: Bool) {
        self.route = route
        let table = route.target.quoted
        let columns = route.columns.map { Self.quote($0.name) }.joined(separator: ", ")
        let selected = route.columns.map(Self.selectExpression).joined(separator: ", ")
        keyColumns = (route.key ?? []).map { route.columns[$0] }
        isComposite = keyColumns.count > 1
        let names = keyColumns.map(Self.keyExpression).joined(separator: ", ")
        let key = isComposite ? "(\(names))" : names
        selectHead = "SELECT \(selected) FROM \(table) WHERE \(key) IN ("
        updateHead = "UPDATE \(table) SET "
        updateWhere = " WHERE \(key) IN ("
        deleteHead = "DELETE FROM \(table) WHERE \(key) IN ("
        let all = ([columns] + route.fillings.map { Self.quote($0.name) }).joined(separator: ", ")
        insertHead = "INSERT INTO \(table) (\(all)) VALUES "
        replaceHead = "REPLACE INTO \(table) (\(all)) VALUES "
        let others = route.otherColumns.map(Self.quote)
        keepHead = "REPLACE INTO \(table) (" + (route.columns.map { Self.quote($0.name) } + others).joined(separator: ", ") + ") "
        keptTail = others.map { ", \($0)" }.joined() + " FROM \(table) WHERE \(key) IN ("
        rowTail = route.fillings.map { ", \($0.literal)" }.joined() + ")"
        // The table itself may have the name.
        let newRow = route.target.table.lowercased() == "n" ? "m" : "n"
        let assignments = route.columns.map { column in
            let name = Self.quote(column.name)
            return namesNewRow ? "\(name) = \(newRow).\(name)" : "\(name) = VALUES(\(name))"
        }
        let kept = route.unchanging.map { "\(Self.quote($0)) = \(table).\(Self.quote($0))" }
        unchanging = route.unchanging.map { ", \(Self.quote($0)) = \(Self.quote($0))" }.joined()
        upsertTail = (namesNewRow ? " AS \(newRow)" : "") + " ON DUPLICATE KEY UPDATE " + (assignments + kept).joined(separator: ", ")
        introducers = keyColumns.map { column in
            // Members of ENUM and SET are written as numbers.
            column.targetType == "enum" || column.targetType == "set" ? "" : column.characterSet.map { "_\($0)" } ?? ""
        }
    }

    /// Values come back in a form that is exact and that ``ColumnLayout/matches(_:serverText:)`` compares.
    static func selectExpression(_ column: TableRoute.Column) -> String {
        let name = quote(column.name)
        switch column.targetType {
        // `+ 0` would go through DOUBLE for ENUM and SET, and about a CAST of the highest bit MariaDB warns.
        case "enum", "set", "bit": return "\(name) | 0"
        case "year": return "\(name) + 0"
        case "float", "double": return "\(name) * 1e0"
        default: return column.isZerofill ? "\(name) + 0" : name
        }
    }

    /// A column as it is compared with its literal. A SET is compared as a DOUBLE, which does not hold more than 53 members
    /// apart; without an index the comparison is exact.
    private static func keyExpression(_ column: TableRoute.Column) -> String {
        column.targetType == "set" && column.layout.meta > 4 ? "(\(quote(column.name)) | 0)" : quote(column.name)
    }

    /// `(v1, v2, …)` of all columns.
    func appendRow(_ image: RowImage, to sql: inout SQLBuffer) throws {
        sql.append(byte: UInt8(ascii: "("))
        for (place, column) in route.columns.enumerated() {
            if place > 0 { sql.append(byte: UInt8(ascii: ",")) }
            try appendValue(column, image, to: &sql)
        }
        sql.append(rowTail)
    }

    /// `SELECT v1, v2, …, other, … FROM … WHERE …`: the row of the same key with the source's values.
    func appendKept(_ image: RowImage, to sql: inout SQLBuffer) throws {
        sql.append("SELECT ")
        for (place, column) in route.columns.enumerated() {
            if place > 0 { sql.append(byte: UInt8(ascii: ",")) }
            try appendValue(column, image, to: &sql)
        }
        sql.append(keptTail)
        try appendKey(image, to: &sql)
        sql.append(byte: UInt8(ascii: ")"))
    }

    /// `c1 = v1, c2 = v2 …`
    func appendAssignments(_ image: RowImage, to sql: inout SQLBuffer) throws {
        for (place, column) in route.columns.enumerated() {
            if place > 0 { sql.append(", ") }
            sql.append(identifier: column.name)
            sql.append(" = ")
            try appendValue(column, image, to: &sql)
        }
        sql.append(unchanging)
    }

    /// A value to be stored.
    private func appendValue(_ column: TableRoute.Column, _ image: RowImage, to sql: inout SQLBuffer) throws {
        if let ceiling = column.ceiling, column.layout.type == .float, let value = image.value(column.index),
            let written = ceiling.written(for: try column.layout.double(value)), sql.append(approximate: written)
        {
            return
        }
        try sql.appendLiteral(column.layout, image[column.index])
    }

    /// One value, comparable with a column of the same type; nil for NULL.
    func literal(_ place: Int, _ image: RowImage) throws -> String? {
        let column = route.columns[place]
        guard let bytes = image.value(column.index) else { return nil }
        let isMember = column.targetType == "enum" || column.targetType == "set"
        if let set = column.characterSet, !isMember {
            return "_\(set) X'\(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())'"
        }
        var sql = SQLBuffer()
        try sql.appendLiteral(column.layout, image[column.index])
        return sql.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The key as it stands in an IN list.
    func appendKey(_ image: RowImage, to sql: inout SQLBuffer) throws {
        if isComposite { sql.append(byte: UInt8(ascii: "(")) }
        for (place, column) in keyColumns.enumerated() {
            if place > 0 { sql.append(byte: UInt8(ascii: ",")) }
            sql.append(introducers[place])
            try sql.appendLiteral(column.layout, image[column.index])
        }
        if isComposite { sql.append(byte: UInt8(ascii: ")")) }
    }

    /// `c1 <=> v1 AND c2 <=> v2 …` over all columns, compared as bytes: finds a row of a table without a key.
    func appendFullMatch(_ image: RowImage, to sql: inout SQLBuffer) throws {
        for (place, column) in route.columns.enumerated() {
            if place > 0 { sql.append(" AND ") }
            let isJSON = column.targetType == "json"
            sql.append(Self.matchExpression(column))
            sql.append(isJSON ? " <=> CAST(" : " <=> ")
            try sql.appendLiteral(column.layout, image[column.index])
            if isJSON { sql.append(" AS JSON)") }
        }
    }

    /// What a literal is compared with so that equal means the same.
    private static func matchExpression(_ column: TableRoute.Column) -> String {
        switch column.targetType {
        case "enum", "set": selectExpression(column)
        // Not comparable as it is.
        case "vector": "CAST(\(quote(column.name)) AS BINARY)"
        default: column.characterSet == nil ? selectExpression(column) : "CAST(\(quote(column.name)) AS BINARY)"
        }
    }

    private static func quote(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
}
