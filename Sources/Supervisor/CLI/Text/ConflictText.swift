import SupervisorAPI
import SyncModel

/// Conflicts for people.
enum ConflictText {
    static func list(_ page: ConflictPage) -> String {
        let notes = page.missed == 0 ? "" : "\n\(page.missed) more are in no list: a target keeps the newest 10000 of a task, and these were not told before"
        guard !page.conflicts.isEmpty else { return "no conflicts\(notes)" }
        let head = ["ID", "AT", "TASK", "CLASS", "TABLE", "KEY", "DECISION"]
        let rows = page.conflicts.map { conflict in
            [
                conflict.id, conflict.at?.description ?? "-", conflict.task, conflict.kind?.rawValue ?? conflict.error?.code.rawValue ?? "-",
                tableName(conflict), key(conflict), decision(conflict),
            ]
        }
        let table = Table.rows([head] + rows)
        guard page.more, let last = page.conflicts.last else { return table + notes }
        return "\(table)\nolder ones: --before \(last.id)\(notes)"
    }

    static func details(_ conflict: ConflictView) -> String {
        var facts = [
            ["task", conflict.task], ["class", conflict.kind?.rawValue ?? "-"],
            ["table", tableName(conflict)],
            ["key", key(conflict)], ["at", conflict.at?.description ?? "-"], ["decision", decision(conflict)],
        ]
        if let error = conflict.error {
            facts += [["error", "\(error.code.rawValue): \(error.message)"], ["remedy", error.remedy]]
            return "\(conflict.id)\n\(Table.rows(facts, indent: "  "))"
        }
        let names = [conflict.position.gtid, conflict.position.file.map { "\($0):\(conflict.position.offset ?? 0)" }]
        facts.append(["position", names.compactMap(\.self).joined(separator: ", ")])
        return "\(conflict.id)\n\(Table.rows(facts, indent: "  "))\n\n\(Table.rows(values(conflict), indent: "  "))"
    }

    /// One line for each column: what the source had, what it has, what the target had.
    private static func values(_ conflict: ConflictView) -> [[String]] {
        let rows = [conflict.before, conflict.after, conflict.current]
        var columns: [String] = []
        for field in rows.compactMap(\.self).joined() where !columns.contains(field.column) {
            columns.append(field.column)
        }
        return [["COLUMN", "SOURCE BEFORE", "SOURCE AFTER", "TARGET"]]
            + columns.map { column in [column] + rows.map { cell($0, column) } }
    }

    private static func cell(_ row: [NamedField]?, _ column: String) -> String {
        guard let row else { return "(no row)" }
        guard let field = row.first(where: { $0.column == column }) else { return "" }
        return field.value ?? "NULL"
    }

    private static func tableName(_ conflict: ConflictView) -> String {
        conflict.error == nil ? "\(conflict.database).\(conflict.table)" : "-"
    }

    private static func key(_ conflict: ConflictView) -> String {
        conflict.key.map { "\($0.column)=\($0.value ?? "NULL")" }.joined(separator: ", ")
    }

    private static func decision(_ conflict: ConflictView) -> String {
        conflict.resolved ? conflict.decision.rawValue : "\(conflict.decision.rawValue), unresolved"
    }
}
