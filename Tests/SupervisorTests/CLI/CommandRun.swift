import ArgumentParser
import SupervisorAPI
import SupervisorCLI
import SupervisorConfig

/// The root of the command line, with a `serve` that does nothing but show its options.
struct TestRoot: AsyncParsableCommand {
    static let configuration = CLI.configuration(serve: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "serve")
        @OptionGroup var options: ServeOptions

        func run() async throws {
            let settings = try options.settings()
            let address = settings.listen.map { "\($0.host) \($0.port)" } ?? "-"
            let text = "\(try options.data.path) \(address) \(settings.worker ?? "-") \(settings.logLevel)\n"
            _ = Surroundings.current.output(Array(text.utf8))
        }
    }
}

/// One run of the command line in this process.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    init(_ arguments: [String], environment: [String: String] = [:]) async {
        let output = Text(), errors = Text()
        let surroundings = Surroundings(
            environment: environment,
            output: { output.append($0) },
            errors: { errors.append($0) }
        )
        status = await Surroundings.$current.withValue(surroundings) {
            await CLI.run(TestRoot.self, arguments: arguments)
        }
        self.output = output.value
        self.errors = errors.value
    }

    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try APICodec.decode(type, from: Array(output.utf8))
    }
}

extension TestDaemon {
    /// Runs a command against this daemon.
    func run(_ arguments: String..., environment: [String: String] = [:]) async -> CommandRun {
        await run(arguments, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) async -> CommandRun {
        await CommandRun(arguments, environment: environment.merging([DataFolder.variable: folder.path]) { $1 })
    }
}
