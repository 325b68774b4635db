import SupervisorTasks
import SyncModel
import SyncWire

/// The places of a task's life in which different things may be asked for, and how to get there.
enum TaskStand: String, CaseIterable, Sendable {
    case created, configured, verifying, verified, verifyFailed, waiting, starting, running, pausing, paused, retrying, failed
    case failedAtStatement, stopping, stopped, deleting

    static let lost = Failure(.connectionLost, "gone", remedy: "wait", kind: .transient)
    static let purged = Failure(.binlogPurged, "purged", remedy: "start anew")
    static let statement = Failure(.ddlFailed, "refused", remedy: "decide", statement: "0-1-77 9ac3")
    static let item = CheckItem(item: "routines", level: .fail, facts: "functions", remedy: "SET", skippable: true)

    /// How messages name it.
    var name: String {
        switch self {
        case .verifyFailed: "verify-failed"
        case .waiting, .starting: "scheduled"
        case .failedAtStatement: "failed"
        case .deleting: "being deleted"
        default: rawValue
        }
    }

    /// What the workers of a task in this place do.
    var script: ScriptedLauncher.Script {
        let stops = CountedCalls()
        return { [self] _, command in
            switch (self, command) {
            case (.verifying, .verify), (.starting, .run), (.pausing, .pause): .nothing
            // The first is the end of the verification.
            case (.stopping, .stop), (.deleting, .stop): stops.next() > 1 ? .nothing : nil
            case (.verifyFailed, .verify): .find([Self.item])
            default: nil
            }
        }
    }

    /// Brings the task `orders` there.
    func reach(_ fixture: FleetFixture) async throws {
        let fleet = fixture.fleet
        if self == .created {
            _ = try await fleet.createTask(FleetFixture.spec("model"), secrets: FleetFixture.secrets)
            _ = try await fleet.createTask(like: "model", named: "orders")
            return
        }
        let task = try await fleet.createTask(FleetFixture.spec(), secrets: FleetFixture.secrets)
        switch self {
        case .created, .configured: return
        case .verifying: try await task.request(.verify)
        case .verified, .verifyFailed: _ = try await fleet.verifyTask("orders")
        case .waiting: _ = try await fleet.startTask("orders", at: 2_000_000)
        case .starting:
            _ = try await fleet.startTask("orders", at: nil)
            await fixture.launcher.wait(for: "orders run")
        case .running, .pausing, .paused, .retrying, .failed, .failedAtStatement, .stopping, .stopped, .deleting:
            _ = try await fleet.startTask("orders", at: nil)
            _ = try await fleet.wait(for: .state(.running), of: "orders")
            try await leaveRunning(task, fixture)
        }
    }

    private func leaveRunning(_ task: TaskSupervisor, _ fixture: FleetFixture) async throws {
        switch self {
        case .pausing: try await task.request(.pause)
        case .paused: try await fixture.fleet.pauseTask("orders")
        case .retrying: try await fail(with: Self.lost, .retrying, fixture)
        case .failed: try await fail(with: Self.purged, .failed, fixture)
        case .failedAtStatement: try await fail(with: Self.statement, .failed, fixture)
        case .stopping: try await task.request(.stop)
        case .stopped: try await fixture.fleet.stopTask("orders")
        case .deleting: try await task.request(.delete)
        default: return
        }
    }

    private func fail(with failure: Failure, _ state: TaskState, _ fixture: FleetFixture) async throws {
        fixture.launcher.worker(of: "orders")?.say(.error(failure))
        fixture.launcher.worker(of: "orders")?.exit(WorkerExit(status: .exited(1), done: .failed))
        let task = try await fixture.fleet.task("orders")
        await task.waitWhile { $0.state != state }
    }
}
