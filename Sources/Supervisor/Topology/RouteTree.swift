/// The one way by which the changes of one table of one server reach each table elsewhere.
///
/// A task straight from that server always carries its changes. Beyond that the oldest way stays, so that what runs is not
/// changed by what is added.
struct RouteTree {
    /// The last step of the way to a table.
    private struct Arrival {
        /// Place in ``TaskGraph/tasks``.
        var task: Int
        var from: TableNode
    }

    let root: TableNode
    private let graph: TaskGraph
    private var arrivals: [TableNode: Arrival] = [:]

    init(_ root: TableNode, _ graph: TaskGraph) {
        self.root = root
        self.graph = graph
        var direct: Set<TableNode> = []
        for (place, task) in graph.tasks.enumerated() where task.carriesRows {
            for edge in graph.edges(at: place) where edge.to.server != root.server && reaches(edge.from) {
                let isDirect = edge.from == root && direct.insert(edge.to).inserted
                let isNew = arrivals[edge.to] == nil
                guard isDirect || isNew else { continue }
                arrivals[edge.to] = Arrival(task: place, from: edge.from)
                if isNew { extend(from: edge.to, upTo: place) }
            }
        }
    }

    /// Goes on from a table that has just been reached, by the tasks that are there so far. A way that leads back to where it
    /// began is none.
    private mutating func extend(from table: TableNode, upTo newest: Int) {
        var open = [table]
        while let table = open.popLast() {
            for step in graph.steps(from: table)
            where step.task <= newest && step.to.server != root.server && arrivals[step.to] == nil {
                arrivals[step.to] = Arrival(task: step.task, from: table)
                open.append(step.to)
            }
        }
    }

    func reaches(_ node: TableNode) -> Bool { node == root || arrivals[node] != nil }

    /// The task that brings the changes to a table.
    func carrier(of node: TableNode) -> GraphTask? { arrivals[node].map { graph.tasks[$0.task] } }

    /// Whether the changes have come to a table by way of a server, which therefore has them.
    func comes(to node: TableNode, through server: String) -> Bool {
        var node = node
        while node.server != server {
            guard let arrival = arrivals[node] else { return false }
            node = arrival.from
        }
        return true
    }

    /// The task by which the changes leave the server that they were born on, on their way to a table.
    func feeder(of node: TableNode) -> GraphTask? {
        var (node, last) = (node, GraphTask?.none)
        while let arrival = arrivals[node] {
            last = graph.tasks[arrival.task]
            node = arrival.from
        }
        return last
    }
}
