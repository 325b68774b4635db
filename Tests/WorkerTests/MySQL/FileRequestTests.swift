import SyncModel
import SyncMySQL
import TestSupport
import Testing

/// A server that asks for files of this machine gets none, whatever it asks in answer to.
@Suite struct FileRequestTests {
    /// A server that answers statements which begin with `trigger` by a request for a file of ours.
    private static func server(_ trigger: String, in scope: Scope) throws -> HostileServer {
        let secret = try scope.file("secret", "row of another customer")
        var script = HostileScript()
        script.answer = { $0.hasPrefix(trigger) ? .file(secret) : .ok }
        return try HostileServer(script, in: scope)
    }

    /// At its first statement.
    @Test(arguments: [false, true]) func aSessionGivesNoFile(localInfile: Bool) async throws {
        try await Scope.with { scope in
            let server = try Self.server("SET NAMES", in: scope)
            let options = Session.Options(endpoint: server.endpoint(), password: "dts", localInfile: localInfile)
            try await WorkerThread.run("test-session") {
                let error = #expect(throws: MySQLError.self) { try Session(options) }
                #expect(error?.code == .fileRequested)
                let failure = try #require(error).failure(role: "source", address: "a", doing: "connecting")
                #expect(failure.code == .fileRequested)
                #expect(failure.kind == .needsOperator)
            }
            #expect(server.files.isEmpty)
        }
    }

    @Test func aSessionThatHasLoadedGivesOnlyWhatItLoads() async throws {
        let rows = Array("1\ta\n".utf8)
        try await Scope.with { scope in
            let server = try Self.server("LOAD DATA", in: scope)
            let options = Session.Options(endpoint: server.endpoint(), password: "dts", localInfile: true)
            try await WorkerThread.run("test-session") {
                let session = try Session(options)
                try rows.withUnsafeBytes { bytes in
                    _ = try session.load("LOAD DATA LOCAL INFILE 'rows' INTO TABLE t", data: bytes)
                    // Not a load of ours: nothing is given.
                    #expect(throws: MySQLError.self) { try session.execute("LOAD DATA LOCAL INFILE 'rows' INTO TABLE t") }
                }
            }
            #expect(server.files == rows)
        }
    }
}
