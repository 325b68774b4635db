extension [ObjectSelection] {
    /// `FIELD: reason` of each field that cannot become as in `new`, once these are what the target has: tables may come and
    /// go; what stays has to mean the same rows and the same place on the target.
    package func refusals(of new: [ObjectSelection]) -> [String] {
        new.flatMap { after in first { $0.database == after.database }?.refusals(of: after) ?? [] }
    }

    /// Whether `new` selects tables that these do not, be they there or not.
    package func growsTo(_ new: [ObjectSelection]) -> Bool {
        new.contains { after in first { $0.database == after.database }.map { $0.growsTo(after) } ?? true }
    }
}

extension ObjectSelection {
    fileprivate func refusals(of after: ObjectSelection) -> [String] {
        var refusals: [String] = []
        let field = "objects.\(database)"
        if mappedTo ?? database != after.mappedTo ?? database {
            refusals.append("\(field).as: its tables are on the target under the other name")
        }
        if routines != after.routines {
            refusals.append("\(field).routines: they were copied when the task began and are not followed")
        }
        let named = Set((tables ?? []).map(\.name) + (after.tables ?? []).map(\.name))
        for name in named.sorted() {
            guard let old = selection(of: name), let new = after.selection(of: name) else { continue }
            refusals += old.refusals(of: new).map { "\(field).\(name).\($0)" }
        }
        return refusals
    }

    fileprivate func growsTo(_ after: ObjectSelection) -> Bool {
        if let tables = after.tables { return tables.contains { selection(of: $0.name) == nil } }
        let (hadAll, hasAll) = (tables == nil && views == nil, after.views == nil)
        return hasAll && !hadAll
    }

    /// What is said of a table; nil when it is not selected.
    private func selection(of table: String) -> TableSelection? {
        if let tables { return tables.first { $0.name == table } }
        return views == nil ? TableSelection(name: table) : nil
    }
}

extension TableSelection {
    fileprivate func refusals(of new: TableSelection) -> [String] {
        var refusals: [String] = []
        if mappedTo ?? name != new.mappedTo ?? name { refusals.append("as: it is on the target under the other name") }
        if filter != new.filter { refusals.append("where: the target holds the rows of the filter that it began with") }
        if columns != new.columns { refusals.append("columns: the target holds the columns that it began with") }
        if rename ?? [:] != new.rename ?? [:] { refusals.append("rename: the target has the columns by the names that it began with") }
        return refusals
    }
}
