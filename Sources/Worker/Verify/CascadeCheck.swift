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
        let chained = keys.filter { key in
            let moves = key.onUpdate != "RESTRICT" && key.onUpdate != "NO ACTION" || key.onDelete == "SET NULL"
            return moves && keys.contains { $0.parent == key.child && !Set($0.parentColumns).isDisjoint(with: key.columns) }
        }
        if !chained.isEmpty {
            return .fail(
                .unsupported, "the server does not log what these change, and other foreign keys follow the same columns: \(named(chained))",
                remedy: "recreate them with NO ACTION or RESTRICT and change the child rows in the application, or use MySQL 9.6 or newer")
        }
        let extra = try extra(keys, targets, scope)
        if !extra.isEmpty {
            return .fail(
                .schemaMismatch, "the target has foreign keys that change rows and that the source does not have: \(named(extra))",
                remedy: "drop them on the target, or create the same on the source")
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
            let wanted = mapped(key, targets)
            if present.contains(folded(wanted)) { return false }
            return try reader.table(wanted.child) != nil
        }
    }

    /// Those of the target that follow its tables where the source's do not.
    private static func extra(
        _ keys: [CascadingKey], _ targets: [TableName: TableName], _ scope: VerifyScope
    ) throws -> [CascadingKey] {
        let wanted = Set(keys.map { folded(mapped($0, targets)) })
        let parents = Set(targets.values)
        return try SchemaReader(try scope.session(.target)).cascadingKeys().filter { key in
            parents.contains(key.parent) && !wanted.contains(folded(key))
        }
    }

    private static func mapped(_ key: CascadingKey, _ targets: [TableName: TableName]) -> CascadingKey {
        var key = key
        key.child = targets[key.child] ?? key.child
        key.parent = targets[key.parent] ?? key.parent
        return key
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
