import SupervisorTopology
import SyncModel
import Testing

/// What verification finds out from all tasks together.
@Suite struct GraphChecksTests {
    private func tasks(_ ways: [String], _ change: (inout GraphTask) -> Void = { _ in }) -> [GraphTask] {
        RoutePlanTests.graph(ways).tasks.map { task in
            var task = task
            change(&task)
            return task
        }
    }

    /// The item of the last task.
    private func item(_ word: String, _ tasks: [GraphTask]) -> CheckItem? {
        let graph = TaskGraph(tasks)
        guard let last = graph.tasks.last else { return nil }
        let items = GraphChecks(graph, RoutePlan(graph), of: last) { $0.uppercased() }.items
        #expect(items.map(\.item) == GraphChecks.items, "each once, in order")
        return items.first { $0.item == word }
    }

    private func carryingDDL(_ names: String...) -> (inout GraphTask) -> Void {
        { task in task.sql.ddl = names.contains(task.id) ? .all : .none }
    }

    @Test func ddlRings() throws {
        let two = try #require(item("ddl-ring", tasks(["a b", "b a"], carryingDDL("a b", "b a"))))
        #expect(two.level == .fail && two.code == .ddlRing && !two.skippable)
        #expect(two.facts.contains("B → A → B"))
        let three = try #require(item("ddl-ring", tasks(["a b", "b c", "c a"], carryingDDL("a b", "b c", "c a"))))
        #expect(three.facts.contains("C → A → B → C"), "\(three.facts)")
        #expect(three.facts.contains("c-to-a, a-to-b, b-to-c"))
        #expect(item("ddl-ring", tasks(["a b", "b c", "c a"], carryingDDL("a b", "c a")))?.level == .pass)
        var apart = tasks(["a b", "b a"], carryingDDL("a b", "b a"))
        apart[1].objects = [ObjectSelection(database: "crm")]
        #expect(item("ddl-ring", apart)?.level == .pass, "other tables")
    }

    @Test func ddlFromTwoSides() throws {
        let found = try #require(item("ddl-double-feed", tasks(["a c", "b c"], carryingDDL("a c", "b c"))))
        #expect(found.level == .fail && found.code == .ddlDoubleFeed)
        #expect(found.facts.contains("shop.* on C") && found.facts.contains("from B by b-to-c and from A by a-to-c"), "\(found.facts)")
        #expect(item("ddl-double-feed", tasks(["a c", "b c"], carryingDDL("a c")))?.level == .pass)
        var merged = tasks(["a c", "b c"], carryingDDL("a c", "b c"))
        merged[0].objects = [ObjectSelection(database: "one", mappedTo: "all", tables: [TableSelection(name: "t")])]
        merged[1].objects = [ObjectSelection(database: "two", mappedTo: "all", tables: [TableSelection(name: "u")])]
        #expect(item("ddl-double-feed", merged)?.level == .pass, "different tables in one database")
        merged[1].objects = [ObjectSelection(database: "two", mappedTo: "all", tables: [TableSelection(name: "u", mappedTo: "t")])]
        #expect(item("ddl-double-feed", merged)?.facts.contains("all.t on C") == true)
        merged[1].objects = [ObjectSelection(database: "two", mappedTo: "all")]
        #expect(item("ddl-double-feed", merged)?.level == .fail, "the whole database has the table too")
    }

    @Test func kindsOfChangesThatDiffer() throws {
        let found = try #require(item("pair-sql-types", tasks(["a b", "b a"]) { $0.sql.delete = $0.id == "a b" }))
        #expect(found.level == .fail && found.skippable)
        #expect(found.facts.contains("a-to-b carries insert, update, delete") && found.facts.contains("b-to-a carries insert, update;"))
        #expect(item("pair-sql-types", tasks(["a b", "b a"]))?.level == .pass)
        #expect(item("pair-sql-types", tasks(["a b", "c b"]) { $0.sql.delete = $0.id == "a b" })?.level == .pass)
    }

