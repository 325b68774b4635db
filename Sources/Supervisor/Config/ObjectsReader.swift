import SyncModel

/// Reads which databases, tables and views are synced.
enum ObjectsReader {
    private static let systemDatabases: Set = ["mysql", "information_schema", "performance_schema", "sys", "__dts__"]

    /// - Parameter isPair: both sides are written, so that no column can be left out.
    static func read(_ value: Value, isPair: Bool = false) -> [ObjectSelection] {
        var seen: Set<String> = []
        return (value.list("databases", atLeastOne: true) ?? []).compactMap { value in
            let object = readDatabase(value, isPair)
            if let object, !seen.insert(object.database).inserted {
                value.problem("found database '\(object.database)' again; allowed: each database once")
            }
            return object
        }
    }

    private static func readDatabase(_ value: Value, _ isPair: Bool) -> ObjectSelection? {
        guard let fields = value.fields(["database", "as", "tables", "views", "routines"]) else { return nil }
        let name = { (name: String) in fields[name].flatMap { database($0) } }
        guard fields.required("database", "the name of a database") != nil, let database = name("database") else {
            return nil
        }
        return ObjectSelection(
            database: database,
            mappedTo: name("as"),
            tables: fields["tables"].flatMap { readTables($0, isPair) },
            views: fields["views"].flatMap { names($0, of: "views", each: "the name of a view") },
            routines: fields["routines"].flatMap(readRoutines)
        )
    }

    private static func readRoutines(_ value: Value) -> RoutineSelection? {
        switch value.scalar {
        case "true": return .all
        case "false": return nil
        case .some(let found):
            value.problem("found '\(found)'; allowed: true, false, or a list of names of procedures and functions")
            return nil
        case nil:
            return names(value, of: "routines", each: "the name of a procedure or function").map(RoutineSelection.named)
        }
    }

    private static func database(_ value: Value) -> String? {
        guard let name = identifier(value, "the name of a database") else { return nil }
        guard !systemDatabases.contains(name.lowercased()) else {
            value.problem("found '\(name)', which belongs to the server or to DTS; allowed: a database of your own")
            return nil
        }
        return name
    }

    private static func readTables(_ value: Value, _ isPair: Bool) -> [TableSelection]? {
        var seen: Set<String> = []
        return value.list("tables")?.compactMap { value in
            let table = readTable(value, isPair)
            if let table, !seen.insert(table.name).inserted {
                value.problem("found table '\(table.name)' again; allowed: each table once")
            }
            return table
        }
    }

    private static func readTable(_ value: Value, _ isPair: Bool) -> TableSelection? {
        if value.scalar != nil { return identifier(value, "the name of a table").map { TableSelection(name: $0) } }
        guard let fields = value.fields(["name", "as", "where", "columns", "rename"]) else { return nil }
        guard
            let name = fields.required("name", "the name of a table").flatMap({ identifier($0, "the name of a table") })
        else {
            return nil
        }
        if isPair, let columns = fields["columns"] {
            columns.problem(
                "found a list of columns; not allowed in a pair: a row whose key changes on one side would lose the values of the columns "
                    + "that it leaves out on the other; 'rename' gives columns other names")
        }
        var rename: [String: String] = [:]
        let columns = fields["columns"].flatMap { ColumnsReader.columns($0, &rename) }
        if let names = fields["rename"] { ColumnsReader.rename(names, columns, &rename) }
        return TableSelection(
            name: name,
            mappedTo: fields["as"].flatMap { identifier($0, "the name of a table") },
            filter: fields["where"].flatMap(ColumnsReader.filter),
            columns: columns,
            rename: rename.isEmpty ? nil : rename
        )
    }

    private static func names(_ value: Value, of what: String, each: String, atLeastOne: Bool = false) -> [String]? {
        var seen: Set<String> = []
        return value.list(what, atLeastOne: atLeastOne)?.compactMap { value in
            let name = identifier(value, each)
            if let name, !seen.insert(name).inserted { value.problem("found '\(name)' again; allowed: each once") }
            return name
        }
    }

    /// Names of the server are at most 64 characters, without NUL.
    static func identifier(_ value: Value, _ what: String) -> String? {
        guard let name = value.text(what) else { return nil }
        guard name.unicodeScalars.count <= 64, !name.unicodeScalars.contains("\0") else {
            value.problem(
                "found a name of \(name.unicodeScalars.count) characters; allowed: \(what), 1 to 64 characters"
            )
            return nil
        }
        return name
    }
}
