import SyncModel
import Yams

/// Reads which rows and columns of a table are synced, and what columns are called on the target.
enum ColumnsReader {
    /// A list of names, or of `{name: …, as: …}`.
    ///
    /// - Parameter rename: gets the names on the target.
    static func columns(_ value: Value, _ rename: inout [String: String]) -> [String]? {
        guard let list = value.list("columns", atLeastOne: true) else { return nil }
        var result: [String] = []
        for value in list {
            var name: String?
            if value.isMapping {
                guard let fields = value.fields(["name", "as"]) else { continue }
                name = fields.required("name", "the name of a column").flatMap(column)
                if let name, let other = fields["as"].flatMap(column) { rename[name] = other }
            } else {
                name = column(value)
            }
            guard let name else { continue }
            if result.contains(where: { $0.lowercased() == name.lowercased() }) {
                value.problem("found '\(name)' again; allowed: each once")
            }
            result.append(name)
        }
        return result
    }

    /// `{id: ident, …}`.
    ///
    /// - Parameter columns: those that are synced; nil: all.
    static func rename(_ value: Value, _ columns: [String]?, _ rename: inout [String: String]) {
        guard case .mapping(let mapping) = value.node, !mapping.isEmpty else {
            return value.problem("\(value.found); allowed: a mapping of columns to their names on the target")
        }
        for (key, node) in mapping {
            let name = Value(node: key, path: value.path, report: value.report)
            guard let old = column(name),
                let new = column(Value(node: node, path: "\(value.path).\(old)", report: value.report))
            else { continue }
            if rename.keys.contains(where: { $0.lowercased() == old.lowercased() }) {
                name.problem("found '\(old)' again; allowed: each column once")
            }
            if let columns, !columns.contains(where: { $0.lowercased() == old.lowercased() }) {
                name.problem("found '\(old)', which 'columns' leaves out; allowed: columns that are synced")
            }
            rename[old] = new
        }
        let targets = rename.values.map { $0.lowercased() }
        if let twice = targets.sorted().first(where: { name in targets.count { $0 == name } > 1 }) {
            value.problem("found '\(twice)' for two columns; allowed: a name of its own for each")
        }
    }

    /// A condition that can be read; its columns are known to verification only.
    static func filter(_ value: Value) -> String? {
        guard let text = value.text("an SQL condition") else { return nil }
        do throws(FilterProblem) {
            _ = try RowFilter(text)
        } catch {
            value.problem("\(error)")
        }
        return text
    }

    private static func column(_ value: Value) -> String? { ObjectsReader.identifier(value, "the name of a column") }
}
