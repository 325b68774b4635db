import ArgumentParser
import Glibc
import Logging
import SupervisorCLI
import SupervisorConfig

/// `serve`: the daemon.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the daemon.",
        discussion: """
            Prints one line that begins with 'ready' once it accepts commands. SIGTERM and SIGINT stop all workers at a \
            commit boundary and end the daemon with status 0; what was running runs again after the next 'serve'. SIGHUP \
            has it read the file of settings again.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let settings = try options.settings()
        // Nothing that the daemon creates is for other users.
        umask(0o077)
        var logger = Logger(label: "dts-supervisor") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info
        let daemon = try await Daemon(folder: try options.data.path, settings: settings, reread: options.reading, logger: logger)
        try await daemon.run()
    }
}
