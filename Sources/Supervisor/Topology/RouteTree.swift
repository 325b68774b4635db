/// The one way by which the changes of one table of one server reach each table elsewhere.
///
/// A task straight from that server always carries its changes. Beyond that the oldest way stays, so that what runs is not
/// changed by what is added.
struct RouteTree {
    let root: TableNode
    /// By table: the task that brings the changes there.
    private(set) var parents: [TableNode: String] = [:]

    init(_ root: TableNode, _ graph: TaskGraph) {
        self.root = root
        var older: [GraphTask] = []
        var direct: Set<TableNode> = []
        for task in graph.tasks where task.carriesRows {
            older.append(task)
            for edge in graph.edges(of: task) where edge.from == root && edge.to.server != root.server && direct.insert(edge.to).inserted {
                parents[edge.to] = task.id
            }
            while extend(older, graph) {}
        }
    }

    /// Goes one step further. A way that leads back to where it began is none.
    private mutating func extend(_ tasks: [GraphTask], _ graph: TaskGraph) -> Bool {
        var found = false
        for task in tasks {
            for edge in graph.edges(of: task)
            where reaches(edge.from) && edge.to.server != root.server && parents[edge.to] == nil {
                parents[edge.to] = task.id
                found = true
            }
        }
        return found
    }

    /// Whether the changes have come to a table by way of a server, which therefore has them.
    func comes(to node: TableNode, through server: String, _ graph: TaskGraph) -> Bool {
        var node = node
        while node != root {
            if node.server == server { return true }
            guard let task = parents[node].flatMap({ graph.task($0) }), let edge = graph.edges(of: task).first(where: { $0.to == node && reaches($0.from) })
            else { return false }
            node = edge.from
        }
        return node.server == server
    }

    /// The task by which the changes leave the server that they were born on, on their way to a table.
    func feeder(of node: TableNode, _ graph: TaskGraph) -> String? {
        var node = node
        var last: String?
        while node != root {
            guard let parent = parents[node], let task = graph.task(parent),
                let edge = graph.edges(of: task).first(where: { $0.to == node && reaches($0.from) })
            else { return nil }
            last = parent
            node = edge.from
        }
        return last
    }

    func reaches(_ node: TableNode) -> Bool { node == root || parents[node] != nil }
}
