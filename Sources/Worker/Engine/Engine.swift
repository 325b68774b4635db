package import Logging
import SyncModel
import SyncMySQL
package import SyncWire
import WorkerCheckpoint
import WorkerSource

/// A worker's commands, carried out in the order in which they come, but for what only looks at the servers: whoever wants the task to
/// pause does not wait for that. The blocking work runs on threads of its own.
package actor Engine {
    private let outbox: Outbox
    private var logger: Logger
    private var configuration: Configuration?
    private var run: Run?
    private var greeted = false
    /// The last command that only looks at the servers; the next one waits for it, so that what they find is not mixed.
    private var looking: Task<Void, Never>?

    package init(outbox: Outbox, logger: Logger) {
        self.outbox = outbox
        self.logger = logger
    }

    package func handle(_ message: SupervisorMessage) async {
        switch message {
        case .hello(let hello):
            greeted = hello.agrees(with: Hello(build: ""))
            if !greeted {
                refuse(
                    "the supervisor speaks protocol \(hello.minVersion) to \(hello.maxVersion), this worker \(Hello.version)",
                    remedy: "use a supervisor and a worker of the same release")
            }
        case .command(let id, let command):
            guard greeted else {
                answer(id, Failure(.protocolViolation, "a command came before hello", remedy: "send hello first", kind: .permanent))
                return
            }
            await carryOut(id, command)
        case .conflictsStored(let through): run?.conflictsStored(through: through)
        case .statementsStored(let through): run?.statementsStored(through: through)
        case .unknown(let type, let id):
            // One that wants no answer can be done without.
            guard let id else { return }
            let failure = Failure(
                .unsupported, "this worker does not know the command '\(type)'",
                remedy: "use a supervisor and a worker of the same release", kind: .permanent)
            answer(id, failure)
        }
    }

    /// Comes to a commit boundary; called at the end of input.
    package func shutDown() async {
        await run?.stop()
        run = nil
    }

    private func carryOut(_ id: UInt64, _ command: Command) async {
        if case .configure(let configuration) = command {
            self.configuration = configuration
            logger[metadataKey: "task"] = "\(configuration.spec.name)"
            answer(id, nil)
            return
        }
        guard let configuration else {
            answer(
                id, Failure(.protocolViolation, "'\(command.type)' came before 'configure'", remedy: "send configure first", kind: .permanent))
            return
        }
        let task = TaskConnections(configuration)
        switch command {
        case .configure: break
        case .verify: look { await $0.verify(id, task) }
        case .prepare: await perform(id) { try await task.prepare() }
        case .inspect: await inspect(id, task)
        case .testConnection: look { await $0.testConnection(id, task) }
        case .measure(let position): measure(id, position, task)
        case .follow(let routes): await perform(id) { try await task.follow(routes) }
        case .cleanUp: await perform(id) { try await task.cleanUp() }
        case .resolve(let conflict, let side): await perform(id) { try await task.resolve(conflict, take: side) }
        case .decide(let decision): await decide(id, decision, task)
        case .definitions(let adopts): await definitions(id, adopts: adopts, task)
        case .run, .resume: start(id, configuration)
        case .pause:
            await run?.stop()
            run = nil
            answer(id, nil)
        case .stop:
            await run?.stop()
            run = nil
            answer(id, nil)
            outbox.send(.done(reason: .stopped))
        case .limit(let limits):
            run?.control.limits = limits
            answer(id, nil)
        case .catchUp: catchUp(id)
        }
    }

    private func start(_ id: UInt64, _ configuration: Configuration) {
        guard run == nil else {
            answer(id, Failure(.notAllowed, "the task is running already", remedy: "pause it first", kind: .permanent))
            return
        }
        answer(id, nil)
        let run = Run(configuration, outbox: outbox, logger: logger)
        self.run = run
        run.start()
    }

    /// Waits beside the run, so that other commands are not held up.
    private func catchUp(_ id: UInt64) {
        guard let run else {
            answer(id, Failure(.notAllowed, "the task is not running", remedy: "start or resume it first"))
            return
        }
        run.catchUp { [outbox] result in
            switch result {
            case .success(let reached):
                outbox.send(
                    .answer(
                        Answer(
                            id: id, position: reached.position, counts: reached.counts,
                            unresolvedConflicts: reached.unresolvedConflicts)))
            case .failure(let failure): outbox.send(.answer(Answer(id: id, failure: failure)))
            }
        }
    }

    /// Waits for nobody: a server that does not answer must not keep the worker from leaving.
    private func measure(_ id: UInt64, _ position: BinlogPosition, _ task: TaskConnections) {
        guard run == nil else {
            answer(id, Failure(.notAllowed, "the task is running", remedy: "its progress says how far behind it is"))
            return
        }
        WorkerThread.start("dts-measure") { [outbox, logger] in
            do {
                let behind = try task.measure(from: position, logger)
                outbox.send(.answer(Answer(id: id, lagMs: behind.lagMs, backlogBytes: behind.bytes)))
            } catch {
                outbox.send(.answer(Answer(id: id, failure: Failure(describing: error))))
            }
        }
    }

    private func perform(_ id: UInt64, _ body: @Sendable () async throws -> BinlogPosition?) async {
        do {
            outbox.send(.answer(Answer(id: id, position: try await body())))
        } catch {
            answer(id, Failure(describing: error))
        }
    }

    /// A run goes by the decisions that were there when it began, so none is taken beside it.
    private func decide(_ id: UInt64, _ decision: StatementDecision, _ task: TaskConnections) async {
        guard run == nil else {
            answer(id, Failure(.notAllowed, "the task is running", remedy: "wait until it has stopped at a statement"))
            return
        }
        await perform(id) { try await task.decide(decision) }
    }

    /// A run has read them when it began.
    private func definitions(_ id: UInt64, adopts: Bool, _ task: TaskConnections) async {
        guard run == nil else {
            answer(id, Failure(.notAllowed, "the task is running", remedy: "wait until it has stopped at a definition, or pause it"))
            return
        }
        do {
            outbox.send(.answer(Answer(id: id, items: try await task.definitions(adopts: adopts, logger))))
        } catch {
            answer(id, Failure(describing: error))
        }
    }

    /// Nobody waits for it but the next one: it ends with its answer, or with the process.
    private func look(_ body: @escaping @Sendable (isolated Engine) async -> Void) {
        looking = Task { [earlier = looking] in
            await earlier?.value
            await body(self)
        }
    }

    private func testConnection(_ id: UInt64, _ task: TaskConnections) async {
        let answer = await task.testConnection()
        outbox.send(.answer(Answer(id: id, items: answer)))
    }

    private func verify(_ id: UInt64, _ task: TaskConnections) async {
        do {
            let (source, target) = try await task.verify { [outbox] in outbox.send(.checkItem($0)) }
            outbox.send(.answer(Answer(id: id, source: source, target: target)))
        } catch {
            answer(id, Failure(describing: error))
        }
    }

    private func inspect(_ id: UInt64, _ task: TaskConnections) async {
        do {
            outbox.send(.answer(Answer(id: id, targetState: try await task.inspect())))
        } catch {
            answer(id, Failure(describing: error))
        }
    }

    private func answer(_ id: UInt64, _ failure: Failure?) { outbox.send(.answer(Answer(id: id, failure: failure))) }

    private func refuse(_ found: String, remedy: String) {
        outbox.send(.error(Failure(.protocolViolation, found, remedy: remedy, kind: .permanent)))
    }
}
