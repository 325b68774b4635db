import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// SIGKILL at random moments: after recovery each source transaction has taken effect once, also where rows have no
    /// key.
    @Suite struct CrashTests {
        /// The whole life of a pair: structure, load, the opening of the reverse direction, and under way.
        @Test(arguments: Integration.kinds)
        func killedAtRandomMoments(kind: ServerKind) async throws {
            try await Scope.with { scope in
                var random = SeededRandom(seed: Integration.seed)
                let pair = try await ShopPair(kind, .bEmpty, rows: 8000, in: scope)
                let writersA = try await pair.write(.a, rate: 100)
                try await pair.start()
                try await kill(pair, workers: Integration.isLong ? 5 : 2, supervisors: 1, &random)
                try await pair.waitUntilIncremental()
                let writersB = try await pair.write(.b, rate: 100)
                try await kill(pair, workers: Integration.isLong ? 20 : 4, supervisors: Integration.isLong ? 5 : 1, &random)
                try await writersB.commit(20)
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        /// Kills in a mixed order, each at a moment of its own.
        private func kill(_ pair: ShopPair, workers: Int, supervisors: Int, _ random: inout SeededRandom) async throws {
            var victims = Array(repeating: false, count: workers) + Array(repeating: true, count: supervisors)
            victims.shuffle(using: &random)
            for isSupervisor in victims {
                try await Task.sleep(for: .milliseconds(random.number(20...1200)))
                if isSupervisor {
                    try await pair.supervisor.kill()
                    try await pair.supervisor.start()
                } else {
                    // The one that is hit has to be there first: it may still wait for its restart.
                    let pid = try await eventually("a worker runs") { try await pair.supervisor.workers().randomElement(using: &random) }
                    _ = Glibc.kill(pid, SIGKILL)
                }
            }
        }

        /// A server that is killed and comes back is waited for; nobody has to do anything.
        @Test(arguments: Integration.kinds, Side.allCases)
        func databaseKilled(kind: ServerKind, side: Side) async throws {
            try await Scope.with { scope in
                async let first = TestServer.start(kind, in: scope)
                async let second = TestServer.start(kind, in: scope)
                let (a, b) = (try await first, try await second)
                let pair = try await ShopPair(kind, .bEmpty, servers: (a, b), in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let writersA = try await pair.write(.a, rate: 100)
                let writersB = try await pair.write(.b, rate: 100)
                try await writersA.commit(30)
                let victim = side == .a ? a : b
                try await victim.kill()
                try await victim.start()
                try await writersA.commit(30)
                try await writersB.commit(30)
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        /// Every connection of the pair is cut by an administrator, again and again.
        @Test(arguments: Integration.kinds)
        func connectionsKilled(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let servers = try [TestServer.shared(kind, .a), TestServer.shared(kind, .b)]
                let account = try await Account.make(on: servers, in: scope)
                let pair = try await ShopPair(kind, .bEmpty, account: account, in: scope)
                let writersA = try await pair.write(.a, rate: 100)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let writersB = try await pair.write(.b, rate: 100)
                for server in servers + servers {
                    try await writersB.commit(20)
                    // They may not all be back from the blow before.
                    try await eventually("connections of the pair are there to be killed") {
                        try await killConnections(of: account.user, on: server) > 0
                    }
                }
                try await writersA.commit(20)
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        private func connections(of user: String, on server: TestServer) async throws -> [String] {
            try await server.rows("SHOW FULL PROCESSLIST").filter { $0[1] == user }.compactMap { $0[0] }
        }

        private func killConnections(of user: String, on server: TestServer) async throws -> Int {
            let found = try await connections(of: user, on: server)
            try await server.withSession { session in
                for connection in found {
                    do {
                        try session.execute("KILL CONNECTION \(connection)")
                    } catch let error as MySQLError where error.code.rawValue == 1094 {
                        // It has ended by itself.
                    }
                }
            }
            return found.count
        }
    }
}
