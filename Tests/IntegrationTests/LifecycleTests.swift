import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What users do with a pair, and what happens to its processes.
    @Suite struct LifecycleTests {
        @Test(arguments: Integration.kinds)
        func pauseHoldsBothDirectionsAndResumeGoesOn(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await running(kind, scope)
                let writersA = try await pair.write(.a, rate: 100)
                let writersB = try await pair.write(.b, rate: 100)
                try await writersA.commit(20)
                try await pair.supervisor.run("pair", "pause", pair.name)
                #expect(try await pair.supervisor.pair(pair.name).state == "paused")
                let held = try await seenFromA(pair)
                try await writersA.commit(30)
                #expect(try await seenFromA(pair) == held)
                try await pair.supervisor.run("pair", "resume", pair.name)
                try await eventually("B has more of A") { try await seenFromA(pair) > held }
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        @Test func stopEndsBothWorkersForGood() async throws {
            try await Scope.with { scope in
                let pair = try await running(.mariadb, scope)
                let workers = try await pair.supervisor.workers()
                #expect(workers.count == 2)
                try await pair.supervisor.run("pair", "stop", pair.name, "--yes")
                #expect(try await pair.supervisor.pair(pair.name).state == "stopped")
                #expect(workers.filter(Processes.isAlive) == [])
                #expect(try await pair.supervisor.command("pair", "resume", pair.name).status == 1)
            }
        }

        /// A write that the daemon has seen is there after SIGTERM and a new start, and the pair goes on by itself.
        @Test func terminationIsCleanAndTheNextStartGoesOn() async throws {
            try await Scope.with { scope in
                let pair = try await running(.mariadb, scope)
                let writers = try await pair.write(.a, rate: 100)
                try await writers.commit(20)
                let workers = try await pair.supervisor.workers()
                #expect(try await pair.supervisor.terminate() == 0)
                #expect(workers.filter(Processes.isAlive) == [])
                try await writers.commit(20)
                try await pair.supervisor.start()
                try await pair.waitUntilIncremental()
                _ = try await writers.stop()
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        @Test func killedSupervisorLeavesNoWorkerBehind() async throws {
            try await Scope.with { scope in
                let pair = try await running(.mariadb, scope)
                let writers = try await pair.write(.a, rate: 100)
                try await writers.commit(20)
                let workers = try await pair.supervisor.workers()
                #expect(workers.count == 2)
                try await pair.supervisor.kill()
                try await eventually(within: .seconds(2), "no worker is left") { workers.allSatisfy { !Processes.isAlive($0) } }
                _ = try await writers.stop()
            }
        }

        @Test func deletedPairLeavesNothingOnTheServers() async throws {
            try await Scope.with { scope in
                let pair = try await running(.mariadb, scope)
                #expect(try await pair.a.hasMetadata())
                #expect(try await pair.b.hasMetadata())
                try await pair.supervisor.run("pair", "delete", pair.name, "--yes")
                #expect(try await pair.a.hasMetadata() == false)
                #expect(try await pair.b.hasMetadata() == false)
                #expect(try await pair.supervisor.command("pair", "show", pair.name).status == 1)
                // For the scope, which deletes it too.
                try await pair.create()
            }
        }

        @Test func secondDaemonOnTheSameFolderIsRefused() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                let second = try await Command.run(
                    Repository.program("dts-supervisor"), ["serve", "--data", supervisor.data])
                #expect(second.status != 0)
                #expect(second.errors.contains(supervisor.data))
                // The first one is none the worse for it.
                #expect(try await supervisor.command("pair", "list").status == 0)
            }
        }

        @Test func commandsWithoutADaemonSaySo() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                try await supervisor.kill()
                let command = try await supervisor.command("pair", "list")
                #expect(command.status == 6)
                #expect(command.errors.contains("daemon-not-reachable"))
            }
        }

        /// Each pair counts what is its own.
        @Test func twoPairsBetweenTheSameServers() async throws {
            try await Scope.with { scope in
                let first = try await ShopPair(.mariadb, .bEmpty, rows: 200, in: scope)
                let second = try await ShopPair(.mariadb, .bEmpty, rows: 200, supervisor: first.supervisor, name: "second", in: scope)
                for pair in [first, second] {
                    try await pair.start()
                    try await pair.waitUntilIncremental()
                }
                for pair in [first, second] {
                    let writersA = try await pair.write(.a)
                    let writersB = try await pair.write(.b)
                    try await writersA.commit(30)
                    try await writersB.commit(20)
                    _ = try await writersA.stop()
                    _ = try await writersB.stop()
                }
                for pair in [first, second] {
                    try await pair.waitUntilSettled()
                    try await pair.requireNoConflicts()
                    try await pair.requireEqual()
                    try await pair.requireNoLoops()
                }
            }
        }

        /// What an idle pair costs.
        @Test(arguments: Integration.kinds)
        func idleWorkersAreSmall(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await running(kind, scope)
                try await pair.waitUntilSettled()
                for pid in try await pair.supervisor.workers() {
                    // It gives memory back half a second after the last change.
                    try await eventually("an idle worker has less than 40 MB") { (Processes.residentBytes(pid) ?? .max) < 40 << 20 }
                }
            }
        }

        private func running(_ kind: ServerKind, _ scope: Scope) async throws -> ShopPair {
            let pair = try await ShopPair(kind, .bEmpty, rows: 500, in: scope)
            try await pair.start()
            try await pair.waitUntilIncremental()
            return pair
        }

        /// Transactions of A's writers that B holds.
        private func seenFromA(_ pair: ShopPair) async throws -> Int {
            let text = try await pair.b.value("SELECT SUM(committed) FROM `\(pair.database)`.writers WHERE side = 'a'")
            return text.flatMap { Int($0) } ?? 0
        }

        /// What a deletion cannot remove is told with the statements that remove it, and the other server is clean.
        @Test(arguments: Integration.kinds)
        func whatADeletionLeavesIsTold(kind: ServerKind) async throws {
            struct Left: Decodable { var code, message, remedy: String }
            struct Deleted: Decodable { var left: [Left]? }
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try await TestServer.start(kind, in: scope))
                let database = scope.uniqueName("left")
                try await a.makeDatabase(database, in: scope)
                try await a.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file("left.yml", "name: left\na: \(a.yaml())\nb: \(b.yaml())\nobjects: [{database: \(database)}]\nprevails: a\n")
                try await supervisor.run("pair", "create", "-f", file)
                try await supervisor.run("pair", "start", "left")
                try await supervisor.wait("left", for: "incremental")
                let tasks = try await supervisor.pair("left").tasks.map(\.id)
                try await b.kill()
                let deleted = try await supervisor.json(Deleted.self, "pair", "delete", "left", "--yes")
                let left = try #require(deleted.left)
                #expect(left.count == 2)
                for (task, one) in zip(tasks, left) {
                    #expect(one.message.contains(task) && one.message.contains("127.0.0.1:\(b.address.port)"), "\(one.message)")
                    #expect(!one.message.contains("127.0.0.1:\(a.address.port)"), "\(one.message)")
                    if try await a.hasMetadata() {
                        #expect(try await a.value("SELECT COUNT(*) FROM `__dts__`.task WHERE id = '\(task)'") == "0")
                    }
                }
                try await b.start()
                for one in left {
                    for statement in one.remedy.split(separator: "; ").map(String.init) {
                        if let start = statement.firstRange(of: "DELETE ") { try await b.execute(String(statement[start.lowerBound...])) }
                    }
                }
                #expect(try await b.value("SELECT COUNT(*) FROM `__dts__`.task") == "0")
                #expect(try await b.value("SELECT COUNT(*) FROM `__dts__`.progress") == "0")
            }
        }
    }
}
