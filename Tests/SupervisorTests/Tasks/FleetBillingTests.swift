import SupervisorBilling
import SupervisorNotices
import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import TestSupport
import Testing

/// Billing in a fleet that runs: who may run, and what is metered.
@Suite(.timeLimit(.minutes(10))) struct FleetBillingTests {
    /// The settings and the time, both as a test wants them.
    final class Office: Sendable {
        let live = LiveSettings()
        private let time: Mutex<UInt64>

        init(_ day: String, until: String) throws {
            time = Mutex(try Self.moment(day))
            try set(until: until)
        }

        static func moment(_ day: String) throws -> UInt64 {
            BillingCalendar(timeZone: "UTC").moment(of: try #require(CalendarDate(day)))
        }

        func now() -> UInt64 { time.withLock { $0 } }

        /// The fleet looks at once when the settings are others.
        func set(_ day: String? = nil, until: String, isolation: Bool = true) throws {
            if let day {
                let moment = try Self.moment(day)
                time.withLock { $0 = moment }
            }
            let end = try #require(CalendarDate(until))
            live.replace(
                with: ReloadableSettings(
                    billing: BillingSettings(isolation: isolation, subscriptions: [Subscription(.owner("o"), until: end)])))
        }
    }

    private func with(
        _ office: Office, store: MemoryStore = MemoryStore(), launcher: ScriptedLauncher = ScriptedLauncher(),
        _ body: @Sendable (FleetFixture) async throws -> Void
    ) async throws {
        try await FleetFixture.with(store: store, launcher: launcher, live: office.live, now: office.now) { fixture in
            // The round after the start, before a test goes on to another day.
            try await fixture.round()
            try await body(fixture)
        }
    }

    private func spec(_ name: String = "orders", _ mode: TaskSpec.Billing = .monthlySubscription) -> TaskSpec {
        var spec = FleetFixture.spec(name)
        spec.ownerEmail = "o"
        spec.billing = mode
        return spec
    }

    private func run(_ fixture: FleetFixture, _ spec: TaskSpec) async throws -> TaskSupervisor {
        let task = try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets)
        _ = try await fixture.fleet.startTask(spec.name, at: nil)
        _ = try await fixture.fleet.wait(for: .state(.running), of: spec.name)
        return task
    }

    private func events(_ fixture: FleetFixture) -> [String] {
        fixture.store.contents.billingNotices.map { "\($0.event.rawValue) \($0.task ?? "-")" }
    }

    @Test func anExpiredTaskStopsAndGoesOnByItselfWhenItIsRenewed() async throws {
        let office = try Office("2027-03-31", until: "2027-03-31")
        try await with(office) { fixture in
            let fleet = fixture.fleet
            let task = try await run(fixture, spec())
            let other = try await run(fixture, spec("other", .payAsYouGo))
            #expect(events(fixture) == ["subscription-expired -"])
            try office.set("2027-04-01", until: "2027-03-31")
            await task.waitWhile { $0.state != .paused }
            // Told to pause, at a boundary of its own; not cut off.
            #expect(fixture.launcher.log.contains("orders pause"))
            #expect(events(fixture) == ["subscription-expired -", "isolated orders"])
            let isolated = await task.snapshot
            #expect(isolated.failure?.code == .isolated && isolated.failedAt == office.now())
            #expect(!isolated.actions.contains { ["start", "resume", "retry"].contains($0) })
            for request in [TaskStateMachine.Request.resume, .retry, .start(at: nil)] {
                let refusal = await #expect(throws: Failure.self) { try await task.request(request) }
                #expect(refusal?.code == .isolated && refusal?.remedy.contains("until") == true)
            }
            #expect(await other.snapshot.state == .running)
            // Another round tells nothing new.
            try office.set("2027-04-09", until: "2027-03-31")
            await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
            try await fixture.round()
            #expect(events(fixture).count == 2)

            try office.set(until: "2027-12-31")
            await task.waitWhile { $0.state != .running }
            #expect(await task.snapshot.failure == nil)
            try await fixture.eventuallyTold(3)
            #expect(events(fixture).last == "isolation-lifted orders")
            #expect(fixture.store.contents.billing.isolations.isEmpty)
            try await fleet.pauseTask("orders")
            try await fleet.resumeTask("orders")
        }
    }

    @Test func aTaskThatDidNotRunIsOnlyRefusedAndStaysAsItIs() async throws {
        let office = try Office("2027-03-01", until: "2027-03-31")
        try await with(office) { fixture in
            let task = try await run(fixture, spec())
            try await fixture.fleet.pauseTask("orders")
            _ = try await fixture.fleet.createTask(spec("new"), secrets: FleetFixture.secrets)
            try office.set("2027-04-01", until: "2027-03-31")
            try await fixture.eventuallyTold(4)
            #expect(Set(events(fixture)) == ["subscription-expires -", "subscription-expired -", "isolated orders", "isolated new"])
            let refusal = await #expect(throws: Failure.self) { try await fixture.fleet.startTask("new", at: nil) }
            #expect(refusal?.code == .isolated)
            // By its mode this time.
            try office.set(until: "2027-03-31", isolation: false)
            try await fixture.eventuallyTold(6)
            #expect(await task.snapshot.state == .paused)
            try await fixture.fleet.resumeTask("orders")
        }
    }

    @Test func isolationSurvivesTheSupervisorAndIsTakenUpWhereItWasKilled() async throws {
        let office = try Office("2027-03-30", until: "2027-03-31")
        let store = MemoryStore()
        // Killed after it was noted, before the task was stopped.
        try await with(office, store: store) { fixture in _ = try await run(fixture, spec()) }
        var contents = store.contents
        let id = try #require(contents.tasks.keys.first)
        contents.billing.isolations[id] = Isolation(
            task: id, until: try #require(CalendarDate("2027-03-31")), since: 1, wasUp: true)
        let known = contents.billingNotices.count
        try office.set("2027-04-01", until: "2027-03-31")
        let again = MemoryStore(contents)
        try await with(office, store: again) { fixture in
            let task = try await fixture.fleet.task("orders")
            await task.waitWhile { $0.state != .paused }
            #expect(await task.snapshot.failure?.code == .isolated)
        }
        #expect(!again.contents.billingNotices.dropFirst(known).contains { $0.event == .isolated })
        // And it stays so.
        try await with(office, store: MemoryStore(again.contents)) { fixture in
            let refusal = await #expect(throws: Failure.self) { try await fixture.fleet.resumeTask("orders") }
            #expect(refusal?.code == .isolated)
            #expect(fixture.launcher.log.isEmpty)
            // Renewed while it was down, or now.
            try office.set(until: "2028-03-31")
            try await fixture.fleet.task("orders").waitWhile { $0.state != .running }
        }
    }

    @Test func aPairIsRefusedAsAWhole() async throws {
        let office = try Office("2027-03-01", until: "2027-03-31")
        try await with(office) { fixture in
            var spec = FleetFixture.pairSpec()
            spec.ownerEmail = "o"
            spec.billing = .monthlySubscription
            _ = try await fixture.fleet.createPair(spec, secrets: FleetFixture.secrets)
            try office.set("2027-04-01", until: "2027-03-31")
            try await fixture.eventuallyTold(4)
            let pair = try await fixture.fleet.pair("shop")
            let refusal = await #expect(throws: Failure.self) { try await pair.start() }
            #expect(refusal?.code == .isolated)
            #expect(await pair.desired == .idle)
        }
    }

    @Test func onlyWhatRunsIsMeteredAndRowsAreCountedOnce() async throws {
        let office = try Office("2027-03-01", until: "2028-01-01")
        let store = MemoryStore()
        let day = try #require(CalendarDate("2027-03-01"))
        try await with(office, store: store) { fixture in
            // Being set up costs nothing.
            let task = try await fixture.fleet.createTask(spec(), secrets: FleetFixture.secrets)
            fixture.clock.advance(by: .seconds(3600))
            _ = try await fixture.fleet.startTask("orders", at: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            fixture.clock.advance(by: .seconds(90))
            let said = Progress(
                phase: .incremental, load: LoadProgress(rowsDone: 100), counts: Counts(transactions: 9, inserts: 1, updates: 2, deletes: 3),
                bytesRead: 5000)
            fixture.launcher.worker(of: "orders")?.say(.progress(said))
            await task.waitWhile { $0.load.rowsDone < 100 }
            try await fixture.fleet.pauseTask("orders")
            fixture.clock.advance(by: .seconds(3600))
            #expect(try await self.sums(fixture, day) == [90_000, 106, 5000])
            try await fixture.fleet.resumeTask("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            // Another worker: its bytes begin anew, the counts of the task go on.
            var next = said
            next.counts.inserts = 2
            next.bytesRead = 70
            fixture.launcher.worker(of: "orders")?.say(.progress(next))
            await task.waitWhile { $0.counts.inserts < 2 }
            fixture.clock.advance(by: .seconds(10))
            #expect(try await self.sums(fixture, day) == [100_000, 107, 5070])
        }
        // The supervisor is killed; what was stored is not counted again.
        try await with(office, store: MemoryStore(store.contents)) { fixture in
            let before = try await self.sums(fixture, day)
            let task = try await fixture.fleet.task("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            fixture.launcher.worker(of: "orders")?
                .say(.progress(Progress(phase: .incremental, counts: Counts(transactions: 12, inserts: 5, updates: 2, deletes: 3))))
            await task.waitWhile { $0.counts.inserts < 5 }
            #expect(try await self.sums(fixture, day)[1] == before[1] + 3)
            // What it did last is there when it is gone.
            fixture.launcher.worker(of: "orders")?
                .say(.progress(Progress(phase: .incremental, counts: Counts(transactions: 13, inserts: 6, updates: 2, deletes: 3))))
            await task.waitWhile { $0.counts.inserts < 6 }
            _ = try await fixture.fleet.deleteTask("orders")
            #expect(try await self.sums(fixture, day)[1] == before[1] + 4)
        }
    }

    private func sums(_ fixture: FleetFixture, _ day: CalendarDate) async throws -> [UInt64] {
        let rows = try await fixture.fleet.usage(from: day, to: day, of: "orders")
        return rows.reduce([0, 0, 0]) { [$0[0] + $1.milliseconds, $0[1] + $1.rows, $0[2] + $1.bytes] }
    }

    @Test func whatTheStoreRefusesIsToldLaterAndOnce() async throws {
        let office = try Office("2027-03-30", until: "2027-05-31")
        let store = MemoryStore()
        try await with(office, store: store) { fixture in
            store.fail(Failure(.storeFailed, "full", remedy: "make room", kind: .transient))
            try office.set("2027-05-30", until: "2027-05-31")
            try await fixture.round()
            #expect(store.contents.billingNotices.isEmpty)
            store.fail(nil)
            for _ in 0..<3 { try await fixture.round() }
            #expect(store.contents.billingNotices.map(\.event) == [.subscriptionExpires])
        }
    }
}

extension FleetFixture {
    /// One round of billing, whole.
    func round() async throws { _ = try await fleet.usage(from: .epoch, to: .epoch, of: nil) }

    /// Waits until so many notices of billing are stored.
    func eventuallyTold(_ count: Int) async throws {
        try await eventually("\(count) notices are stored") { store.contents.billingNotices.count >= count }
    }
}
