import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// More than two servers: each change reaches each of them, by one way, once.
    @Suite struct TopologyTests {
        /// A database becomes another one of the same server; what the task writes there does not come back to it.
        @Test(arguments: Integration.kinds)
        func withinOneServer(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, 1, in: scope)
                let (server, copy) = (sites.servers[0], "\(sites.database)_copy")
                scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(copy)`") }
                try await sites.makeTable(on: 0, rows: 50)
                let writer = sites.write(on: 0)
                let task = try await sites.task(0, 0, settings(sql: "[insert, update, delete, ddl]"), as: copy)
                try await kill(sites, 2, while: [writer])
                try await server.execute("CREATE TABLE `\(sites.database)`.later (id INT PRIMARY KEY)", "INSERT INTO `\(sites.database)`.later VALUES (1)")
                try await writer.stop()
                try await sites.catchUp([task])
                let result = try await Comparison(server.address, server.address).run([(a: sites.database, b: copy)])
                #expect(result.isEqual && result.rows > 50, "\(result.summary)")
                let report = try await sites.supervisor.task(task)
                #expect(report.counts.ddl == 1)
                #expect(report.conflicts.total == 0)
            }
        }

        @Test(arguments: Integration.kinds)
        func oneToMany(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                try await sites.makeTable(on: 0, rows: 50)
                let writer = sites.write(on: 0)
                let tasks = [try await sites.task(0, 1), try await sites.task(0, 2)]
                try await writer.change(50)
                try await writer.stop()
                try await sites.catchUp(tasks)
                try await sites.requireEqual()
            }
        }

        /// Two servers' tables of one name become one table.
        @Test(arguments: Integration.kinds)
        func manyToOne(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                for site in 0...1 { try await sites.makeTable(on: site, rows: 50) }
                let writers = [sites.write(on: 0), sites.write(on: 1)]
                let first = try await sites.task(0, 2)
                let second = try await sites.task(1, 2, settings(initialization: "[data]"))
                for writer in writers { try await writer.change(50) }
                for writer in writers { try await writer.stop() }
                try await sites.catchUp([first, second])
                let query = "SELECT id, v, note FROM `\(sites.database)`.t ORDER BY id"
                let merged = try await sites.servers[2].rows(query)
                let parts = try await sites.servers[0].rows(query) + sites.servers[1].rows(query)
                #expect(merged == parts.sorted { (Int($0[0] ?? "") ?? 0) < (Int($1[0] ?? "") ?? 0) })
                #expect(merged.count > 100)
            }
        }

        @Test(arguments: Integration.kinds)
        func cascadeOneWay(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                try await sites.makeTable(on: 0, rows: 50)
                let writer = sites.write(on: 0)
                let tasks = [try await sites.task(0, 1), try await sites.task(1, 2)]
                try await kill(sites, 2, while: [writer])
                try await writer.stop()
                try await sites.catchUp(tasks)
                try await sites.requireEqual()
            }
        }

        /// A↔B↔C with definitions from A, writers everywhere and kills: what A and C write passes through B.
        @Test(arguments: Integration.kinds)
        func cascadeTwoWay(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                try await sites.makeTable(on: 0, rows: 50)
                let pairs = [try await sites.pair(0, 1, "ddl: a-to-b"), try await sites.pair(1, 2, "ddl: a-to-b")]
                try await sites.catchUp(pairs)
                let writers = (0...2).map { sites.write(on: $0) }
                try await kill(sites, 4, while: writers)
                try await sites.servers[0].execute("CREATE TABLE `\(sites.database)`.later (id INT PRIMARY KEY, v INT)")
                try await eventually(within: .seconds(60), "C has the new table") {
                    try await sites.servers[2].value("SHOW TABLES FROM `\(sites.database)` LIKE 'later'") != nil
                }
                try await sites.servers[0].execute("INSERT INTO `\(sites.database)`.later VALUES (1, 1)")
                try await sites.servers[2].execute("INSERT INTO `\(sites.database)`.later VALUES (2, 2)")
                for writer in writers { try await writer.stop() }
                try await sites.catchUp(pairs)
                try await sites.requireEqual()
                for site in 0...2 {
                    #expect(try await sites.servers[site].value("SELECT COUNT(*) FROM `\(sites.database)`.later") == "2")
                }
                for name in ["ab-a-to-b", "bc-a-to-b"] { #expect(try await sites.supervisor.task(name).counts.ddl == 1) }
            }
        }

        /// Three sites, six tasks: started one after the other while all sites write, with kills. Until its own pair has
        /// begun, a site gets the third one's changes by the second. The pair that closes the triangle is there from the
        /// beginning, or comes as a surprise to the others.
        @Test(arguments: Integration.kinds, [false, true])
        func threeSites(kind: ServerKind, isSurprise: Bool) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                try await sites.makeTable(on: 0, rows: 0)
                let ab = try await sites.makePair(0, 1)
                let bc = try await sites.makePair(1, 2)
                if !isSurprise { try await sites.makePair(2, 0) }
                let ca = "ca"
                let tasks = [ab, bc, ca].flatMap { ["\($0)-a-to-b", "\($0)-b-to-a"] }
                try await sites.start(ab)
                try await sites.start(bc)
                let writers = (0...2).map { sites.write(on: $0) }
                try await kill(sites, 2, while: writers)
                if isSurprise { try await sites.makePair(2, 0) }
                let items = try await sites.supervisor.json(Verified.self, "pair", "verify", ca).tasks.flatMap(\.items)
                #expect(items.filter { $0.item == "site-ownership" }.map(\.level) == ["alarm", "alarm"])
                #expect(items.contains { $0.item == "routes" && $0.facts.contains("takes changes of \(sites.servers[2].address) over from ab-b-to-a") })
                try await sites.start(ca)
                try await kill(sites, 4, while: writers)
                for writer in writers { try await writer.stop() }
                try await sites.catchUp([ab, bc, ca])
                try await sites.requireEqual()
                // From here on each site sends only what is its own: each change is applied once everywhere else.
                let before = try await sites.applied(tasks)
                let later = (0...2).map { sites.write(on: $0, round: 1) }
                for writer in later { try await writer.change(50) }
                for writer in later { try await writer.stop() }
                try await sites.catchUp([ab, bc, ca])
                try await sites.requireEqual()
                try await sites.requireNoConflicts(tasks)
                var expected = before
                for writer in later + later { expected.add(writer.counts) }
                #expect(try await sites.applied(tasks) == expected)
            }
        }

        /// Definition statements that would go round, or come from two sides, are refused with the way that they would take.
        @Test func definitionsThatMeet() async throws {
            try await Scope.with { scope in
                let sites = try await Sites(.mariadb, in: scope)
                try await sites.makeTable(on: 0, rows: 1)
                try await sites.task(0, 1, settings(sql: "[insert, update, delete, ddl]"))
                try await sites.task(1, 2, settings(sql: "[insert, update, delete, ddl]"))
                let back = try await OneWay(
                    "back", from: sites.servers[2].yaml(), to: sites.servers[0].yaml(), objects: "[{database: \(sites.database)}]",
                    settings: settings(initialization: "[]", sql: "[insert, update, delete, ddl]"), on: sites.supervisor, in: scope)
                let ring = try await back.startRefusedItems().first { $0.item == "ddl-ring" }
                #expect(ring?.code == "ddl-ring")
                #expect(ring?.facts.contains("\(sites.servers[2].address) → \(sites.servers[0].address) → \(sites.servers[1].address)") == true)
                let second = try await OneWay(
                    "second", from: sites.servers[0].yaml(), to: sites.servers[2].yaml(), objects: "[{database: \(sites.database)}]",
                    settings: settings(initialization: "[]", sql: "[insert, update, delete, ddl]"), on: sites.supervisor, in: scope)
                let feed = try await second.startRefusedItems().first { $0.item == "ddl-double-feed" }
                #expect(feed?.code == "ddl-double-feed")
                #expect(feed?.facts.contains("by b-c") == true)
            }
        }

        /// Two tasks make a pair by hand: what would leave the sides different is refused, mended, or done knowingly.
        @Test func directionsThatDoNotGoTogether() async throws {
            try await Scope.with { scope in
                let sites = try await Sites(.mysql, 2, in: scope)
                try await sites.makeTable(on: 0, rows: 1)
                try await sites.task(0, 1, "conflict: overwrite")
                func file(_ conflict: String) throws -> String {
                    try scope.file(
                        "back.yml",
                        """
                        name: back
                        source: \(sites.servers[1].yaml())
                        target: \(sites.servers[0].yaml())
                        objects: [{database: \(sites.database)}]
                        conflict: \(conflict)
                        \(settings(initialization: "[]", sql: "[insert, update]"))
                        """)
                }
                let back = try await OneWay(
                    "back", from: sites.servers[1].yaml(), to: sites.servers[0].yaml(), objects: "[{database: \(sites.database)}]",
                    settings: "conflict: overwrite\n\(settings(initialization: "[]", sql: "[insert, update]"))", on: sites.supervisor, in: scope)
                let found = try await back.startRefusedItems()
                #expect(found.map(\.item) == ["pair-sql-types", "pair-policies"])
                #expect(found[1].facts.contains("a-b has 'overwrite'"))
                try await sites.supervisor.run("task", "configure", "back", "-f", try file("ignore"))
                #expect(try await back.startRefusedItems().map(\.item) == ["pair-sql-types"])
                let wrong = try await sites.supervisor.command("task", "skip-check", "back", "server-identity")
                #expect(wrong.status == 1 && wrong.errors.contains("not-allowed"))
                try await sites.supervisor.run("task", "skip-check", "back", "pair-sql-types")
                try await back.start()
                try await sites.supervisor.wait("back", for: "incremental")
                try await sites.servers[1].execute("INSERT INTO `\(sites.database)`.t VALUES (77, 1, 'from b')")
                try await sites.catchUp(["a-b", "back"])
                try await sites.requireEqual()
            }
        }

        /// A straight way that is added later takes over without copying; with copying it is refused.
        @Test(arguments: Integration.kinds)
        func aStraightWayTakesOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let sites = try await Sites(kind, in: scope)
                try await sites.makeTable(on: 0, rows: 0)
                try await sites.task(0, 1)
                try await sites.task(1, 2)
                let writer = sites.write(on: 0)
                try await writer.change(50)
                let copying = try await sites.startRefused("copying", 0, 2, settings(initialization: "[data]"))
                #expect(copying.map(\.item) == ["copied-twice"] && copying[0].facts.contains("by b-c so far"))
                // What never started is in nobody's way.
                try await sites.task(0, 2, settings(initialization: "[]"))
                let twin = try await sites.startRefused("twin", 0, 2, settings(initialization: "[]"))
                #expect(twin.map(\.item) == ["routes"] && twin[0].facts.contains("a-c carries"))
                for name in ["copying", "twin"] { try await sites.supervisor.run("task", "delete", name, "--yes") }
                try await writer.change(50)
                try await writer.stop()
                try await sites.catchUp(["a-b", "b-c", "a-c"])
                try await sites.requireEqual()
                try await sites.requireNoConflicts(["a-b", "b-c", "a-c"])
                let text = try await sites.supervisor.run("topology").output
                #expect(text.contains("until a-c has begun"))
            }
        }

        private struct Verified: Decodable { var tasks: [VerificationReport] }

        private func settings(initialization: String = "[structure, data]", sql: String = "[insert, update, delete]") -> String {
            """
            initialization: \(initialization)
            if_target_exists: ignore
            sql: \(sql)
            """
        }

        /// SIGKILL to workers at random moments while the sites write.
        private func kill(_ sites: Sites, _ times: Int, while writers: [SiteWriter]) async throws {
            var random = SeededRandom(seed: Integration.seed)
            for _ in 0..<times {
                for writer in writers { try await writer.change(10) }
                let pid = try await eventually("a worker runs") { try await sites.supervisor.workers().randomElement(using: &random) }
                _ = Glibc.kill(pid, SIGKILL)
            }
            for writer in writers { try await writer.change(20) }
        }
    }
}
