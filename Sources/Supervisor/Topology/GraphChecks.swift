package import SyncModel

/// What verification finds out about a task from the graph of all tasks.
package struct GraphChecks: Sendable {
    let graph: TaskGraph
    let plan: RoutePlan
    let task: GraphTask
    /// A server for people.
    let name: @Sendable (String) -> String

    package init(_ graph: TaskGraph, _ plan: RoutePlan, of task: GraphTask, name: @escaping @Sendable (String) -> String) {
        self.graph = graph
        self.plan = plan
        self.task = task
        self.name = name
    }

    /// The stable words of all items, in order.
    package static let items = ["ddl-ring", "ddl-double-feed", "pair-sql-types", "pair-policies", "routes", "copied-twice", "site-ownership"]

    /// One item for each word, in order.
    package var items: [CheckItem] { [ring, doubleFeed, types, policies, routes, copiedTwice, ownership] }

    // MARK: Definition statements

    private var ring: CheckItem {
        let threshold = "no definition statement comes back to the table that it was made for"
        guard task.carriesDefinitions else { return Self.pass("ddl-ring", "the task carries no definition statements", threshold) }
        for edge in graph.edges(of: task) {
            guard let way = way(from: edge.to, to: edge.from) else { continue }
            let path = ([task] + way).map { "\(name($0.source)) → " }.joined() + name(task.source)
            return CheckItem(
                item: "ddl-ring", level: .fail,
                facts: "definition statements of \(edge.from) on \(name(task.source)) would come back: \(path), by \(Self.named([task] + way))",
                threshold: threshold, remedy: "leave ddl out of the 'sql' of one of these tasks", code: .ddlRing)
        }
        return Self.pass("ddl-ring", "there is none", threshold)
    }

    /// Tasks with definition statements that lead from one table to the other, the shortest way; nil when there is none.
    private func way(from start: TableNode, to end: TableNode) -> [GraphTask]? {
        var ways: [(node: TableNode, tasks: [GraphTask])] = [(start, [])]
        var seen: Set = [start]
        var next = 0
        while next < ways.count {
            let way = ways[next]
            next += 1
            for task in graph.tasks where task.carriesDefinitions && task.source == way.node.server {
                for edge in graph.edges(of: task) where edge.from == way.node {
                    if edge.to == end { return way.tasks + [task] }
                    if seen.insert(edge.to).inserted { ways.append((edge.to, way.tasks + [task])) }
                }
            }
        }
        return nil
    }

    private var doubleFeed: CheckItem {
        let threshold = "one task at most brings definition statements to a table"
        guard task.carriesDefinitions else { return Self.pass("ddl-double-feed", "the task carries no definition statements", threshold) }
        let targets = Set(graph.edges(of: task).map(\.to))
        for other in graph.tasks where other.id != task.id && other.carriesDefinitions {
            guard let table = graph.edges(of: other).map(\.to).filter(targets.contains).min() else { continue }
            return CheckItem(
                item: "ddl-double-feed", level: .fail,
                facts: "\(table) on \(name(task.target)) would get definition statements from \(name(task.source)) by \(task.name) and from "
                    + "\(name(other.source)) by \(other.name)",
                threshold: threshold, remedy: "leave ddl out of the 'sql' of one of these tasks, or select different tables", code: .ddlDoubleFeed)
        }
        return Self.pass("ddl-double-feed", "no other task does", threshold)
    }

    // MARK: The other direction

    /// Tasks that carry some of the same tables the other way.
    private var reverses: [GraphTask] {
        let own = Set(graph.edges(of: task))
        return graph.tasks.filter { other in
            other.source == task.target && other.target == task.source
                && graph.edges(of: other).contains { own.contains(TaskGraph.Edge(from: $0.to, to: $0.from)) }
        }
    }

    private var types: CheckItem {
        let threshold = "the same kinds of changes in both directions"
        for other in reverses where Self.kinds(other.sql) != Self.kinds(task.sql) {
            return CheckItem(
                item: "pair-sql-types", level: .fail,
                facts: "\(task.name) carries \(Self.kinds(task.sql)); \(other.name) carries \(Self.kinds(other.sql)): the sides will differ",
                threshold: threshold, remedy: "give both tasks the same of insert, update and delete", code: .verificationFailed,
                    skippable: true, risk: Self.differ)
        }
        return Self.pass("pair-sql-types", reverses.isEmpty ? "nothing comes the other way" : "they are the same", threshold)
    }

    private static func kinds(_ sql: SQLSelection) -> String {
        let kinds = [("insert", sql.insert), ("update", sql.update), ("delete", sql.delete)].filter(\.1).map(\.0)
        return kinds.isEmpty ? "no rows" : kinds.joined(separator: ", ")
    }

    private var policies: CheckItem {
        let threshold = "policies under which both sides end with the same row"
        for other in reverses {
            let policies = "\(task.name) has '\(task.conflict.word)', \(other.name) has '\(other.conflict.word)'"
            switch (task.conflict, other.conflict) {
            case (.overwrite, .overwrite), (.ignore, .ignore), (.newest, _), (_, .newest), (.newestCommitTime, _), (_, .newestCommitTime):
                if task.conflict != .overwrite, task.conflict != .ignore, task.conflict == other.conflict { continue }
                return CheckItem(
                    item: "pair-policies", level: .fail,
                    facts: "\(policies): when both sides change a row at the same time, they stay different", threshold: threshold,
                    remedy: "give one of them 'overwrite' and the other 'ignore': the source of the first prevails", code: .verificationFailed,
                    skippable: true, risk: Self.differ)
            case (.report, .ignore), (.ignore, .report):
                return CheckItem(
                    item: "pair-policies", level: .alarm,
                    facts: "\(policies): a reported conflict has to be resolved for the source, or the sides stay different",
                    threshold: threshold, remedy: "give the task with 'report' the policy 'overwrite', or both of them 'report'")
            default: continue
            }
        }
        return Self.pass("pair-policies", reverses.isEmpty ? "nothing comes the other way" : "they are", threshold)
    }

    // MARK: Changes of other servers

    private var routes: CheckItem {
        let threshold = "each change reaches the target by one way"
        let own = Set(graph.edges(of: task))
        for other in graph.tasks where other.id != task.id && task.carriesRows && other.carriesRows {
            guard let edge = graph.edges(of: other).filter(own.contains).map(\.from).min() else { continue }
            return CheckItem(
                item: "routes", level: .fail,
                facts: "\(other.name) carries \(edge) from \(name(task.source)) to \(name(task.target)) too", threshold: threshold,
                remedy: "stop or delete one of these tasks, or select different tables", code: .routeAmbiguous)
        }
        let verdicts = plan.verdicts(of: task.id).sorted { $0.key < $1.key }
        for other in graph.tasks {
            // What this task makes of the others counts as well.
            for (origin, verdict) in plan.verdicts(of: other.id).sorted(by: { $0.key < $1.key }) {
                guard case .ambiguous(let others) = verdict, other.id == task.id || others.contains(task.id) else { continue }
                return CheckItem(
                    item: "routes", level: .fail,
                    facts: "changes of \(name(origin)) would reach \(name(other.target)) by several ways: \(other.name) and \(taskNames(others)) "
                        + "carry different parts of the same databases",
                    threshold: threshold,
                    remedy: "select the same tables, rows, columns and kinds of changes in these tasks, or have tasks of their own for what only "
                        + "one of them carries",
                    code: .routeAmbiguous)
            }
        }
        for (origin, verdict) in verdicts {
            guard case .blocked = verdict, !ServerNames.isIdentity(origin) else { continue }
            return CheckItem(
                item: "routes", level: .fail, facts: "what \(name(origin)) marks its changes with is not known yet", threshold: threshold,
                remedy: "start the tasks of that server first", code: .routeNotReady)
        }
        if task.source == task.target,
            let other = graph.tasks.first(where: { other in
                other.id != task.id && other.source == other.target && other.target == task.source
                    && !Set(graph.edges(of: other).map(\.to)).isDisjoint(with: graph.edges(of: task).map(\.from))
            })
        {
            return CheckItem(
                item: "routes", level: .fail,
                facts: "\(other.name) brings changes of \(name(task.source)) to a database from which \(task.name) would bring them further on the same "
                    + "server: they would be taken for its own",
                threshold: threshold, remedy: "have both tasks read the first database", code: .routeAmbiguous)
        }
        let takesOver = plan.tasksTakenOver(by: task)
        var words = verdicts.map { origin, verdict in
            switch verdict {
            case .passesOn, .ambiguous: "passes on changes of \(name(origin))"
            case .untilBegun(let other): "passes on changes of \(name(origin)) until \(taskNames([other])) has begun"
            case .blocked(let other): "leaves changes of \(name(origin)) to \(taskNames([other]))"
            }
        }
        if !takesOver.isEmpty { words.append("takes changes of \(name(task.source)) over from \(Self.named(takesOver))") }
        return Self.pass("routes", words.isEmpty ? "no changes of other servers come by" : words.joined(separator: "; "), threshold)
    }

    /// Rows that are copied while their changes come by other tasks: what was just deleted could come back.
    private var copiedTwice: CheckItem {
        let threshold = "rows are copied before their changes come by other tasks, or not at all"
        guard !task.initialization.isEmpty, !task.hasBegun else { return Self.pass("copied-twice", "nothing is copied any more", threshold) }
        let risk = "rows that are deleted while they are copied may come back on the target; a consistency check finds them"
        if plan.isFed(task) {
            return CheckItem(
                item: "copied-twice", level: .fail,
                facts: "changes of \(name(task.source)) reach \(name(task.target)) by \(Self.named(plan.tasksTakenOver(by: task))) so far, so its rows "
                    + "are there already",
                threshold: threshold,
                remedy: "set 'initialization: []': the task goes on where the others are (a pair, when this holds for both of its tasks: "
                    + "'scenario: in-sync')",
                code: .routeAmbiguous, skippable: true, risk: risk)
        }
        let others = plan.othersBeside(task)
        guard task.initialization.contains(.data), !others.isEmpty else {
            return Self.pass("copied-twice", "no other task brings them", threshold)
        }
        return CheckItem(
            item: "copied-twice", level: .fail,
            facts: "part of the rows of \(name(task.source)) is of other servers, whose changes \(Self.named(others)) brings to "
                + "\(name(task.target)) already",
            threshold: threshold, remedy: "set 'initialization: []', or start the task that copies before the others", code: .routeAmbiguous,
            skippable: true, risk: risk)
    }

    private var ownership: CheckItem {
        let threshold = "of three or more servers that write the same tables, each writes rows of its own"
        let sites = mutual
        guard sites.count > 2 else { return Self.pass("site-ownership", "fewer than three servers write the same tables", threshold) }
        return CheckItem(
            item: "site-ownership", level: .alarm,
            facts: "\(sites.map(name).sorted().joined(separator: ", ")) send each other their changes: changes of one row by several of them "
                + "may arrive in different order at different places",
            threshold: threshold,
            remedy: "give each row one site that changes it: numbers by auto_increment_offset, or a column that names the site")
    }

    /// Servers that reach the task's source and are reached from it.
    private var mutual: Set<String> {
        func reach(_ next: (GraphTask) -> (from: String, to: String)) -> Set<String> {
            var seen: Set = [task.source]
            var open = [task.source]
            while let server = open.popLast() {
                for task in graph.tasks where task.carriesRows && next(task).from == server && seen.insert(next(task).to).inserted {
                    open.append(next(task).to)
                }
            }
            return seen
        }
        let behind = reach { ($0.source, $0.target) }
        return behind.contains(task.target) ? behind.intersection(reach { ($0.target, $0.source) }) : []
    }

    private static let differ = "the sides may stay different until somebody changes the same rows again"

    // MARK: Words

    private func taskNames(_ ids: [String]) -> String { Self.named(ids.compactMap { graph.task($0) }) }

    private static func named(_ tasks: [GraphTask]) -> String { tasks.map(\.name).joined(separator: ", ") }

    private static func pass(_ item: String, _ facts: String, _ threshold: String) -> CheckItem {
        CheckItem(item: item, level: .pass, facts: facts, threshold: threshold)
    }
}
