import Yams

/// The fields of one mapping.
struct Fields {
    private let mark: Mark?
    private let path: String
    private let report: Report
    private var values: [String: Value] = [:]

    init(_ mapping: Node.Mapping, at place: Value, allowed: [String]) {
        mark = mapping.mark
        path = place.path
        report = place.report
        var seen: [String: Mark?] = [:]
        for (key, node) in mapping {
            guard case .scalar(let scalar) = key else {
                report.add(key.mark, path, "found a key that is not a word; allowed: \(allowed.joined(separator: ", "))")
                continue
            }
            let name = report.repeated[scalar.string] ?? scalar.string
            if let first = seen.updateValue(key.mark, forKey: name) {
                report.add(key.mark, field(name), "found again; allowed: once, and line \(first?.line ?? 1) has it")
            } else if allowed.contains(name) {
                values[name] = Value(node: node, path: field(name), report: report)
            } else {
                let hint = Spelling.nearest(to: name, in: allowed).map { "; did you mean '\($0)'?" } ?? ""
                report.add(key.mark, field(name), "unknown field\(hint); allowed: \(allowed.joined(separator: ", "))")
            }
        }
    }

    /// nil when the field is not there.
    subscript(_ name: String) -> Value? { values[name] }

    /// - Parameter what: what has to be there, for the message.
    func required(_ name: String, _ what: String) -> Value? {
        if let value = values[name] { return value }
        missing(name, what)
        return nil
    }

    func missing(_ name: String, _ what: String) {
        report.add(mark, field(name), "missing; required: \(what)")
    }

    private func field(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
