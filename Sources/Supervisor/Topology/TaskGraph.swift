import SyncModel

/// Tasks as the ways that changes go from server to server, table by table.
package struct TaskGraph: Sendable {
    /// One table that a task carries.
    package struct Edge: Sendable, Hashable {
        package var from: TableNode
        package var to: TableNode
    }

    /// A step from a table by a task.
    struct Step: Sendable {
        /// Place in ``TaskGraph/tasks``.
        var task: Int
        var to: TableNode
    }

    /// Oldest first.
    package let tasks: [GraphTask]
    private let places: [String: Int]
    private let edges: [[Edge]]
    /// By the table that they begin at; of tasks that carry rows.
    private let steps: [TableNode: [Step]]

    package init(_ tasks: [GraphTask]) {
        let sorted = tasks.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        var names: Set<String> = []
        for selection in sorted.flatMap(\.objects) {
            for table in selection.tables ?? [] { names.formUnion([table.name, table.mappedTo ?? table.name]) }
            names.formUnion(selection.views ?? [])
        }
        let known = names.sorted().map(Optional.some) + [nil]
        edges = sorted.map { task in
            task.objects.flatMap { selection in
                known.compactMap { name in
                    Self.target(of: name, in: selection).map { target in
                        Edge(
                            from: TableNode(server: task.source, database: selection.database, table: name),
                            to: TableNode(server: task.target, database: selection.mappedTo ?? selection.database, table: target))
                    }
                }
            }
        }
        var steps: [TableNode: [Step]] = [:]
        for (place, task) in sorted.enumerated() where task.carriesRows {
            for edge in edges[place] { steps[edge.from, default: []].append(Step(task: place, to: edge.to)) }
        }
        self.steps = steps
        places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.id, $0) })
        self.tasks = sorted
    }

    /// Those that have to do with each other, directly or by others: they share a database on a server.
    package static func groups(_ tasks: [GraphTask]) -> [[GraphTask]] {
        var groups: [[GraphTask]] = []
        var databases: [Set<String>] = []
        for task in tasks {
            let own = Set(
                task.objects.flatMap { ["\(task.source) \($0.database)", "\(task.target) \($0.mappedTo ?? $0.database)"] })
            var (group, all) = ([task], own)
            for index in groups.indices.reversed() where !databases[index].isDisjoint(with: own) {
                group += groups.remove(at: index)
                all.formUnion(databases.remove(at: index))
            }
            groups.append(group)
            databases.append(all)
        }
        return groups
    }

    package func task(_ id: String) -> GraphTask? { places[id].map { tasks[$0] } }

    package func edges(of task: GraphTask) -> [Edge] { places[task.id].map { edges[$0] } ?? [] }

    func edges(at place: Int) -> [Edge] { edges[place] }

    func steps(from table: TableNode) -> [Step] { steps[table] ?? [] }

    /// The name on the target; nil when the selection does not have it. The outer nil of `name` stands for all others.
    private static func target(of name: String?, in selection: ObjectSelection) -> String?? {
        guard selection.tables != nil || selection.views != nil else { return .some(name) }
        guard let name else { return nil }
        if let table = selection.tables?.first(where: { $0.name == name }) { return .some(table.mappedTo ?? table.name) }
        return selection.views?.contains(name) == true ? .some(name) : nil
    }
}
