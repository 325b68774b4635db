import Subprocess
import SupervisorTasks
import SyncModel
import SyncWire

/// The life of one worker, from its spawn to the end of its output. It is over when the worker's stdout and stderr are;
/// the exit status is awaited by whoever runs it.
struct WorkerSession: Sendable {
    typealias Child = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    let child: Child
    let connection: WorkerConnection
    let limits: WorkerLimits
    let clock: any Clock<Duration>
    let elapsed: @Sendable () -> Duration
    let events: @Sendable (WorkerEvent) async -> Void

    func run(log: LogFile) async {
        connection.send(.hello(Hello(build: "dts-supervisor")))
        await events(.started(connection))
        await withTaskGroup(of: Void.self) { helpers in
            helpers.addTask { await write() }
            helpers.addTask { await watch() }
            helpers.addTask { await obey() }
            await withTaskGroup(of: Void.self) { readers in
                readers.addTask { await readErrors(into: log) }
                readers.addTask { await read() }
            }
            connection.close()
            helpers.cancelAll()
        }
        // Whoever closed its output and stayed, or left a child of its own behind, goes now.
        await child.teardown(using: [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: limits.terminate)
        ])
    }

    // MARK: stdin

    private func write() async {
        do {
            for await line in connection.lines {
                // A dead worker takes nothing and says nothing; its end of output follows.
                guard try await child.standardInputWriter.write(line) == line.count else { return }
            }
            try await child.standardInputWriter.finish()
        } catch {
            // The same, seen as EPIPE.
        }
    }

    // MARK: stdout

    private func read() async {
        var splitter = LineSplitter(limit: limits.line)
        var meter = Meter(limit: limits.messagesPerSecond)
        do {
            for try await buffer in child.standardOutput {
                var pieces: [LineSplitter.Piece] = []
                buffer.withUnsafeBytes { bytes in splitter.feed(bytes) { pieces.append($0) } }
                for piece in pieces where !connection.isCondemned {
                    await take(piece)
                    if let pause = meter.count(at: elapsed()) { try await clock.sleep(for: pause) }
                }
            }
        } catch {
            connection.condemn(Self.violation("its output could not be read"))
        }
    }

    private func take(_ piece: LineSplitter.Piece) async {
        switch piece {
        case .tooLong(let byteCount):
            connection.condemn(Self.violation("sent a line of \(byteCount) bytes or more; allowed: \(limits.line) bytes"))
        case .line(let line):
            let message: WorkerMessage
            do throws(MessageProblem) {
                message = try LineCodec.decodeWorkerMessage(line)
            } catch {
                connection.condemn(Self.violation("sent \(error)"))
                return
            }
            connection.begins(message)
            await take(message)
            connection.handled()
        }
    }

    private func take(_ message: WorkerMessage) async {
        guard connection.isGreeted else {
            guard case .hello(let hello) = message else {
                connection.condemn(Self.violation("sent the message '\(message.type)' before 'hello'; allowed: 'hello' as the first message"))
                return
            }
            guard Hello(build: "").agrees(with: hello) else {
                connection.condemn(
                    Failure(
                        .workerIncompatible,
                        "the worker speaks protocol versions \(hello.minVersion) to \(hello.maxVersion), this supervisor \(Hello.version)",
                        remedy: "install the worker that belongs to this supervisor"
                    )
                )
                return
            }
            connection.greeted()
            await events(.connected)
            return
        }
        // Its last word, and ours: whoever waits for the end of input goes now.
        if case .done = message { connection.dismiss() }
        await events(.message(message))
    }

    private static func violation(_ what: String) -> Failure {
        Failure(
            .protocolViolation,
            "the worker \(what)",
            remedy:
                "it was killed and is started again; if this repeats, install the worker that belongs to this supervisor",
            kind: .transient
        )
    }

    // MARK: stderr

    private func readErrors(into log: LogFile) async {
        var log = log
        do {
            for try await buffer in child.standardError {
                buffer.withUnsafeBytes { log.append($0, at: elapsed()) }
            }
        } catch {
            log.append(line: "--- the rest of the worker's output could not be read\n")
        }
        log.append(line: "--- worker \(connection.pid) ended\n")
        log.close()
    }

    // MARK: Watching and stopping

    private func watch() async {
        let step = min(.seconds(5), min(limits.silence, limits.hello) / 4)
        while true {
            do { try await clock.sleep(for: step) } catch { return }
            connection.watch()
        }
    }

    /// Kills at once when told to, also in the middle of a stop in order.
    private func obey() async {
        await withTaskGroup(of: Void.self) { group in
            for await order in connection.orders {
                switch order {
                case .dismiss: group.addTask { await stop() }
                case .kill: kill(.kill)
                }
            }
            group.cancelAll()
        }
    }

    private func stop() async {
        // The answer comes with the id 0, which no command of a task has.
        if connection.done == nil { connection.send(.command(id: 0, .stop)) }
        await saidDone(within: limits.stop)
        do {
            connection.closeInput()
            try await clock.sleep(for: limits.endOfInput)
            kill(.terminate)
            try await clock.sleep(for: limits.terminate)
            kill(.kill)
        } catch {
            // It has left.
        }
    }

    private func saidDone(within limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            // A cancelled sleep means that it has left.
            group.addTask { do { try await clock.sleep(for: limit) } catch {} }
            group.addTask { for await _ in connection.lastWord {} }
            await group.next()
            group.cancelAll()
        }
    }

    private func kill(_ signal: Signal) {
        // Fails when it is gone already, which is what is wanted.
        do { try child.send(signal: signal, toProcessGroup: true) } catch {}
    }
}

extension FailureCode {
    /// The worker and this supervisor have no protocol version in common.
    static let workerIncompatible = FailureCode("worker-incompatible")
}
