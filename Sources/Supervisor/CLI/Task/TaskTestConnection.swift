import ArgumentParser
import SupervisorAPI

/// `task test-connection NAME`.
struct TaskTestConnection: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-connection",
        abstract: "Log in to both servers of a task, whatever it does; exits with 3 when one of them cannot be used."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let test: VerificationView = try await daemon.client.post("\(APIPath.task(name.name))/test-connection")
        try daemon.print(test, VerificationText.connection(test))
        guard test.passed else { throw ExitStatus.verificationFailed }
    }
}
