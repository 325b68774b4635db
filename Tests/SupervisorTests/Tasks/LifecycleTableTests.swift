import SupervisorTasks
import SyncModel
import SyncWire
import Testing

/// Every action in every state: what is offered works, and everything else is refused with the state and what is possible.
@Suite("Lifecycle", .timeLimit(.minutes(10)))
struct LifecycleTableTests {
    private static let acts = [
        "configure", "verify", "start", "start --at", "pause", "resume", "retry", "stop", "delete", "skip-check", "limit", "rename",
        "similar", "skip-statement", "replace-statement",
    ]

    private static func perform(_ act: String, _ fixture: FleetFixture) async throws {
        let fleet = fixture.fleet
        switch act {
        case "configure":
            var spec = FleetFixture.spec()
            spec.retryMinutes = 7
            try await fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            #expect(try await fleet.task("orders").spec.retryMinutes == 7)
        case "verify":
            let verification = try await fleet.verifyTask("orders").snapshot.verification
            #expect(verification != nil)
        case "start":
            _ = try await fleet.startTask("orders", at: nil)
            let snapshot = try await fixture.snapshot("orders")
            #expect(snapshot.desired == .up || snapshot.state == .verifyFailed)
        case "start --at":
            _ = try await fleet.startTask("orders", at: 3_000_000)
            #expect(try await fixture.snapshot("orders").startAt == 3_000_000)
        case "pause":
            try await fleet.pauseTask("orders")
            #expect(try await fixture.snapshot("orders").state == .paused)
        case "resume":
            try await fleet.resumeTask("orders")
            _ = try await fleet.wait(for: .state(.running), of: "orders")
        case "retry":
            try await fleet.retryTask("orders")
            _ = try await fleet.wait(for: .state(.running), of: "orders")
        case "stop":
            try await fleet.stopTask("orders")
            #expect(try await fixture.snapshot("orders").state == .stopped)
        case "delete":
            let task = try await fleet.task("orders")
            try await task.request(.delete)
            #expect(await task.snapshot.desired == .gone)
        case "skip-check":
            try await fleet.skipItem("routines", ofTask: "orders")
            #expect(try await fixture.snapshot("orders").skippedItems == ["routines"])
        case "limit":
            try await fleet.limitTask("orders") { $0.rowsPerSecond = 9 }
            #expect(try await fleet.task("orders").spec.limits.rowsPerSecond == 9)
        case "rename":
            let id = try await fleet.task("orders").id
            let renamed = try await fleet.renameTask("orders", to: "renamed")
            #expect(renamed.id == id)
            await #expect(throws: Failure.self) { try await fleet.task("orders") }
            #expect(try await fixture.snapshot("renamed").name == "renamed")
        case "similar":
            let other = try await fleet.createTask(like: "orders", named: "other")
            #expect(await other.snapshot.state == .created)
            #expect(await other.secrets == Secrets(source: "", target: ""))
        default:
            try await fleet.decideStatement(
                ofTask: "orders",
                replacement: act == "skip-statement" ? nil : "CREATE TABLE t (a INT)"
            )
            _ = try await fleet.wait(for: .state(.running), of: "orders")
        }
    }

    /// README, "Lifecycle", is this table.
    private static let offered: [TaskStand: [String]] = [
        .created: ["configure", "rename", "limit", "similar", "export", "delete"],
        .configured: ["configure", "verify", "start", "rename", "limit", "similar", "export", "delete"],
        .verifying: ["limit", "similar", "export", "delete"],
        .verified: ["configure", "verify", "start", "rename", "limit", "similar", "export", "delete"],
        .verifyFailed: ["configure", "verify", "start", "skip-check", "rename", "limit", "similar", "export", "delete"],
        .waiting: ["configure", "verify", "start", "pause", "stop", "rename", "limit", "similar", "export", "delete"],
        .starting: ["pause", "stop", "limit", "similar", "export", "delete"],
        .running: ["configure", "verify", "pause", "stop", "limit", "similar", "export", "delete"],
        .pausing: ["stop", "limit", "similar", "export", "delete"],
        .paused: ["configure", "verify", "resume", "retry", "stop", "rename", "limit", "similar", "export", "delete"],
        .retrying: ["configure", "verify", "pause", "retry", "stop", "limit", "similar", "export", "delete"],
        .failed: ["configure", "verify", "retry", "stop", "rename", "limit", "similar", "export", "delete"],
        .failedAtStatement: [
            "configure", "verify", "retry", "skip-statement", "replace-statement", "stop", "rename", "limit", "similar", "export", "delete",
        ],
        .stopping: ["similar", "export", "delete"],
        .stopped: ["rename", "similar", "export", "delete"],
        .deleting: [],
    ]

    @Test(arguments: TaskStand.allCases)
    func table(_ stand: TaskStand) async throws {
        let offered = try #require(Self.offered[stand])
        for act in Self.acts {
            let word = act.split(separator: " ").first.map(String.init) ?? act
            try await FleetFixture.with(launcher: ScriptedLauncher(stand.script)) { fixture in
                try await stand.reach(fixture)
                #expect(try await fixture.snapshot("orders").actions == offered)
                if offered.contains(word) {
                    try await Self.perform(act, fixture)
                    return
                }
                let task = try await fixture.fleet.task("orders")
                let before = fixture.store.contents.tasks[task.id]
                let refusal = await #expect(throws: Failure.self, "\(word) while \(stand)") {
                    try await Self.perform(act, fixture)
                }
                #expect(refusal?.code == .notAllowed, "\(word) while \(stand): \(String(describing: refusal))")
                #expect(refusal?.message.contains(stand.name) == true, "\(word): \(refusal?.message ?? "")")
                let possible = offered.isEmpty ? "nothing" : offered.joined(separator: ", ")
                #expect(refusal?.remedy.hasSuffix("possible now: \(possible)") == true, "\(word): \(refusal?.remedy ?? "")")
                #expect(fixture.store.contents.tasks[task.id] == before)
            }
        }
    }
}