    @Test(arguments: [
        (ConflictPolicy.overwrite, ConflictPolicy.overwrite, CheckItem.Level.fail), (.ignore, .ignore, .fail), (.overwrite, .ignore, .pass),
        (.ignore, .overwrite, .pass), (.report, .report, .pass), (.overwrite, .report, .pass), (.report, .ignore, .alarm),
        (.newest(column: "at"), .newest(column: "at"), .pass), (.newest(column: "at"), .newest(column: "on"), .fail),
        (.newest(column: "at"), .ignore, .fail), (.newestCommitTime, .newestCommitTime, .pass), (.newestCommitTime, .report, .fail),
    ])
    func policies(_ one: ConflictPolicy, _ other: ConflictPolicy, _ level: CheckItem.Level) {
        for (first, second) in [(one, other), (other, one)] {
            let found = item("pair-policies", tasks(["a b", "b a"]) { $0.conflict = $0.id == "a b" ? first : second })
            #expect(found?.level == level, "\(first.word), \(second.word)")
            #expect(found?.skippable == (level == .fail))
        }
        #expect(item("pair-policies", tasks(["a b", "b c"]) { $0.conflict = .overwrite })?.level == .pass, "no pair")
    }

    @Test func waysOfOtherServersChanges() throws {
        #expect(item("routes", tasks(["a b", "b c"]))?.facts == "passes on changes of A")
        #expect(item("routes", tasks(["a b"]))?.facts == "no changes of other servers come by")
        let begun = tasks(["a b", "b c", "a c"]) { task in
            task.hasBegun = task.id != "a c"
            task.initialization = task.id == "a c" ? [.data] : []
        }
        let found = try #require(item("copied-twice", begun))
        #expect(found.level == .fail && found.skippable && found.facts.contains("by b-to-c so far"), "\(found.facts)")
        var unfed = begun
        unfed[0].hasBegun = false
        #expect(item("copied-twice", unfed)?.level == .pass, "b has nothing of a yet")
        var without = begun
        without[2].initialization = []
        #expect(item("routes", without)?.facts == "takes changes of A over from b-to-c")
        var new = begun
        new[1].hasBegun = false
        #expect(item("copied-twice", new)?.level == .pass, "nothing has come by the other way yet")
        var late = tasks(["a c", "a b", "b c"]) { $0.hasBegun = $0.id != "b c" }
        late[2].initialization = [.data]
        #expect(item("copied-twice", late)?.facts.contains("a-to-c brings to C already") == true, "b's copy has rows of a that c may just have lost")
        var chosen = tasks(["a b", "b c", "a c"])
        chosen[2].objects = [ObjectSelection(database: "shop", tables: [TableSelection(name: "t", filter: "id > 1")])]
        #expect(item("routes", chosen)?.code == .routeAmbiguous, "the straight task has only some of the rows")
        var fewer = tasks(["a b", "b c", "a c"])
        fewer[2].sql.delete = false
        #expect(item("routes", fewer)?.code == .routeAmbiguous, "the straight task has no deletes")
        let within = [("one", "x", "y"), ("two", "y", "z")].enumerated().map { number, task in
            GraphTask(
                id: task.0, name: task.0, source: "a", target: "a", objects: [ObjectSelection(database: task.1, mappedTo: task.2)],
                createdAt: UInt64(number))
        }
        #expect(item("routes", within)?.facts.contains("one brings changes of A to a database from which two") == true)
        let unknown = RoutePlanTests.graph(["h:1 b", "b d", "h:1 c", "c d"]).tasks
        #expect(item("routes", unknown)?.code == .routeNotReady, "its changes are marked with an identity, not an address")
        let twins = ["one", "two"].map { GraphTask(id: $0, name: $0, source: "a", target: "b", objects: [ObjectSelection(database: "shop")]) }
        #expect(item("routes", twins)?.facts.hasPrefix("one carries shop.* from A to B too") == true)
        var mixed = tasks(["a b", "a c", "b c"])
        for number in [0, 2] { mixed[number].objects.append(ObjectSelection(database: "crm")) }
        #expect(item("routes", mixed)?.code == .routeAmbiguous)
    }

    @Test func threeSitesThatWriteTheSame() {
        #expect(item("site-ownership", tasks(RoutePlanTests.mesh))?.level == .alarm)
        #expect(item("site-ownership", tasks(RoutePlanTests.cascade))?.facts.contains("A, B, C") == true)
        #expect(item("site-ownership", tasks(["a b", "b a", "b c"]))?.level == .pass, "c sends nothing back")
        #expect(item("site-ownership", tasks(["a b", "b a"]))?.level == .pass)
    }
}
