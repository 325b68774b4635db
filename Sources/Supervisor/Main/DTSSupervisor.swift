import ArgumentParser
import CProcess
import Glibc
import SupervisorCLI

/// The program: `serve` runs the daemon, every other command talks to one.
@main
struct DTSSupervisor: AsyncParsableCommand {
    static let configuration = CLI.configuration(serve: Serve.self)

    static func main() async {
        // A client or a worker that went away is an error of a write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        // Passwords are in the memory of the daemon, and of a command that reads a task's file.
        guard dts_forbid_core_dumps() else {
            perror("dts-supervisor: core dumps cannot be switched off")
            Glibc.exit(1)
        }
        Glibc.exit(await CLI.run(Self.self, arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
