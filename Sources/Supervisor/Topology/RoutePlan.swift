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
    /// By task and birthplace: by which tasks the changes leave it, and come to the task's source.
    private let feeders: [String: [String: Set<Feeding>]]
    private let graph: TaskGraph

    package init(_ graph: TaskGraph) {
        self.graph = graph
        // Between two servers nothing is passed on.
        guard Set(graph.tasks.flatMap { [$0.source, $0.target] }).count > 2 else {
            feeders = [:]
            return
        }
        let roots = Set(graph.tasks.filter(\.carriesRows).flatMap { graph.edges(of: $0).map(\.from) })
        // By task and birthplace: who brings each of the tables; the task itself where it does.
        var carriers: [String: [String: Set<Carrier>]] = [:]
        var feeders: [String: [String: Set<Feeding>]] = [:]
        for root in roots {
            let tree = RouteTree(root, graph)
            for task in graph.tasks where task.carriesRows && task.source != root.server && task.target != root.server {
                for edge in graph.edges(of: task) where tree.reaches(edge.from) && !tree.comes(to: edge.from, through: task.target) {
                    carriers[task.id, default: [:]][root.server, default: []].insert(Self.carrier(task, edge, tree, graph))
                    if let feeder = tree.feeder(of: edge.from), let via = tree.carrier(of: edge.from) {
                        feeders[task.id, default: [:]][root.server, default: []].insert(Feeding(first: feeder.id, last: via.id))
                    }
                }
            }
        }
        self.feeders = feeders
        for (task, origins) in carriers {
            for (origin, carriers) in origins { verdicts[task, default: [:]][origin] = verdict(task, origin, carriers) }
        }
    }

    private struct Carrier: Hashable {
        var task: String
        /// Whether it carries the same of the table as the task in question.
        var carriesSame: Bool
    }

    private struct Feeding: Hashable {
        var first: String
        var last: String
    }

    /// Who brings a table's changes: the task itself, or another.
    private static func carrier(
        _ task: GraphTask, _ edge: TaskGraph.Edge, _ tree: RouteTree, _ graph: TaskGraph
    ) -> Carrier {
        guard let carrier = tree.carrier(of: edge.to), carrier.id != task.id else { return Carrier(task: task.id, carriesSame: true) }
        let other = graph.edges(of: carrier).first { $0.to == edge.to }?.from ?? edge.from
        return Carrier(task: carrier.id, carriesSame: carrier.part(of: other) == task.part(of: edge.from))
    }

    private func verdict(_ task: String, _ origin: String, _ carriers: Set<Carrier>) -> Verdict {
        let others = Set(carriers.map(\.task)).subtracting([task]).sorted()
        if others.isEmpty { return .passesOn }
        guard carriers.count == 1, carriers.allSatisfy(\.carriesSame), let other = others.first, feeders[task]?[origin]?.count ?? 0 < 2
        else { return .ambiguous(others) }
        return graph.task(other)?.source == origin ? .untilBegun(other) : .blocked(other)
    }

    /// By the key of the server that the changes were born on.
    package func verdicts(of task: String) -> [String: Verdict] { verdicts[task] ?? [:] }

    /// Tasks that have passed on the changes of the task's source, in order of their names.
    package func tasksTakenOver(by task: GraphTask) -> [GraphTask] {
        Set(routes(of: task).takesOver.map(\.from)).compactMap(graph.task).sorted { $0.name < $1.name }
    }

    /// Tasks that have begun to bring changes to the target which the task's source has, too: from other servers.
    package func othersBeside(_ task: GraphTask) -> [GraphTask] {
        verdicts(of: task.id).values.compactMap { verdict in
            switch verdict {
            case .untilBegun(let other), .blocked(let other): graph.task(other).flatMap { $0.hasBegun ? $0 : nil }
            case .passesOn, .ambiguous: nil
            }
        }.sorted { $0.name < $1.name }
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
            for feeding in feeders[other]?[task.source] ?? [] {
                routes.takesOver.append(TaskRoutes.TakeOver(from: other, feeder: feeding.first, via: feeding.last))
            }
        }
        routes.blocked.sort()
        routes.direct.sort()
        routes.takesOver.sort { ($0.from, $0.feeder) < ($1.from, $1.feeder) }
        return routes
    }
}
