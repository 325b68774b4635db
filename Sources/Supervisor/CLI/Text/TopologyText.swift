import SupervisorAPI
import SyncModel

/// The graph of all tasks for people: each server with what leaves it.
enum TopologyText {
    static func graph(_ topology: TopologyView) -> String {
        guard !topology.servers.isEmpty else { return "no tasks" }
        let names = Dictionary(
            topology.servers.map { ($0.id, $0.addresses.first ?? $0.id) }, uniquingKeysWith: { first, _ in first })
        func name(_ server: String) -> String { names[server] ?? server }
        return topology.servers.map { server in
            let head = [server.addresses.joined(separator: ", "), server.type.rawValue, server.server].compactMap(\.self)
            let tasks = topology.tasks.filter { $0.source == server.id }
            let rows = tasks.flatMap { task in
                [row(task, name)] + task.routes.map { ["", "", "  \(words($0, name))"] }
            }
            return head.joined(separator: "  ") + (rows.isEmpty ? "" : "\n\(Table.rows(rows, indent: "  "))")
        }.joined(separator: "\n")
    }

    private static func row(_ task: TopologyView.Edge, _ name: (String) -> String) -> [String] {
        let state = task.phase.map { "\(task.state.rawValue), \($0.rawValue)" } ?? task.state.rawValue
        return [
            "→ \(name(task.target))", task.name, task.databases.joined(separator: ", "), state, "lag \(Quantity.milliseconds(task.lagMs))",
            task.ddl ? "DDL" : "",
        ]
    }

    private static func words(_ route: TopologyView.Route, _ name: (String) -> String) -> String {
        let others = route.by.joined(separator: ", ")
        return switch route.decision {
        case .passesOn: "passes on changes of \(name(route.origin))"
        case .untilBegun: "passes on changes of \(name(route.origin)) until \(others) has begun"
        case .leavesOut: "leaves changes of \(name(route.origin)) to \(others)"
        }
    }
}
