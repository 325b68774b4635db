import WorkerSchema

/// Which column types a server has that others lack.
struct TargetTypes: Sendable {
    private let isMariaDB: Bool
    /// Types that not every server has, as far as this one lacks them.
    private let missing: Set<String>

    private static let since: [(type: String, mySQL: (Int, Int)?, mariaDB: (Int, Int))] = [
        ("vector", (9, 0), (11, 7)), ("uuid", nil, (10, 7)), ("inet4", nil, (10, 10)), ("inet6", nil, (10, 5)),
    ]
    /// Character sets with characters beyond the first 65536.
    private static let largeSets: Set<String> = ["utf8mb4", "utf16", "utf16le", "utf32", "gb18030"]

    init(_ server: ServerProfile) {
        isMariaDB = server.isMariaDB
        missing = Set(
            Self.since.filter { entry in
                guard let first = server.isMariaDB ? entry.mariaDB : entry.mySQL else { return true }
                return !server.isAtLeast(first.0, first.1)
            }.map(\.type)
        )
    }

    /// Why no column of the server can be like this one of the source; nil: it can.
    func obstacle(to column: TableDefinition.Column) -> String? {
        if missing.contains(column.dataType) { return "has the type \(column.dataType)" }
        if column.dataType == "decimal", !isMariaDB, column.scale > 30 { return "has more than 30 digits after the point" }
        // No server tells such members: a `?` may be one, or stand for any other character.
        if ["enum", "set"].contains(column.dataType), column.columnType.contains("?"),
            Self.largeSets.contains(column.characterSet ?? "")
        {
            return "has a member with a character that servers print as a question mark"
        }
        return nil
    }
}

extension TableDefinition.Column {
    /// Of `decimal(10,4)`: 4.
    fileprivate var scale: Int {
        guard let comma = columnType.firstIndex(of: ",") else { return 0 }
        return Int(columnType[columnType.index(after: comma)...].prefix { $0.isNumber }) ?? 0
    }
}
