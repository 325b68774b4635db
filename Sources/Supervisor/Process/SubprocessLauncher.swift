package import Logging
import Subprocess
package import SupervisorTasks
import SyncModel
import SyncWire
package import SystemPackage

/// Runs workers as child processes, each in its own session, and speaks docs/protocol.md with them.
package struct SubprocessLauncher: WorkerLauncher {
    private let program: @Sendable () throws -> FilePath
    private let arguments: [String]
    private let logFolder: FilePath
    private let logLimits: LogFile.Limits
    private let limits: WorkerLimits
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - program: looked up before each spawn, so that a worker that was missing can be put in place.
    ///   - logFolder: where `NAME.log` of each task goes; must exist.
    package init(
        program: @escaping @Sendable () throws -> FilePath,
        arguments: [String] = [],
        logFolder: FilePath,
        logLimits: LogFile.Limits = LogFile.Limits(),
        limits: WorkerLimits = WorkerLimits(),
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.program = program
        self.arguments = arguments
        self.logFolder = logFolder
        self.logLimits = logLimits
        self.limits = limits
        self.clock = clock
        self.logger = logger
    }

    package func run(task: String, events: @escaping @Sendable (WorkerEvent) async -> Void) async -> WorkerExit {
        let executable: FilePath
        do {
            executable = try program()
        } catch {
            return WorkerExit(status: .notStarted, failure: Self.notStarted(error))
        }
        var options = PlatformOptions()
        options.createSession = true
        // Only for the case that the whole supervisor is cancelled; a stop in order has its own steps.
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        let elapsed = stopwatch(clock)
        do {
            let result = try await Subprocess.run(
                .path(executable),
                arguments: Arguments(arguments),
                environment: WorkerEnvironment.make(task: task),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { child in
                let connection = WorkerConnection(
                    pid: Int(child.processIdentifier.value),
                    limits: limits,
                    elapsed: elapsed
                )
                var log = LogFile(path: logFolder.appending("\(task).log"), limits: logLimits)
                log.append(line: "--- worker \(connection.pid) started\n")
                let session = WorkerSession(
                    child: child,
                    connection: connection,
                    limits: limits,
                    clock: clock,
                    elapsed: elapsed,
                    events: events
                )
                await session.run(log: log)
                return (connection.failure, connection.done)
            }
            let (failure, done) = result.closureResult
            return WorkerExit(status: Self.status(result.terminationStatus), failure: failure, done: done)
        } catch {
            return WorkerExit(status: .notStarted, failure: Self.notStarted(error))
        }
    }

    private static func status(_ status: TerminationStatus) -> WorkerExit.Status {
        switch status {
        case .exited(let code): .exited(Int(code))
        case .signaled(let signal): .signaled(Int(signal))
        }
    }

    private static func notStarted(_ error: any Error) -> Failure {
        if let failure = error as? Failure { return failure }
        if let error = error as? SubprocessError, error.code == .executableNotFound {
            return Failure(
                .workerNotFound,
                "the worker program is not there",
                remedy: "put 'dts-worker' beside dts-supervisor"
            )
        }
        return Failure(
            .workerCrashed,
            "the worker could not be started: \(error)",
            remedy: "look for a lack of memory, processes or file descriptors",
            kind: .transient
        )
    }
}
