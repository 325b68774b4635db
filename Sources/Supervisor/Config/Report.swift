import Yams

/// Gathers the problems of one file while it is read, so that all are told at once.
final class Report {
    private(set) var problems: [InvalidFile.Problem] = []
    /// Stand-ins for keys that are in a mapping more than once, and what is written there. See ``Document``.
    var repeated: [String: String] = [:]

    func add(_ mark: Mark?, _ field: String, _ message: String) {
        problems.append(.init(line: mark?.line ?? 1, column: mark?.column ?? 1, field: field, message: message))
    }

    /// - Throws: when anything was added.
    func finish(file: String) throws(InvalidFile) {
        guard !problems.isEmpty else { return }
        throw InvalidFile(file: file, problems: problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
}
