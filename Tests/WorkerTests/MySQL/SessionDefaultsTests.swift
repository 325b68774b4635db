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
            // What is expected on another thread belongs to no test.
            let (tried, others) = try await WorkerThread.run("test-session") {
                let usual = try Self.values(try server.session())
                var usually = Session.Options(endpoint: server.endpoint(), password: "dts")
                usually.keepsServerDefaults = true
                let administrator = try Session(usually)
                var tried: Set<String> = []
                var others: [String] = []
                for one in HostileDefault.rounds.joined() where one.isPinned {
                    let (names, undo) = try HostileDefault.set([one], administrator)
                    let found = try Self.values(try server.session())
                    others += names.filter { found[$0] != usual[$0] }.map { "\(one): \($0) is \(found[$0] ?? "")" }
                    for statement in undo { try administrator.execute(statement) }
                    tried.formUnion(names)
                }
                return (tried, others)
            }
            #expect(others.isEmpty)
            #expect(tried.count > 25, "\(tried)")
        }
    }

    /// A statement that the server would not take is refused before it is sent: the server would only cut the connection.
    @Test(arguments: [ServerKind.mysql, .mariadb])
    func aStatementThatIsTooLargeIsNamed(_ kind: ServerKind) async throws {
        try await Scope.with { scope in
            let limit = 4 << 20
            let server = try await TestSupport.TestServer.start(kind, ["--max-allowed-packet=\(limit)"], in: scope)
            let head = "SELECT LENGTH('"
            let fits = head + String(repeating: "x", count: limit - 2 - head.utf8.count - 2) + "')"
            let (length, error, after) = try await WorkerThread.run("test-session") {
                let session = try server.session()
                let length = try session.value(fits)
                var refusal: MySQLError?
                do throws(MySQLError) { _ = try session.value(fits + " ") } catch { refusal = error }
                return (length, refusal, try? session.value("SELECT 1"))
            }
            #expect(length == "\(fits.utf8.count - head.utf8.count - 2)")
            #expect(error?.code == .packetTooLarge)
            #expect(error?.message.contains("\(limit)") == true, "\(error?.message ?? "")")
            #expect(error?.failure(role: "target", address: "b", doing: "writing").kind == .needsOperator)
            #expect(after == "1", "the connection is as it was")
        }
    }
}
