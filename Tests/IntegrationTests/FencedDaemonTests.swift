import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Two daemons on copies of one data folder have the same tasks: one goes on, the other stops and says which one has taken over.
    @Suite struct FencedDaemonTests {
        @Test(arguments: Integration.kinds)
        func ofTwoDaemonsOnCopiesOfOneFolderOneStopsUntilAPersonActs(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("fenced")
                for server in [a, b] { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") } }
                try await a.execute("CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id INT AUTO_INCREMENT PRIMARY KEY)")
                let first = try await TestSupervisor(in: scope, named: "first")
                let task = try await OneWay(
                    scope.uniqueName("fenced"), from: a.yaml(), to: b.yaml(), objects: "[{database: \(database)}]", on: first, in: scope)
                try await task.start()
                try await first.wait(task.name, for: "incremental")
                #expect(try await first.terminate() == 0)
                _ = try await Command.run("/bin/cp", ["-a", first.data, String(first.data.dropLast("first".count)) + "second"]).succeeded()

                try await first.start()
                let second = try await TestSupervisor(in: scope, named: "second")
                let daemons = [first, second]
                // One of them stops; the other runs, and nothing but a person changes that any more.
                let lost = try await loser(daemons, task.name, a, database)
                let (winner, loser) = (daemons[1 - lost], daemons[lost])
                let failure = try #require(try await loser.task(task.name).error)
                let host = try await hostName()
                #expect(failure.code == "fenced")
                #expect(failure.message.contains("another dts-supervisor") && failure.message.contains("'\(host)'"), "\(failure.message)")
                #expect(failure.remedy.contains("task retry"), "\(failure.remedy)")
                let epoch = try await epoch(b, try await winner.task(task.name).id)
                try await writeAndArrive(a, b, database, winner, task.name)
                #expect(try await loser.task(task.name).state == "failed")
                #expect(try await self.epoch(b, try await winner.task(task.name).id) == epoch)

                // The remedy, as it is printed.
                try await loser.run("task", "retry", task.name)
                try await eventually("the other one stops in its turn") {
                    try await a.execute("INSERT INTO `\(database)`.t () VALUES ()")
                    return try await winner.task(task.name).state == "failed"
                }
                #expect(try await winner.task(task.name).error?.code == "fenced")
                try await writeAndArrive(a, b, database, loser, task.name)
                #expect(try await winner.task(task.name).state == "failed")
                #expect(try await self.epoch(b, try await winner.task(task.name).id) == (epoch ?? 0) + 1)
            }
        }

        /// A target that was restored, or whose replica was promoted too early, knows only of an earlier start of the daemon: that is no rival.
        @Test(arguments: Integration.kinds)
        func anEarlierStartOfTheSameDaemonIsNoRival(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let database = scope.uniqueName("restarted")
                for server in [a, b] { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") } }
                try await a.execute("CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id INT AUTO_INCREMENT PRIMARY KEY)")
                let daemon = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    scope.uniqueName("restarted"), from: a.yaml(), to: b.yaml(), objects: "[{database: \(database)}]", on: daemon, in: scope)
                try await task.start()
                try await daemon.wait(task.name, for: "incremental")
                let id = try await daemon.task(task.name).id
                let columns = "epoch, daemon, daemon_host, daemon_folder, daemon_started"
                let kept = "`\(database)_kept`"
                scope.onExit { try await b.execute("DROP DATABASE IF EXISTS \(kept)") }
                try await b.execute(
                    "CREATE DATABASE \(kept)", "CREATE TABLE \(kept).p AS SELECT lane, \(columns) FROM `__dts__`.progress WHERE task = '\(id)'")
                #expect(try await daemon.terminate() == 0)
                try await daemon.start()
                try await daemon.wait(task.name, for: "caught-up")
                let assignments = columns.split(separator: ", ").map { "p.\($0) = k.\($0)" }.joined(separator: ", ")
                try await b.execute("UPDATE `__dts__`.progress p JOIN \(kept).p k ON k.lane = p.lane SET \(assignments) WHERE p.task = '\(id)'")
                // The worker finds that its epoch is gone, and another one of the same daemon takes the task over again.
                try await writeAndArrive(a, b, database, daemon, task.name)
                #expect(try await daemon.task(task.name).error == nil)
                #expect(try await daemon.task(task.name).worker.restarts >= 1)
            }
        }

        /// The same with a pair, whose halves may find themselves on different daemons: what is printed brings it together again.
        @Test(arguments: Integration.kinds)
        func aPairOnTwoDaemonsIsOneDaemonsInTheEnd(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (a, b) = (try TestServer.shared(kind, .a), try TestServer.shared(kind, .b))
                let (database, pair) = (scope.uniqueName("fenced"), scope.uniqueName("fenced"))
                for server in [a, b] { scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") } }
                try await a.execute("CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id BIGINT PRIMARY KEY)")
                let first = try await TestSupervisor(in: scope, named: "first")
                let file = try scope.file("pair.yml", "name: \(pair)\na: \(a.yaml())\nb: \(b.yaml())\nobjects: [{database: \(database)}]\nprevails: a\n")
                try await first.run("pair", "create", "-f", file)
                try await first.run("pair", "start", pair)
                try await first.wait(pair, for: "incremental")
                #expect(try await first.terminate() == 0)
                _ = try await Command.run("/bin/cp", ["-a", first.data, String(first.data.dropLast("first".count)) + "second"]).succeeded()
                try await first.start()
                let second = try await TestSupervisor(in: scope, named: "second")

                var rows = 0
                func states(_ daemon: TestSupervisor) async throws -> [String] { try await daemon.pair(pair).tasks.map(\.state) }
                func write() async throws {
                    rows += 1
                    try await a.execute("INSERT INTO `\(database)`.t VALUES (\(2 * rows))")
                    try await b.execute("INSERT INTO `\(database)`.t VALUES (\(2 * rows + 1))")
                }
                // Each half runs on one of them.
                let keeper = try await eventually("one daemon has each half") {
                    try await write()
                    let (one, other) = (try await states(first), try await states(second))
                    guard zip(one, other).allSatisfy({ Set([$0, $1]) == ["failed", "running"] }) else { return nil as TestSupervisor? }
                    return one.contains("failed") ? first : second
                }
                let loser = keeper === first ? second : first
                scope.onExit { try await keeper.run("pair", "delete", pair, "--yes") }
                for task in try await keeper.pair(pair).tasks where task.state == "failed" {
                    #expect(task.error?.code == "fenced" && task.error?.remedy.contains("task retry") == true, "\(String(describing: task.error))")
                    try await keeper.run("task", "retry", task.name)
                }
                try await eventually("the other daemon has neither half any more") {
                    try await write()
                    return try await states(loser) == ["failed", "failed"]
                }
                for task in try await loser.pair(pair).tasks { #expect(task.error?.code == "fenced") }
                try await keeper.wait(pair, for: "settled")
                #expect(try await states(keeper) == ["running", "running"])
                #expect(try await states(loser) == ["failed", "failed"])
                for server in [a, b] { #expect(try await server.value("SELECT COUNT(*) FROM `\(database)`.t") == "\(2 * rows)") }
            }
        }

        /// The one of the two that has stopped.
        private func loser(_ daemons: [TestSupervisor], _ task: String, _ source: TestServer, _ database: String) async throws -> Int {
            try await eventually("one daemon's task has failed and the other's runs") {
                try await source.execute("INSERT INTO `\(database)`.t () VALUES ()")
                var states: [String] = []
                for daemon in daemons { states.append(try await daemon.task(task).state) }
                if states == ["failed", "running"] { return 0 }
                return states == ["running", "failed"] ? 1 : nil
            }
        }

        private func writeAndArrive(
            _ a: TestServer, _ b: TestServer, _ database: String, _ daemon: TestSupervisor, _ task: String
        ) async throws {
            try await a.execute("INSERT INTO `\(database)`.t () VALUES (), (), ()")
            try await daemon.wait(task, for: "caught-up")
            let count = "SELECT COUNT(*) FROM `\(database)`.t"
            let (source, target) = (try await a.value(count), try await b.value(count))
            #expect(source == target)
        }

        private func epoch(_ target: TestServer, _ id: String) async throws -> Int? {
            try await target.value("SELECT epoch FROM `__dts__`.progress WHERE task = '\(id)' AND lane = 0").flatMap { Int($0) }
        }

        private func hostName() async throws -> String {
            try await Command.run("/bin/uname", ["-n"]).succeeded().output.split(separator: "\n").first.map(String.init) ?? ""
        }
    }
}
