import Yams

extension Value {
    /// A key that the user has chosen, and what it stands for.
    struct Entry {
        /// At the place of the key.
        let name: Value
        let value: Value
    }

    /// The entries of a mapping whose keys are names.
    /// - Parameter allowed: what the mapping holds, for the message.
    func entries(_ allowed: String) -> [Entry]? {
        guard case .mapping(let mapping) = node else {
            problem("\(found); allowed: a mapping of \(allowed)")
            return nil
        }
        var seen: [String: Int] = [:]
        return mapping.compactMap { key, node in
            guard case .scalar(let scalar) = key else {
                Value(node: key, path: path, report: report).problem("found a key that is not a word; allowed: \(allowed)")
                return nil
            }
            let name = report.repeated[scalar.string] ?? scalar.string
            let path = "\(path).\(name)"
            let place = Value(node: .scalar(Node.Scalar(name, scalar.tag, scalar.style, key.mark)), path: path, report: report)
            if let line = seen.updateValue(key.mark?.line ?? 1, forKey: name) {
                place.problem("found again; allowed: once, and line \(line) has it")
                return nil
            }
            return Entry(name: place, value: Value(node: node, path: path, report: report))
        }
    }

    func flag() -> Bool? {
        switch scalar {
        case "true": return true
        case "false": return false
        default:
            problem("\(found); allowed: true, false")
            return nil
        }
    }
}
