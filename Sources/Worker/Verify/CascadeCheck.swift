import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Rows that foreign keys change beside those that a statement names.
///
/// Where the source does not log them, the target's foreign keys have to do the same again, so they have to be the same. In a
/// pair that is not enough: what one side's foreign keys do to rows that the other side has written meanwhile is known to
/// nobody.
enum CascadeCheck {
    static let check = Check(
        "foreign-key-cascades",
        needs: [.source, .target],
        "changes by foreign keys are in the binlog, or can be made again on the target"
    ) { scope in
        if try scope.profile(.source).logsCascades { return .pass("the server logs them") }
        let targets = Dictionary(
            try scope.selected().tables.map { ($0.source, $0.target) }, uniquingKeysWith: { first, _ in first })
        let keys = try SchemaReader(try scope.session(.source)).cascadingKeys().filter { targets[$0.child] != nil }
        if keys.isEmpty { return .pass("no foreign key changes rows") }
        if scope.pair != nil {
            return .fail(
                .unsupported, "the server does not log what these change in child tables: \(named(keys))",
                remedy: "recreate them with NO ACTION or RESTRICT and change the child rows in the application, or use MySQL 9.6 or newer")
        }
        let unseen = keys.filter { targets[$0.parent] == nil }
        if !unseen.isEmpty {
            return .fail(
                .unsupported, "the tables that these refer to are not selected, so nobody would know what they change: \(named(unseen))",
                remedy: "select the tables that are referred to as well")
        }
        let bytes = try keys.filter { key in
            let parent = try SchemaReader(try scope.session(.source)).table(key.parent)
            return key.parentColumns.contains { name in
                let column = parent.flatMap { parent in parent.index(ofColumn: name).map { parent.columns[$0] } }
                return column.map { $0.dataType.hasSuffix("binary") || $0.dataType.hasSuffix("blob") } ?? false
            }
        }
        if !bytes.isEmpty {
            return .fail(
                .unsupported, "the server does not log what these change, and they go by binary values: \(named(bytes))",
                remedy: "recreate them with NO ACTION or RESTRICT and change the child rows in the application, or use MySQL 9.6 or newer")
        }
        let missing = try missing(keys, targets, scope)
        if !missing.isEmpty {
            return .fail(
                .schemaMismatch, "the server does not log what these change, and the target does not have them: \(named(missing))",
                remedy: "create the same foreign keys on the target")
        }
        return .pass("the target's foreign keys do what the source's do: \(named(keys))")
    }

    /// Those whose table is on the target without them. A table that is to be created gets them.
    private static func missing(
        _ keys: [CascadingKey], _ targets: [TableName: TableName], _ scope: VerifyScope
    ) throws -> [CascadingKey] {
        let reader = SchemaReader(try scope.session(.target))
        let present = Set(try reader.cascadingKeys().map(folded))
        return try keys.filter { key in
            var wanted = key
            wanted.child = targets[key.child] ?? key.child
            wanted.parent = targets[key.parent] ?? key.parent
            if present.contains(folded(wanted)) { return false }
            return try reader.table(wanted.child) != nil
        }
    }

    /// Names of columns are compared without regard to case.
    private static func folded(_ key: CascadingKey) -> CascadingKey {
        var key = key
        key.columns = key.columns.map { $0.lowercased() }
        key.parentColumns = key.parentColumns.map { $0.lowercased() }
        return key
    }

    private static func named(_ keys: [CascadingKey]) -> String {
        listed(keys.map { "\($0.child) (\($0.columns.joined(separator: ", "))) to \($0.parent)" })
    }
}
