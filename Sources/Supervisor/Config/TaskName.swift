import SyncModel

/// Names of tasks and pairs in files.
enum TaskName {
    static func read(_ value: Value, maximumLength: Int = Naming.maximumLength) -> String? {
        let rule = Naming.rule(maximumLength: maximumLength)
        guard let name = value.text(rule) else { return nil }
        guard Naming.isValid(name, maximumLength: maximumLength) else {
            value.problem("\(value.found); allowed: \(rule)")
            return nil
        }
        return name
    }

    /// For a task without a name: what it syncs, from where, and six letters that no other task has.
    static func generated(for spec: TaskSpec) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let unique = String((0..<6).map { _ in letters[Int.random(in: letters.indices)] })
        let parts = [spec.objects.first?.database, spec.source.host ?? "local"].compactMap(\.self)
        let readable = parts.joined(separator: "-").utf8.map { Naming.isAllowed($0) ? $0 : UInt8(ascii: "-") }
        let kept = readable.drop { !Naming.isValid(String(decoding: [$0], as: UTF8.self)) }.prefix(Naming.maximumLength - 7)
        return kept.isEmpty ? "task-\(unique)" : "\(String(decoding: kept, as: UTF8.self))-\(unique)"
    }
}
