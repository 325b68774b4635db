package import SyncMySQL

/// A foreign key that changes rows of its own table when a row of the table it refers to changes.
package struct CascadingKey: Sendable, Hashable {
    package var child: TableName
    package var columns: [String]
    package var parent: TableName
    package var parentColumns: [String]
    /// `CASCADE`, `SET NULL`, … as the server calls them.
    package var onUpdate: String
    package var onDelete: String
}

extension SchemaReader {
    /// The cascading foreign keys of all tables that refer to this one; of all tables at all when it is nil.
    package func cascadingKeys(to parent: TableName? = nil) throws(MySQLError) -> [CascadingKey] {
        let place = parent.map {
            " AND k.REFERENCED_TABLE_SCHEMA = \(quoteText($0.database)) AND k.REFERENCED_TABLE_NAME = \(quoteText($0.table))"
        }
        let rows = try session.rows(
            """
            SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
                k.REFERENCED_COLUMN_NAME, r.UPDATE_RULE, r.DELETE_RULE
            FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
                ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
            WHERE k.REFERENCED_TABLE_NAME IS NOT NULL\(place ?? "")
                AND (r.UPDATE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT') OR r.DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))
            ORDER BY 1, 2, 3, k.ORDINAL_POSITION
            """)
        var result: [CascadingKey] = []
        var last: [String?] = []
        for row in rows {
            if [row[0], row[1], row[2]] != last {
                last = [row[0], row[1], row[2]]
                result.append(
                    CascadingKey(
                        child: TableName(database: row[0] ?? "", table: row[1] ?? ""), columns: [],
                        parent: TableName(database: row[4] ?? "", table: row[5] ?? ""), parentColumns: [], onUpdate: row[7] ?? "",
                        onDelete: row[8] ?? ""))
            }
            result[result.count - 1].columns.append(row[3] ?? "")
            result[result.count - 1].parentColumns.append(row[6] ?? "")
        }
        return result
    }
}
