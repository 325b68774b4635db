import SyncModel
import SyncMySQL
import WorkerFilter
import WorkerSchema

/// Whether the rows and columns that the task's file chooses can be told exactly.
enum SelectionChecks {
    static let all: [Check] = [rows, columns, cascades]

    private static let rows = Check(
        "row-filters",
        needs: [.source],
        "conditions over synced columns, whose types are compared without conversion"
    ) { scope in
        var found: [Failure] = []
        let chosen = scope.chosen { $0.filter != nil }
        for (name, table) in chosen {
            guard let text = table.filter, let definition = try scope.definition(name) else { continue }
            do throws(Failure) {
                _ = try CompiledFilter(text, of: definition)
            } catch {
                found.append(error)
            }
            let columns = ColumnMap(table)
            let missing = (try? RowFilter(text))?.columns.filter { columns.target(of: $0) == nil }.sorted() ?? []
            if !missing.isEmpty {
                found.append(
                    Failure(
                        .invalidFile, "the filter of table \(name) names \(missing.joined(separator: ", ")), which 'columns' leaves out",
                        remedy: "add the columns to 'columns', or take them out of 'where'"))
            }
        }
        if let first = found.first {
            return .fail(first.code, listed(found.map(\.message)), remedy: first.remedy)
        }
        if scope.pair != nil, !chosen.isEmpty {
            return .alarm(
                "in a pair, a row that belongs to the filter on one side may meet one with its key on the other side that does not: "
                    + listed(chosen.map(\.name.description)) + "; such a conflict can leave the sides with different rows",
                remedy: "give rows inside and outside of the filter keys of their own")
        }
        return .pass(chosen.isEmpty ? "all rows are synced" : "\(chosen.count) tables have one")
    }

    private static let columns = Check(
        "column-selection",
        needs: [.source],
        "columns that the tables have, keys among them, each with a name of its own"
    ) { scope in
        var found: [String] = []
        let chosen = scope.chosen { !ColumnMap($0).isIdentity }
        for (name, table) in chosen {
            let columns = ColumnMap(table)
            if scope.pair != nil, columns.isPartial {
                found.append("\(name): a pair cannot leave out columns, whose values would be lost when the other side changes a row's key")
            }
            guard let definition = try scope.definition(name), let obstacle = columns.obstacle(in: definition) else { continue }
            found.append("\(name): \(obstacle)")
        }
        return found.isEmpty
            ? .pass(chosen.isEmpty ? "all columns are synced by their names" : "\(chosen.count) tables with columns of choice")
            : .fail(.unsupported, listed(found), remedy: "correct 'columns' and 'rename' in the task's file")
    }

    /// What a foreign key changes without a trace in the log is done again on the target, where other rows may be.
    private static let cascades = Check(
        "selection-cascades",
        needs: [.source],
        "no foreign keys that change rows unseen between tables of which only a part is synced"
    ) { scope in
        if try scope.profile(.source).logsCascades { return .pass("the server logs them") }
        let chosen = Set(scope.chosen { $0.filter != nil || !ColumnMap($0).isIdentity }.map(\.name))
        if chosen.isEmpty { return .pass("tables are synced as a whole") }
        let keys = try SchemaReader(try scope.session(.source)).cascadingKeys().filter {
            chosen.contains($0.child) || chosen.contains($0.parent)
        }
        return keys.isEmpty
            ? .pass("there are none")
            : .fail(
                .unsupported,
                "the server does not log what these change: " + listed(keys.map { "\($0.child) to \($0.parent)" }),
                remedy: "recreate them with NO ACTION or RESTRICT and change the child rows in the application, use MySQL 9.6 or newer, "
                    + "or sync the tables as a whole")
    }
}

extension VerifyScope {
    /// Tables of the task's file, by their names on the source.
    fileprivate func chosen(_ isChosen: (TableSelection) -> Bool) -> [(name: TableName, table: TableSelection)] {
        spec.objects.flatMap { object in
            (object.tables ?? []).filter(isChosen).map { (TableName(database: object.database, table: $0.name), $0) }
        }
    }
}
