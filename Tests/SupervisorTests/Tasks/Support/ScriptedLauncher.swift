import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization

/// Workers without processes. They answer every command as a good worker does, unless the script says otherwise, and all
/// that they were told is written down.
final class ScriptedLauncher: WorkerLauncher {
    /// What a worker does upon a command instead of what is proper.
    enum Reaction: Sendable {
        case say([WorkerMessage])
        /// Of a verification: these items, then the answer.
        case find([CheckItem])
        case refuse(Failure)
        /// Caught up, with these counts.
        case count(Counts)
        /// So far behind the source.
        case measure(lagMs: UInt64, backlogBytes: UInt64)
        case exit(WorkerExit)
        case nothing
    }

    typealias Script = @Sendable (_ task: String, _ command: Command) -> Reaction?

    private struct State {
        var log: [String] = []
        var workers: [String: ScriptedWorker] = [:]
        var running: [String: Int] = [:]
        var most = 0
    }

    private let script: Script
    private let state = Mutex(State())
    let hub = ChangeHub()

    init(_ script: @escaping Script = { _, _ in nil }) {
        self.script = script
    }

    /// `TASK COMMAND` in the order in which the workers were told.
    var log: [String] { state.withLock { $0.log } }
    /// The greatest number of workers that one task ever had at once.
    var mostWorkersOfATask: Int { state.withLock { $0.most } }
    var workersAlive: Int { state.withLock { $0.running.values.reduce(0, +) } }

    func worker(of task: String) -> ScriptedWorker? { state.withLock { $0.workers[task] } }

    /// Waits until the workers have been told this so many times.
    func wait(for entry: String, times: Int = 1) async {
        for await _ in hub.changes() where log.filter({ $0 == entry }).count >= times { return }
    }

    func run(task: String, events: @escaping @Sendable (WorkerEvent) async -> Void) async -> WorkerExit {
        let worker = ScriptedWorker(pid: 1000)
        state.withLock { state in
            state.workers[task] = worker
            state.running[task, default: 0] += 1
            state.most = max(state.most, state.running[task] ?? 0)
        }
        defer { state.withLock { $0.running[task, default: 1] -= 1 } }
        await events(.started(worker))
        await events(.connected)
        for await event in worker.events {
            switch event {
            case .told(.command(let id, let command)):
                state.withLock { $0.log.append("\(task) \(command.type)") }
                hub.notify()
                if let exit = await obey(id, command, task, events) { return exit }
            case .told(.conflictsStored(let through)):
                state.withLock { $0.log.append("\(task) conflicts-stored \(through)") }
                hub.notify()
            case .told: break
            case .say(let message): await events(.message(message))
            case .exit(let exit): return exit
            }
        }
        return WorkerExit(status: .signaled(15))
    }

    private func obey(
        _ id: UInt64,
        _ command: Command,
        _ task: String,
        _ events: @Sendable (WorkerEvent) async -> Void
    ) async -> WorkerExit? {
        if let reaction = script(task, command) {
            switch reaction {
            case .say(let messages):
                await events(.message(.answer(Answer(id: id))))
                for message in messages { await events(.message(message)) }
            case .find(let items):
                for item in items { await events(.message(.checkItem(item))) }
                await events(.message(.answer(Answer(id: id))))
            case .refuse(let failure): await events(.message(.answer(Answer(id: id, failure: failure))))
            case .measure(let lag, let bytes):
                await events(.message(.answer(Answer(id: id, lagMs: lag, backlogBytes: bytes))))
            case .count(let counts): await events(.message(.answer(Answer(id: id, counts: counts, unresolvedConflicts: 0))))
            case .exit(let exit): return exit
            case .nothing: break
            }
            return nil
        }
        var answer = Answer(id: id)
        switch command {
        case .inspect: answer.targetState = .empty
        case .catchUp:
            answer.counts = Counts()
            answer.unresolvedConflicts = 0
        default: break
        }
        await events(.message(.answer(answer)))
        switch command {
        case .run: for message in Self.running { await events(.message(message)) }
        case .stop:
            await events(.message(.done(reason: .stopped)))
            return WorkerExit(status: .exited(0), done: .stopped)
        default: break
        }
        return nil
    }

    static let facts = ServerFacts(type: "mysql", host: "db", port: 3306, server: "9.7.0", serverUUID: "u")

    /// What a worker says that has begun to follow the log.
    static let running: [WorkerMessage] = [
        .ready(source: facts, target: facts), .phase(.incremental), .progress(Progress(phase: .incremental)),
    ]
}

/// One of the workers of a ``ScriptedLauncher``; tests may put words into its mouth.
final class ScriptedWorker: WorkerHandle {
    enum Event: Sendable {
        case told(SupervisorMessage)
        case say(WorkerMessage)
        case exit(WorkerExit)
    }

    let pid: Int
    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init(pid: Int) {
        self.pid = pid
        (events, continuation) = AsyncStream<Event>.makeStream()
    }

    func send(_ message: SupervisorMessage) -> Bool {
        continuation.yield(.told(message))
        return true
    }

    func dismiss() {
        continuation.yield(.told(.command(id: 0, .stop)))
    }

    func say(_ message: WorkerMessage) {
        continuation.yield(.say(message))
    }

    func exit(_ exit: WorkerExit) {
        continuation.yield(.exit(exit))
    }
}
