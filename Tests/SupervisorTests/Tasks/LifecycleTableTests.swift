import SupervisorTasks
import SyncModel
import SyncWire
import Testing

/// Every action in every state: what is offered works, and everything else is refused with the state and what is possible.
@Suite("Lifecycle", .timeLimit(.minutes(1)))
struct LifecycleTableTests {
    typealias Act = @Sendable (FleetFixture) async throws -> Void

    private static let acts: [(word: String, act: Act)] = [
        ("configure", { fixture in
            var spec = FleetFixture.spec()
            spec.retryMinutes = 7
            try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            #expect(try await fixture.fleet.task("orders").spec.retryMinutes == 7)
        }),
        ("verify", { fixture in
            #expect(try await fixture.fleet.verifyTask("orders").snapshot.verification != nil)
        }),
        ("start", { fixture in
            _ = try await fixture.fleet.startTask("orders", at: nil)
            #expect(try await fixture.snapshot("orders").desired == .up || fixture.snapshot("orders").state == .verifyFailed)
        }),
        ("start", { fixture in
            _ = try await fixture.fleet.startTask("orders", at: 3_000_000)
            let snapshot = try await fixture.snapshot("orders")
            #expect(snapshot.startAt == 3_000_000)
        }),
        ("pause", { fixture in
            try await fixture.fleet.pauseTask("orders")
            #expect(try await fixture.snapshot("orders").state == .paused)
        }),
        ("resume", { fixture in
            try await fixture.fleet.resumeTask("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
        }),
        ("retry", { fixture in
            try await fixture.fleet.retryTask("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
        }),
        ("stop", { fixture in
            try await fixture.fleet.stopTask("orders")
            #expect(try await fixture.snapshot("orders").state == .stopped)
        }),
        ("delete", { fixture in
            let task = try await fixture.fleet.task("orders")
            try await task.request(.delete)
            #expect(await task.snapshot.desired == .gone)
        }),
        ("skip-check", { fixture in
            try await fixture.fleet.skipItem("routines", ofTask: "orders")
            #expect(try await fixture.snapshot("orders").skippedItems == ["routines"])
        }),
        ("limit", { fixture in
            try await fixture.fleet.limitTask("orders") { $0.rowsPerSecond = 9 }
            #expect(try await fixture.fleet.task("orders").spec.limits.rowsPerSecond == 9)
        }),
        ("rename", { fixture in
            let id = try await fixture.fleet.task("orders").id
            #expect(try await fixture.fleet.renameTask("orders", to: "renamed").id == id)
            await #expect(throws: Failure.self) { try await fixture.fleet.task("orders") }
            #expect(try await fixture.fleet.task("renamed").snapshot.name == "renamed")
        }),
        ("similar", { fixture in
            let other = try await fixture.fleet.createTask(like: "orders", named: "other")
            #expect(await other.snapshot.state == .created)
            #expect(await other.secrets == Secrets(source: "", target: ""))
        }),
        ("skip-statement", { fixture in
            try await fixture.fleet.decideStatement(ofTask: "orders", replacement: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
        }),
        ("replace-statement", { fixture in
            try await fixture.fleet.decideStatement(ofTask: "orders", replacement: "CREATE TABLE t (a INT)")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
        }),
    ]

    /// README, "Lifecycle", is this table.
    private static let offered: [TaskStand: [String]] = [
        .created: ["configure", "rename", "limit", "similar", "export", "delete"],
        .configured: ["configure", "verify", "start", "rename", "limit", "similar", "export", "delete"],
        .verifying: ["limit", "similar", "export", "delete"],
        .verified: ["configure", "verify", "start", "rename", "limit", "similar", "export", "delete"],
        .verifyFailed: ["configure", "verify", "start", "skip-check", "rename", "limit", "similar", "export", "delete"],
        .waiting: ["configure", "start", "pause", "stop", "rename", "limit", "similar", "export", "delete"],
        .starting: ["pause", "stop", "limit", "similar", "export", "delete"],
        .running: ["configure", "pause", "stop", "limit", "similar", "export", "delete"],
        .pausing: ["stop", "limit", "similar", "export", "delete"],
        .paused: ["configure", "resume", "retry", "stop", "rename", "limit", "similar", "export", "delete"],
        .retrying: ["configure", "pause", "retry", "stop", "limit", "similar", "export", "delete"],
        .failed: ["configure", "retry", "stop", "rename", "limit", "similar", "export", "delete"],
        .failedAtStatement: [
            "configure", "retry", "skip-statement", "replace-statement", "stop", "rename", "limit", "similar", "export", "delete",
        ],
        .stopping: ["similar", "export", "delete"],
        .stopped: ["rename", "similar", "export", "delete"],
        .deleting: [],
    ]

    @Test(arguments: TaskStand.allCases)
    func table(_ stand: TaskStand) async throws {
        let offered = try #require(Self.offered[stand])
        for (word, act) in Self.acts {
            try await FleetFixture.with(launcher: ScriptedLauncher(stand.script)) { fixture in
                try await stand.reach(fixture)
                #expect(try await fixture.snapshot("orders").actions == offered)
                if offered.contains(word) {
                    try await act(fixture)
                    return
                }
                let task = try await fixture.fleet.task("orders")
                let before = fixture.store.contents.tasks[task.id]
                let refusal = await #expect(throws: Failure.self, "\(word) while \(stand)") { try await act(fixture) }
                #expect(refusal?.code == .notAllowed, "\(word) while \(stand): \(String(describing: refusal))")
                #expect(refusal?.message.contains(stand.name) == true, "\(word): \(refusal?.message ?? "")")
                let possible = offered.isEmpty ? "nothing" : offered.joined(separator: ", ")
                #expect(refusal?.remedy.hasSuffix("possible now: \(possible)") == true, "\(word): \(refusal?.remedy ?? "")")
                #expect(fixture.store.contents.tasks[task.id] == before)
            }
        }
    }
}
