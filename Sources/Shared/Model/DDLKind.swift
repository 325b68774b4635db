/// The kinds of DDL that can be chosen one by one, as in ``SQLSelection/DDL/kinds(_:)``.
package enum DDLKind: String, Sendable, Hashable, Codable, CaseIterable {
    case createDatabase = "create-database"
    case alterDatabase = "alter-database"
    case dropDatabase = "drop-database"
    case createTable = "create-table"
    case alterTable = "alter-table"
    case dropTable = "drop-table"
    case renameTable = "rename-table"
    case truncate
    case createIndex = "create-index"
    case dropIndex = "drop-index"
    case createView = "create-view"
    case dropView = "drop-view"
}
