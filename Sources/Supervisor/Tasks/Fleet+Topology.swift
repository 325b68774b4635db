package import SupervisorTopology
package import SyncModel

/// The graph of all tasks.
extension Fleet {
    /// What follows for one task from all others.
    package struct Surroundings: Sendable {
        package var routes = TaskRoutes()
        /// Other tasks bring the changes of its source to its target already.
        package var isFedAlready = false
        var checks: GraphChecks?

        /// Items of its verification. Worked out when they are asked for: a worker that starts needs only the routes.
        package var items: [CheckItem] { checks?.items ?? [] }
    }

    /// - Parameter changed: what tasks would be like, by identifier; all others are as they are.
    func surroundings(of id: String, as changed: [String: TaskSpec] = [:]) async -> Surroundings {
        var snapshots = await snapshots()
        for index in snapshots.indices {
            if let spec = changed[snapshots[index].id] { snapshots[index].spec = spec }
        }
        let topology = Topology(snapshots)
        guard let graph = topology.graph(around: id), let task = graph.task(id) else { return Surroundings() }
        let plan = RoutePlan(graph)
        let names = topology.names
        return Surroundings(
            routes: plan.routes(of: task), isFedAlready: plan.isFed(task), checks: GraphChecks(graph, plan, of: task) { names[$0] ?? $0 })
    }

    /// Before a task begins, or goes on: all others give up what comes to their targets by it, or by the graph that it is part
    /// of. One that does not run does so when it starts.
    ///
    /// - Returns: why one of them could not.
    func tellOthers(of id: String) async -> Failure? {
        guard let graph = await topology().graph(around: id), graph.tasks.count > 2 else { return nil }
        let plan = RoutePlan(graph)
        for other in graph.tasks where other.id != id {
            guard let task = allTasks().first(where: { $0.id == other.id }) else { continue }
            do throws(Failure) { try await task.follow(plan.routes(of: other)) } catch { return error }
        }
        return nil
    }

    /// All tasks but those that are stopped for good, with their servers.
    package func topology() async -> Topology {
        Topology(await snapshots())
    }

    private func snapshots() async -> [TaskSnapshot] {
        var snapshots: [TaskSnapshot] = []
        for task in allTasks() { snapshots.append(await task.snapshot) }
        return snapshots
    }
}

/// The graph of all tasks at one moment.
package struct Topology: Sendable {
    package let edges: [GraphTask]
    /// By identifier.
    package let tasks: [String: TaskSnapshot]
    /// Names for people, by the servers' keys in the graph.
    package let names: [String: String]

    init(_ snapshots: [TaskSnapshot]) {
        var seen: Set<String> = []
        let living = snapshots.filter { $0.desired != .stopped && $0.desired != .gone && seen.insert($0.id).inserted }
        var servers = ServerNames()
        for task in living {
            servers.learn(task.spec.source, task.source)
            servers.learn(task.spec.target, task.target)
        }
        var names: [String: String] = [:]
        edges = living.map { task in
            let source = servers.key(task.spec.source, task.source)
            let target = servers.key(task.spec.target, task.target)
            for (key, endpoint) in [(source, task.spec.source), (target, task.spec.target)] where names[key] == nil {
                names[key] = endpoint.address
            }
            return GraphTask(
                id: task.id, name: task.name, source: source, target: target, objects: task.spec.objects, sql: task.spec.sql,
                conflict: task.spec.conflict, initialization: task.spec.initialization, hasBegun: task.phase != nil || task.state == .running,
                createdAt: task.createdAt)
        }
        tasks = Dictionary(uniqueKeysWithValues: living.map { ($0.id, $0) })
        self.names = names
    }

    /// The tasks that a task has to do with, itself and the other half of its pair among them; nil when it is not there.
    /// One that was never started is in nobody's way, and learns of the others when it starts.
    func graph(around id: String) -> TaskGraph? {
        let pair = tasks[id]?.pair?.pair
        let counting = edges.filter { edge in
            guard let task = tasks[edge.id] else { return false }
            return edge.id == id || (pair != nil && task.pair?.pair == pair) || !task.hasNotStarted || task.state == .verifying
        }
        return TaskGraph.groups(counting).first { $0.contains { $0.id == id } }.map { TaskGraph($0) }
    }

    /// What each task does with the changes that its source has from other servers, by task, then by the server that they
    /// were born on.
    package var verdicts: [String: [String: RoutePlan.Verdict]] {
        var verdicts: [String: [String: RoutePlan.Verdict]] = [:]
        for group in TaskGraph.groups(edges) {
            let plan = RoutePlan(TaskGraph(group))
            for task in group { verdicts[task.id] = plan.verdicts(of: task.id) }
        }
        return verdicts
    }
}
