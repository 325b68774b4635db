import SyncModel
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A pair whose two servers are reached through relays that may rewrite what they say, for both tasks and for the users' sessions.
    @Suite struct HostilePairTests {
        private struct Relayed: Sendable {
            let pair: ShopPair
            let relays: (a: HostileServer, b: HostileServer)

            init(_ kind: ServerKind, settings: String = "prevails: a", in scope: Scope) async throws {
                func relay(_ side: Side) throws -> HostileServer {
                    try HostileServer(HostileScript(inFrontOf: TestServer.shared(kind, side).address.port), in: scope)
                }
                func server(_ relay: HostileServer) -> TestServer {
                    TestServer(kind: kind, address: ServerAddress(host: "127.0.0.1", port: relay.port))
                }
                relays = (try relay(.a), try relay(.b))
                pair = try await ShopPair(kind, .bEmpty, servers: (server(relays.a), server(relays.b)), rows: 200, settings: settings, in: scope)
                try await pair.start()
                try await pair.waitUntilSettled()
            }

            /// Neither server was told what a hostile one wanted to be said.
            func requireNothingSaid() {
                for relay in [relays.a, relays.b] {
                    for case .statement(let statement) in relay.heard {
                        #expect(!BareText.of(statement).lowercased().contains("canary"), "\(statement)")
                    }
                }
            }
        }

        /// A relay that rewrites nothing changes nothing, so what is found behind one that does is its doing.
        @Test(arguments: Integration.kinds)
        func relaysThatRewriteNothingChangeNothing(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await Relayed(kind, in: scope).pair
                let (writersA, writersB) = (try await pair.write(.a), try await pair.write(.b))
                try await writersA.commit(50)
                try await writersB.commit(50)
                _ = (try await writersA.stop(), try await writersB.stop())
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }

        struct Path: Sendable, CustomTestStringConvertible {
            var testDescription: String
            /// What A's log says to the task a-to-b.
            var event: @Sendable (HostileEvent) -> HostileEvent
            /// The error with which it stops, or the rows that B has got; one of both.
            var code: FailureCode?
            var rows: [[String?]] = []
        }

        static let paths = [
            Path(testDescription: "a text", event: { $0.replacing("PLACE", with: "'OR 1") }, rows: [["1", "'OR 1"], ["2", "from B"]]),
            Path(
                testDescription: "the name of a table", event: { $0.table == "t" ? $0.mapping(table: HostilePath.polyglot) : $0 },
                code: .unknownTable),
            Path(testDescription: "the name of a file", event: { $0.naming(file: HostilePath.polyglot) }, code: .binlogCorrupt),
        ]

        /// The log of A is rewritten for one task, while the other carries to A what users write on B.
        @Test(arguments: Integration.kinds, paths)
        func theOtherTaskGoesOn(kind: ServerKind, path: Path) async throws {
            try await Scope.with { scope in
                let one = try await Relayed(kind, settings: "prevails: a\nddl: a-to-b", in: scope)
                let (pair, table) = (one.pair, "`\(one.pair.database)`.t")
                let aToB = "\(pair.name)-a-to-b"
                try await pair.a.execute("CREATE TABLE \(table) (id INT PRIMARY KEY, w VARCHAR(200))")
                try await pair.waitUntilSettled()
                try await pair.supervisor.run("task", "pause", aToB)
                // From now on, to those who connect.
                one.relays.a.behave { $0.event = path.event }
                try await pair.a.execute("FLUSH BINARY LOGS", "INSERT INTO \(table) VALUES (1, 'PLACE')", "FLUSH BINARY LOGS")
                try await pair.supervisor.run("task", "resume", aToB)
                try await pair.b.execute("INSERT INTO \(table) VALUES (2, 'from B')")
                try await eventually("A has the row of B") { try await pair.a.value("SELECT w FROM \(table) WHERE id = 2") == "from B" }
                if let code = path.code {
                    let failure = try await eventually(within: .seconds(60), "the task stops with an error") {
                        let report = try await pair.tasks().aToB
                        return report.state == "failed" ? report.error : nil
                    }
                    #expect(failure.code == code.rawValue, "\(failure)")
                    #expect(try await pair.tasks().bToA.error == nil)
                } else {
                    try await pair.waitUntilSettled()
                    #expect(try await pair.b.rows("SELECT id, w FROM \(table) ORDER BY id") == path.rows)
                    // What B was made to believe does not come back to A.
                    #expect(try await pair.a.value("SELECT w FROM \(table) WHERE id = 1") == "PLACE")
                }
                #expect(try await pair.tasks().bToA.state == "running")
                one.requireNothingSaid()
            }
        }
    }
}
