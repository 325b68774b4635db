package import SyncModel

/// What each task does with the changes that its source has from other servers.
package struct RoutePlan: Sendable {
    /// Towards one task, of the changes born on one server.
    package enum Verdict: Sendable, Hashable {
        case passesOn
        /// Another task brings them, straight from where they were born; they are passed on until it begins.
        case untilBegun(String)
        /// They reach the target by other tasks, of which the last is this.
        case blocked(String)
        /// Part of the tables one way, part another, which no task can keep apart.
        case ambiguous([String])
    }

    /// By task, then by the key of the server that the changes were born on.
    private var verdicts: [String: [String: Verdict]] = [:]
    /// By task and birthplace: the tasks by which the changes leave it on their way to the task.
    private let feeders: [String: [String: Set<String>]]
    private let graph: TaskGraph

    package init(_ graph: TaskGraph) {
        self.graph = graph
        let roots = Set(graph.tasks.filter(\.carriesRows).flatMap { graph.edges(of: $0).map(\.from) })
        // By task and birthplace: who brings each of the tables; the task itself where it does.
        var carriers: [String: [String: Set<String>]] = [:]
        var feeders: [String: [String: Set<String>]] = [:]
        for root in roots {
            let tree = RouteTree(root, graph)
            for task in graph.tasks where task.carriesRows && task.source != root.server && task.target != root.server {
                for edge in graph.edges(of: task) where tree.reaches(edge.from) && !tree.comes(to: edge.from, through: task.target) {
                    carriers[task.id, default: [:]][root.server, default: []].insert(tree.carrier(of: edge.to)?.id ?? task.id)
                    if let feeder = tree.feeder(of: edge.from) {
                        feeders[task.id, default: [:]][root.server, default: []].insert(feeder.id)
                    }
                }
            }
        }
        self.feeders = feeders
        for (task, origins) in carriers {
            for (origin, carriers) in origins { verdicts[task, default: [:]][origin] = verdict(task, origin, carriers) }
        }
    }

    private func verdict(_ task: String, _ origin: String, _ carriers: Set<String>) -> Verdict {
        if carriers == [task] { return .passesOn }
        let others = carriers.subtracting([task]).sorted()
        guard carriers.count == 1, let other = others.first else { return .ambiguous(others) }
        return graph.task(other)?.source == origin ? .untilBegun(other) : .blocked(other)
    }

    /// By the key of the server that the changes were born on.
    package func verdicts(of task: String) -> [String: Verdict] { verdicts[task] ?? [:] }

    /// Tasks that have passed on the changes of the task's source, in order of their names.
    package func tasksTakenOver(by task: GraphTask) -> [GraphTask] {
        Set(routes(of: task).takesOver.map(\.from)).compactMap(graph.task).sorted { $0.name < $1.name }
    }

    /// Whether changes of the task's source come to its target by others already.
    package func isFed(_ task: GraphTask) -> Bool {
        routes(of: task).takesOver.contains { graph.task($0.from)?.hasBegun == true && graph.task($0.feeder)?.hasBegun == true }
    }

    /// What the task's worker is told.
    package func routes(of task: GraphTask) -> TaskRoutes {
        var routes = TaskRoutes()
        for (origin, verdict) in verdicts(of: task.id) {
            switch verdict {
            case .passesOn: break
            case .untilBegun(let other): routes.direct.append(other)
            // What cannot be kept apart is refused by verification; passing it on as well would bring it twice.
            case .blocked, .ambiguous: routes.blocked.append(origin)
            }
        }
        for (other, origins) in verdicts where origins[task.source] == .untilBegun(task.id) {
            for feeder in feeders[other]?[task.source] ?? [] { routes.takesOver.append(TaskRoutes.TakeOver(from: other, feeder: feeder)) }
        }
        routes.blocked.sort()
        routes.direct.sort()
        routes.takesOver.sort { ($0.from, $0.feeder) < ($1.from, $1.feeder) }
        return routes
    }
}
