package import SyncModel
package import SyncWire
import Subprocess
import SystemPackage

/// The real worker in a process of its own, told what to do as its supervisor would.
package enum TestWorker {
    /// How a run ended.
    package enum Ending: Sendable {
        case failed(Failure)
        /// It had all that the source had, and was then asked to stop.
        case caughtUp
        /// Without a word, by a signal or its own mistake.
        case crashed(String)
    }

    /// Runs the task until it has caught up with the source or cannot go on.
    ///
    /// - Parameters:
    ///   - log: file that gets what the worker prints.
    ///   - whileStreaming: called once the log is being applied; the task then catches up with what it did.
    package static func run(
        _ configuration: SyncWire.Configuration, log: String, whileStreaming: @escaping @Sendable () async throws -> Void
    ) async throws -> Ending {
        let file = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
        // One that hangs is a failure of the test, not a test without an end.
        let program = Arguments(["-k", "1", "60", Repository.program("dts-worker")])
        let result = try await Subprocess.run(
            .path("/usr/bin/timeout"), arguments: program, input: .inputWriter, output: .sequence,
            error: .fileDescriptor(file, closeAfterSpawningProcess: true)
        ) { child -> Ending? in
            let commands: [SupervisorMessage] = [
                .hello(Hello(build: "test")), .command(id: 1, .configure(configuration)), .command(id: 2, .run),
            ]
            for command in commands { _ = try await child.standardInputWriter.write(LineCodec.encode(command)) }
            var splitter = LineSplitter(limit: 64 << 20)
            var ending: Ending?
            for try await buffer in child.standardOutput {
                var lines: [[UInt8]] = []
                buffer.withUnsafeBytes { bytes in
                    splitter.feed(bytes) { if case .line(let line) = $0 { lines.append(line) } }
                }
                for line in lines {
                    switch try LineCodec.decodeWorkerMessage(line) {
                    case .phase(.incremental):
                        try await whileStreaming()
                        _ = try await child.standardInputWriter.write(LineCodec.encode(SupervisorMessage.command(id: 3, .catchUp)))
                    case .answer(let answer) where answer.id == 3 && answer.failure == nil:
                        ending = .caughtUp
                        _ = try await child.standardInputWriter.write(LineCodec.encode(SupervisorMessage.command(id: 4, .stop)))
                    case .answer(let answer) where answer.id == 3:
                        // Of a run that has ended, its own error says why.
                        guard let failure = answer.failure, failure.code != .notAllowed else { break }
                        ending = .failed(failure)
                        _ = try await child.standardInputWriter.write(LineCodec.encode(SupervisorMessage.command(id: 4, .stop)))
                    case .answer(let answer):
                        if answer.id < 3, let failure = answer.failure { throw Trouble("\(failure)") }
                    case .error(let failure): ending = .failed(failure)
                    default: break
                    }
                }
            }
            return ending
        }
        if case .exited(let status) = result.terminationStatus, status <= 1, let ending = result.closureResult { return ending }
        return .crashed("\(result.terminationStatus)\n\(textOfFile(log).tail(20))")
    }
}
