import SyncModel

/// All tasks as the ways that changes go from server to server, table by table.
package struct TaskGraph: Sendable {
    /// One table that a task carries.
    package struct Edge: Sendable, Hashable {
        package var from: TableNode
        package var to: TableNode
    }

    /// Oldest first.
    package let tasks: [GraphTask]
    private let edges: [String: [Edge]]

    package init(_ tasks: [GraphTask]) {
        let sorted = tasks.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        self.tasks = sorted
        var names: Set<String> = []
        for selection in sorted.flatMap(\.objects) {
            for table in selection.tables ?? [] { names.formUnion([table.name, table.mappedTo ?? table.name]) }
            names.formUnion(selection.views ?? [])
        }
        let known = names.sorted().map(Optional.some) + [nil]
        var edges: [String: [Edge]] = [:]
        for task in sorted {
            edges[task.id] = task.objects.flatMap { selection in
                known.compactMap { name in
                    Self.target(of: name, in: selection).map { target in
                        Edge(
                            from: TableNode(server: task.source, database: selection.database, table: name),
                            to: TableNode(server: task.target, database: selection.mappedTo ?? selection.database, table: target))
                    }
                }
            }
        }
        self.edges = edges
    }

    package func task(_ id: String) -> GraphTask? { tasks.first { $0.id == id } }

    package func edges(of task: GraphTask) -> [Edge] { edges[task.id] ?? [] }

    /// The name on the target; nil when the selection does not have it. The outer nil of `name` stands for all others.
    private static func target(of name: String?, in selection: ObjectSelection) -> String?? {
        guard selection.tables != nil || selection.views != nil else { return .some(name) }
        guard let name else { return nil }
        if let table = selection.tables?.first(where: { $0.name == name }) { return .some(table.mappedTo ?? table.name) }
        return selection.views?.contains(name) == true ? .some(name) : nil
    }
}
