import SupervisorTopology
import SyncModel
import Testing

/// By which way the changes of each server reach the others.
@Suite struct RoutePlanTests {
    /// `a b` is a task from a to b, named and identified by both; older ones first.
    static func graph(_ ways: [String], _ objects: [String: [ObjectSelection]] = [:]) -> TaskGraph {
        TaskGraph(
            ways.enumerated().map { number, way in
                let ends = way.split(separator: " ").map(String.init)
                return GraphTask(
                    id: way, name: "\(ends[0])-to-\(ends[1])", source: ends[0], target: ends[1],
                    objects: objects[way] ?? [ObjectSelection(database: "shop")], createdAt: UInt64(number))
            })
    }

    static let cascade = ["a b", "b a", "b c", "c b"]
    static let mesh = cascade + ["c a", "a c"]

    @Test func aCascadePassesOnWhatNoOtherTaskBrings() {
        let plan = RoutePlan(Self.graph(Self.cascade))
        #expect(plan.verdicts(of: "b c") == ["a": .passesOn])
        #expect(plan.verdicts(of: "b a") == ["c": .passesOn])
        #expect(plan.verdicts(of: "a b") == [:], "what comes back to b was born there or came by it")
    }

    @Test func aMeshPassesOnNothingOnceAllHaveBegun() {
        let graph = Self.graph(Self.mesh)
        let plan = RoutePlan(graph)
        #expect(plan.verdicts(of: "b c") == ["a": .untilBegun("a c")])
        #expect(plan.verdicts(of: "a c") == ["b": .untilBegun("b c")])
        #expect(plan.routes(of: graph.tasks[5]).takesOver == [TaskRoutes.TakeOver(from: "b c", feeder: "a b", via: "a b")])
        for task in graph.tasks {
            let routes = plan.routes(of: task)
            #expect(routes.direct.count == 1 && routes.takesOver.count == 1 && routes.blocked.isEmpty, "\(task.name)")
        }
    }

    /// Every change reaches every server that can be reached, by exactly one way, whatever the graph.
    @Test func eachServerGetsEachChangeOnce() {
        var random = SeededGenerator(seed: 7)
        let servers = ["a", "b", "c", "d", "e"]
        for _ in 0..<300 {
            var ways: [String] = []
            for from in servers { for to in servers where from != to && Int.random(in: 0..<3, using: &random) == 0 { ways.append("\(from) \(to)") } }
            ways.shuffle(using: &random)
            let graph = Self.graph(ways)
            let plan = RoutePlan(graph)
            for origin in servers {
                var arrived: [String: Int] = [:]
                var open = [origin]
                while let server = open.popLast() {
                    for task in graph.tasks where task.source == server && task.target != origin {
                        if server != origin, plan.verdicts(of: task.id)[origin] != .passesOn { continue }
                        arrived[task.target, default: 0] += 1
                        if arrived[task.target] == 1 { open.append(task.target) }
                    }
                }
                #expect(arrived.values.allSatisfy { $0 == 1 }, "\(ways), born on \(origin): \(arrived)")
                #expect(Set(arrived.keys) == reachable(from: origin, graph), "\(ways), born on \(origin)")
            }
        }
    }

    private func reachable(from origin: String, _ graph: TaskGraph) -> Set<String> {
        var seen: Set<String> = []
        var open = [origin]
        while let server = open.popLast() {
            for task in graph.tasks where task.source == server && task.target != origin && seen.insert(task.target).inserted {
                open.append(task.target)
            }
        }
        return seen
    }

    /// A way that is added beside another does not change what runs, unless it is straight.
    @Test func theOlderWayStays() {
        let ring = ["a b", "b a", "b d", "d b"]
        let closed = RoutePlan(Self.graph(ring + ["a c", "c a", "c d", "d c"]))
        #expect(closed.verdicts(of: "b d")["a"] == .passesOn)
        #expect(closed.verdicts(of: "c d")["a"] == .blocked("b d"))
        #expect(closed.routes(of: GraphTask(id: "c d", name: "", source: "c", target: "d", objects: [])).blocked == ["a"])
    }

    @Test func tablesOfTheirOwnHaveWaysOfTheirOwn() {
        let shop = [ObjectSelection(database: "shop")]
        let both = shop + [ObjectSelection(database: "crm")]
        let apart = RoutePlan(Self.graph(["a b", "b c", "a c"], ["a b": shop, "b c": shop, "a c": [ObjectSelection(database: "crm")]]))
        #expect(apart.verdicts(of: "b c") == ["a": .passesOn])
        let mixed = RoutePlan(Self.graph(["a b", "b c", "a c"], ["a b": both, "b c": both, "a c": shop]))
        #expect(mixed.verdicts(of: "b c") == ["a": .ambiguous(["a c"])])
        let table = [ObjectSelection(database: "shop", tables: [TableSelection(name: "orders", mappedTo: "orders_a")])]
        let mapped = [ObjectSelection(database: "shop", tables: [TableSelection(name: "orders_a")])]
        #expect(RoutePlan(Self.graph(["a b", "b c"], ["a b": table, "b c": mapped])).verdicts(of: "b c") == ["a": .passesOn])
        let other = [ObjectSelection(database: "shop", tables: [TableSelection(name: "orders")])]
        #expect(RoutePlan(Self.graph(["a b", "b c"], ["a b": table, "b c": other])).verdicts(of: "b c") == [:])
    }

    @Test func tasksThatHaveNothingToDoWithEachOther() {
        let crm = [ObjectSelection(database: "crm")]
        let tasks = Self.graph(["a b", "b a", "c d", "b c"], ["c d": crm, "b c": [ObjectSelection(database: "shop", mappedTo: "crm")]]).tasks
        #expect(TaskGraph.groups(tasks).map { Set($0.map(\.id)) } == [["a b", "b a", "c d", "b c"]], "by the one from b to c")
        #expect(Set(TaskGraph.groups(tasks.dropLast()).map { Set($0.map(\.id)) }) == [["a b", "b a"], ["c d"]])
    }

    /// One server under two names is one server.
    @Test func serversGoByTheirIdentity() {
        let here = Endpoint(host: "10.0.0.1", user: "dts")
        let there = Endpoint(host: "db.example", user: "dts")
        func facts(_ endpoint: Endpoint, _ identity: String?) -> ServerFacts {
            ServerFacts(type: "mysql", host: endpoint.host ?? "", port: 3306, server: "9.7.0", serverUUID: "u", identity: identity)
        }
        var names = ServerNames()
        #expect(names.key(here, nil) == "10.0.0.1:3306")
        names.learn(here, facts(here, "x"))
        #expect(names.key(here, nil) == "x", "what one task has found out, the others know")
        #expect(names.key(there, facts(there, "x")) == "x")
        #expect(names.key(there, facts(here, "x")) == "db.example:3306", "facts of an address that it no longer has")
    }
}
