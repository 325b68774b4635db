import SyncModel
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A server, or somebody in its place, that tries to have statements of its own executed on the other server.
    @Suite struct HostileServerTests {
        @Test(arguments: Integration.kinds, HostilePath.Part.allCases)
        func nothingOfTheirsIsExecuted(kind: ServerKind, part: HostilePath.Part) async throws {
            try await Scope.with { scope in
                let log = try scope.file("worker.log", "")
                scope.onFailureShow { textOfFile(log).tail(30) }
                let servers = [try TestServer.shared(kind, .a), try TestServer.shared(kind, .b)]
                scope.onExit { for server in servers { try await server.execute("DROP DATABASE IF EXISTS __dts__") } }
                for path in HostilePath.wanted(part, kind) {
                    do {
                        try await Scope.with { try await Self.check(path, kind, log: log, in: $0) }
                    } catch {
                        Issue.record("\(path.testDescription): \(error)")
                    }
                }
            }
        }

        private static func check(_ path: HostilePath, _ kind: ServerKind, log: String, in scope: Scope) async throws {
            let run = try await HostileRun(path, kind, in: scope)
            let ending = try await run.run(log: log)
            #expect(run.hasRewritten || path.changesNothing, "\(path.testDescription)")
            switch (ending, path.ending.on(kind)) {
            case (.failed(let failure), .fails(let code)) where failure.code == code: break
            case (.caughtUp, .carried(let query, let expected)): #expect(try await run.onTarget(query) == expected, "\(path.testDescription)")
            case (.caughtUp, .equal): try await run.requireEqual()
            case (.caughtUp, .passedOver): break
            default: Issue.record("\(path.testDescription): \(ending)")
            }
        }
    }
}
