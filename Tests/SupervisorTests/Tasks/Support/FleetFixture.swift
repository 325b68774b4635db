import Logging
import SupervisorNotices
import SupervisorTasks
import SyncModel
import SyncWire

/// A fleet that runs, with a store, workers and a clock that tests control.
struct FleetFixture: Sendable {
    let fleet: Fleet
    let store: MemoryStore
    let launcher: ScriptedLauncher
    let clock: ManualClock

    static func with(
        store: MemoryStore = MemoryStore(),
        launcher: ScriptedLauncher = ScriptedLauncher(),
        clock: ManualClock = ManualClock(),
        live: LiveSettings = LiveSettings(),
        now: @escaping @Sendable () -> UInt64 = { 1_000_000 },
        _ body: @Sendable (FleetFixture) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let fleet = Fleet(store: store, launcher: launcher, clock: clock, now: now, logger: logger, live: live)
        try await fleet.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fleet.run() }
            defer { group.cancelAll() }
            try await body(FleetFixture(fleet: fleet, store: store, launcher: launcher, clock: clock))
        }
    }

    static let secrets = Secrets(source: "s3cret-a", target: "s3cret-b")

    /// Tasks of different names carry different databases.
    static func spec(_ name: String = "orders", retryMinutes: Int = 60) -> TaskSpec {
        TaskSpec(
            name: name,
            source: Endpoint(host: "a", user: "dts"),
            target: Endpoint(host: "b", user: "dts"),
            objects: [ObjectSelection(database: name == "orders" ? "shop" : name)],
            retryMinutes: retryMinutes
        )
    }

    static func pairSpec(scenario: PairSpec.Scenario = .bEmpty) -> PairSpec {
        PairSpec(
            name: "shop",
            a: Endpoint(host: "a", user: "dts"),
            b: Endpoint(host: "b", user: "dts"),
            objects: [ObjectSelection(database: "shop")],
            prevails: .a,
            scenario: scenario
        )
    }

    func snapshot(_ name: String) async throws -> TaskSnapshot {
        try await fleet.task(name).snapshot
    }

    /// Creates, verifies and starts a task and waits until it runs.
    func runningTask(_ name: String = "orders") async throws -> TaskSupervisor {
        let task = try await fleet.createTask(Self.spec(name), secrets: Self.secrets)
        _ = try await fleet.startTask(name, at: nil)
        _ = try await fleet.wait(for: .state(.running), of: name)
        return task
    }
}
