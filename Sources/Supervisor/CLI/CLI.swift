package import ArgumentParser
import SupervisorAPI
import SupervisorConfig
import SyncModel

/// The command line: every command but `serve`.
package enum CLI {
    /// - Parameter serve: the command that runs the daemon.
    package static func configuration(serve: any ParsableCommand.Type) -> CommandConfiguration {
        CommandConfiguration(
            commandName: VersionView.current.program,
            abstract: "Two-way synchronisation of MySQL databases.",
            discussion: """
                Exit codes: 0 done, 1 failed, 2 wrong usage or invalid file, 3 verification failed, 4 timed out, \
                5 differences found by a check, 6 daemon not reachable.
                """,
            version: VersionView.current.version,
            subcommands: [
                serve, PairCommand.self, TaskCommand.self, WaitCommand.self, ConflictCommand.self, MessageCommand.self,
                NotifyCommand.self, TopologyCommand.self, BillingCommand.self,
            ]
        )
    }

    /// Parses, runs and reports.
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code of the contract.
    package static func run(_ root: any ParsableCommand.Type, arguments: [String]) async -> Int32 {
        // Behind '--' everything is an argument.
        let json = arguments.prefix { $0 != "--" }.contains("--json")
        do {
            try UnknownCommand.check(arguments, of: root)
            var command = try root.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch {
            return report(error, root, json: json)
        }
    }

    private static func report(_ error: any Error, _ root: any ParsableCommand.Type, json: Bool) -> Int32 {
        let console = Surroundings.current
        switch error {
        case let status as ExitStatus:
            return status.rawValue
        case let failure as Failure:
            console.tell(failure, json: json)
            return ExitStatus(failure.code).rawValue
        case let file as InvalidFile:
            console.tell(file.failure, json: json)
            return ExitStatus.usage.rawValue
        case is CancellationError:
            return ExitStatus.failed.rawValue
        default:
            // Help and version arrive as errors with the exit code of success.
            let text = root.fullMessage(for: error)
            switch root.exitCode(for: error) {
            case .success:
                return (console.output(Array("\(text)\n".utf8)) ? ExitStatus.done : .failed).rawValue
            case .validationFailure:
                console.tell(usage(text), json: json)
                return ExitStatus.usage.rawValue
            case let code:
                if !text.isEmpty { console.printError(text) }
                return code.rawValue
            }
        }
    }

    /// The parser's text as a failure: its first line says what is wrong, the others how it is right.
    private static func usage(_ text: String) -> Failure {
        let prefix = "Error: "
        let lines = (text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]).split(
            separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = lines.count > 1 ? lines[1].trimmingPrefix { $0.isNewline } : ""
        return Failure(.wrongUsage, String(lines.first ?? ""), remedy: String(rest))
    }
}
