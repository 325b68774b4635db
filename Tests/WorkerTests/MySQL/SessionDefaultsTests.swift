import SyncModel
import SyncMySQL
import TestSupport
import Testing

/// Whatever a server gives its sessions to begin with, a statement of ours means the same.
@Suite(.serialized) struct SessionDefaultsTests {
    private static func values(_ session: Session) throws -> [String: String] {
        var result: [String: String] = [:]
        for row in try session.rows("SHOW SESSION VARIABLES") { result[row[0] ?? ""] = row[1] ?? "" }
        return result
    }

    @Test(arguments: [ServerKind.mysql, .mariadb])
    func everySessionIsPinnedWhenItIsBorn(_ kind: ServerKind) async throws {
        try await Scope.with { scope in
            let server = try await TestSupport.TestServer.start(kind, in: scope)
            try await WorkerThread.run("test-session") {
                let usual = try Self.values(try server.session())
                var usually = Session.Options(endpoint: server.endpoint(), password: "dts")
                usually.keepsServerDefaults = true
                let administrator = try Session(usually)
                var tried: Set<String> = []
                for one in HostileDefault.rounds.joined() where one.isPinned {
                    let (names, undo) = try HostileDefault.set([one], administrator)
                    for name in names {
                        #expect(try Self.values(try server.session())[name] == usual[name], "\(one) on \(kind)")
                    }
                    for statement in undo { try administrator.execute(statement) }
                    tried.formUnion(names)
                }
                #expect(tried.count > 25, "\(tried)")
            }
        }
    }

    /// A statement that the server would not take is refused before it is sent: the server would only cut the connection.
    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func aStatementThatIsTooLargeIsNamed(_ server: TestServer) async throws {
        let options = try server.options()
        try await WorkerThread.run("test-session") {
            let session = try Session(options)
            let limit = try #require(Int(try session.value("SELECT @@max_allowed_packet") ?? ""))
            guard limit < 256 << 20 else { return }
            let head = "SELECT LENGTH('"
            let fits = head + String(repeating: "x", count: limit - 1 - head.utf8.count - 2) + "')"
            #expect(try session.value(fits) == "\(fits.utf8.count - head.utf8.count - 2)")
            let error = #expect(throws: MySQLError.self) { try session.value(fits + " ") }
            #expect(error?.code == .packetTooLarge)
            #expect(error?.failure(role: "target", address: "b", doing: "writing").kind == .needsOperator)
            // The connection is as it was.
            #expect(try session.value("SELECT 1") == "1")
        }
    }
}
