import SupervisorAPI
import SupervisorTasks
import SupervisorTopology
import SyncModel

extension TopologyView {
    init(_ topology: Topology) {
        let names = topology.names
        func name(_ server: String) -> String { names[server] ?? server }
        var servers: [String: Server] = [:]
        for task in topology.edges {
            guard let snapshot = topology.tasks[task.id] else { continue }
            for (key, endpoint, facts) in [
                (task.source, snapshot.spec.source, snapshot.source), (task.target, snapshot.spec.target, snapshot.target),
            ] {
                var server = servers[key] ?? Server(id: key, addresses: [], type: endpoint.type, server: nil)
                for address in endpoint.single.map(\.address) where !server.addresses.contains(address) { server.addresses.append(address) }
                server.server = server.server ?? facts?.server
                servers[key] = server
            }
        }
        let verdicts = topology.verdicts
        let edges = topology.edges.compactMap { task in
            topology.tasks[task.id].map { Edge(task, $0, verdicts[task.id] ?? [:], topology) }
        }
        self.init(servers: servers.values.sorted { name($0.id) < name($1.id) }, tasks: edges.sorted { $0.name < $1.name })
    }
}

extension TopologyView.Edge {
    fileprivate init(_ task: GraphTask, _ snapshot: TaskSnapshot, _ verdicts: [String: RoutePlan.Verdict], _ topology: Topology) {
        func names(_ tasks: [String]) -> [String] { tasks.compactMap { topology.tasks[$0]?.name }.sorted() }
        let routes = verdicts.sorted { $0.key < $1.key }.map { origin, verdict in
            switch verdict {
            case .passesOn: TopologyView.Route(origin: origin, decision: .passesOn, by: [])
            case .untilBegun(let other): TopologyView.Route(origin: origin, decision: .untilBegun, by: names([other]))
            case .blocked(let other): TopologyView.Route(origin: origin, decision: .leavesOut, by: names([other]))
            case .ambiguous(let others): TopologyView.Route(origin: origin, decision: .leavesOut, by: names(others))
            }
        }
        self.init(
            name: snapshot.name, pair: snapshot.pair?.pair, source: task.source, target: task.target,
            databases: task.objects.map { object in object.mappedTo.map { "\(object.database) as \($0)" } ?? object.database }.sorted(),
            state: snapshot.state,
            phase: snapshot.phase, lagMs: snapshot.lagMs, ddl: task.sql.ddl != .none, routes: routes)
    }
}
