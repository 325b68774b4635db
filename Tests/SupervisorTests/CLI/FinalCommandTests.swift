import SupervisorAPI
import SupervisorCLI
import SyncModel
import TestSupport
import Testing

/// What cannot be undone is asked about on a terminal, and has to be said to be meant elsewhere.
@Suite(.timeLimit(.minutes(10))) struct FinalCommandTests {
    private static let commands = [["task", "stop", "t"], ["task", "delete", "t"], ["pair", "stop", "shop"], ["pair", "delete", "shop"]]

    private static func withBoth(_ body: @escaping @Sendable (TestDaemon) async throws -> Void) async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            #expect(await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml").status == 0)
            await daemon.operations.set("t", .running)
            await daemon.operations.set("shop", .running)
            try await body(daemon)
        }
    }

    @Test(arguments: commands) func withoutATerminalItHasToBeSaid(_ command: [String]) async throws {
        try await Self.withBoth { (daemon) async throws in
            let refused = await CommandRun(command, environment: [DataFolder.variable: daemon.folder.path])
            #expect(refused.status == 2)
            #expect(refused.output.isEmpty)
            #expect(refused.errors.hasPrefix("error: wrong-usage: '\(command[0]) \(command[1])' is final"), "\(refused.errors)")
            #expect(refused.errors.contains("remedy: say so with --yes"))
            #expect(try await daemon.operations.task("t").state == .running)
            #expect(try await daemon.operations.pair("shop").state == .running)
            let done = await CommandRun(command + ["--yes"], environment: [DataFolder.variable: daemon.folder.path])
            #expect(done.status == 0, "\(done.errors)")
        }
    }

    @Test(arguments: commands) func onATerminalAPersonIsAsked(_ command: [String]) async throws {
        try await Self.withBoth { (daemon) async throws in
            func answer(_ answer: String) async throws -> Terminal {
                try await Terminal.run(
                    Repository.program("dts-supervisor"), command, environment: [DataFolder.variable: daemon.folder.path],
                    when: "Type 'yes' to go on: ", type: answer)
            }
            let name = command[2]
            let refused = try await answer("no")
            #expect(refused.status == 1 && refused.output.isEmpty)
            #expect(refused.screen.contains("'\(name)' for good"), "\(refused.screen)")
            #expect(refused.screen.contains("error: not-confirmed: nothing was done"), "\(refused.screen)")
            #expect(await daemon.operations.deleted.isEmpty)
            #expect(try await daemon.operations.task("t").state == .running)
            let done = try await answer("yes")
            #expect(done.status == 0, "\(done.screen)")
            #expect(done.output.hasPrefix(command[1] == "stop" ? "\(name): stopped" : "deleted \(command[0]) \(name)"), "\(done.output)")
        }
    }

    @Test(arguments: commands) func helpSaysThatItIsFinal(_ command: [String]) async {
        let help = await CommandRun([command[0], command[1], "--help"])
        #expect(help.output.contains("for good") && help.output.contains("--yes"), "\(help.output)")
    }
}
