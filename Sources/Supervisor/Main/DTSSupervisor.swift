import ArgumentParser
import Glibc
import SupervisorCLI

/// The program: `serve` runs the daemon, every other command talks to one.
@main
struct DTSSupervisor: AsyncParsableCommand {
    static let configuration = CLI.configuration(serve: Serve.self)

    static func main() async {
        // A client or a worker that went away is an error of a write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        Glibc.exit(await CLI.run(Self.self, arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
