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
        do {
            var command = try root.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch {
            return report(error, root)
        }
    }

    private static func report(_ error: any Error, _ root: any ParsableCommand.Type) -> Int32 {
        let console = Surroundings.current
        switch error {
        case let status as ExitStatus:
            return status.rawValue
        case let failure as Failure:
            console.printError(failure)
            return ExitStatus(failure.code).rawValue
        case let file as InvalidFile:
            console.printError(file.failure)
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
                console.printError(usage(text))
                return ExitStatus.usage.rawValue
            case let code:
                if !text.isEmpty { console.printError(text) }
                return code.rawValue
            }
        }
    }

    /// The parser's text with its first line in the form of every other error.
    private static func usage(_ text: String) -> String {
        let prefix = "Error: "
        return "error: wrong-usage: \(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)"
    }
}
