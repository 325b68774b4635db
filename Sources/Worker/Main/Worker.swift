import CMySQL
import CProcess
import Glibc
import Logging
import SyncModel
import SyncWire
import WorkerEngine

/// One one-way task in a process of its own, told what to do on stdin. See docs/protocol.md.
@main
struct Worker {
    static let build = "dts-worker 0.1"

    static func main() async {
        let parent = getppid()
        if CommandLine.arguments.dropFirst().first == "describe" {
            describe()
            return
        }
        signal(SIGPIPE, SIG_IGN)
        dts_share_heaps()
        // The supervisor may already be gone; then nobody would ever stop this process.
        guard dts_forbid_core_dumps(), dts_die_with_parent(parent), dts_mysql_library_init() == 0 else { exit(70) }
        LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
        guard let channel = Channel.takingOverStandardStreams() else { exit(71) }
        let logger = Logger(label: "worker")
        let outbox = Outbox(descriptor: channel.output, logger: logger)
        let engine = Engine(outbox: outbox, logger: logger)
        outbox.send(.hello(Hello(build: build, capabilities: ["mysql", "mariadb"])))
        for await message in CommandReader(descriptor: channel.input, outbox: outbox).messages {
            await engine.handle(message)
        }
        // End of input: the supervisor is gone or wants no more of this task.
        await engine.shutDown()
        outbox.drain()
        exit(0)
    }

    /// What a supervisor asks of any executable in its workers folder.
    private static func describe() {
        print(#"{"name":"mysql","build":"\#(build)","protocol":{"min":\#(Hello.version),"max":\#(Hello.version)}}"#)
    }
}
