import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

@Suite("Pairs", .timeLimit(.minutes(10)))
struct PairTests {
    static let forward = "shop-a-to-b"
    static let backward = "shop-b-to-a"

    @Test("the gate: B's position is noted, a-to-b runs, and b-to-a when a-to-b follows the log")
    func gate() async throws {
        let launcher = ScriptedLauncher { task, command in
            task == Self.forward && command == .run
                ? .say([.ready(source: ScriptedLauncher.facts, target: ScriptedLauncher.facts), .phase(.data)]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .state(.running), of: Self.forward)
            #expect(try await fixture.snapshot(Self.backward).state == .scheduled)
            #expect(await pair.gate == .prepared)
            #expect(!launcher.log.contains("\(Self.backward) run"))
            let prepared = try #require(launcher.log.firstIndex(of: "\(Self.backward) prepare"))
            let ran = try #require(launcher.log.firstIndex(of: "\(Self.forward) run"))
            #expect(prepared < ran)
            launcher.worker(of: Self.forward)?.say(.phase(.incremental))
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(await pair.gate == .open)
            #expect(fixture.store.contents.pairs["shop"]?.gate == .open)
        }
    }

    @Test("a half is stopped with its pair only, and is not offered it")
    func halvesAreStoppedTogether() async throws {
        try await FleetFixture.with(launcher: ScriptedLauncher()) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            #expect(try await pair.start())
            for name in [Self.forward, Self.backward] {
                #expect(try await !fixture.snapshot(name).actions.contains("stop"))
                let refused = await #expect(throws: Failure.self) { try await fixture.fleet.stopTask(name) }
                #expect(refused?.code == .notAllowed)
                #expect(refused?.message.contains("'shop'") == true && refused?.remedy.contains("pair stop shop") == true)
            }
            try await pair.stop()
            #expect(await pair.state() == .stopped)
        }
    }

    @Test(
        "an automatic scenario is what the target holds",
        arguments: [
            (TargetState.empty, PairSpec.Scenario.bEmpty), (.structureOnly, .bStructureOnly), (.hasData, .bothHaveData),
        ]
    )
    func automatic(target: TargetState, scenario: PairSpec.Scenario) async throws {
        let launcher = ScriptedLauncher { _, command in command == .inspect ? .nothing : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(
                FleetFixture.pairSpec(scenario: .auto),
                secrets: FleetFixture.secrets
            )
            async let started = pair.start()
            await launcher.wait(for: "\(Self.forward) inspect")
            launcher.worker(of: Self.forward)?.say(.answer(Answer(id: 2, targetState: target)))
            #expect(try await started)
            #expect(await pair.scenario == scenario)
            let plan = PairPlan(FleetFixture.pairSpec(), scenario: scenario)
            #expect(try await fixture.snapshot(Self.forward).spec == plan.aToB)
            #expect(try await fixture.snapshot(Self.backward).spec == plan.bToA)
            #expect(await pair.bToA.role?.mergesData == plan.mergesData)
        }
    }

    @Test("where both sides have data, both positions are noted before both tasks run, neither waiting for the other")
    func together() async throws {
        let launcher = ScriptedLauncher { _, command in
            command == .run
                ? .say([.ready(source: ScriptedLauncher.facts, target: ScriptedLauncher.facts), .phase(.data)]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(
                FleetFixture.pairSpec(scenario: .bothHaveData),
                secrets: FleetFixture.secrets
            )
            #expect(await pair.aToB.role?.mergesData == true)
            #expect(await pair.bToA.role?.mergesData == true)
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .state(.running), of: "shop")
            #expect(await pair.gate == .open)
            let log = launcher.log
            let firstRun = try #require(log.firstIndex { $0.hasSuffix(" run") })
            #expect(log[..<firstRun].filter { $0.hasSuffix(" prepare") }.count == 2)
        }
    }

    @Test("when the verification of one task fails neither is started")
    func verificationFails() async throws {
        let refused = Failure(.accessDenied, "no", remedy: "grant")
        let launcher = ScriptedLauncher { task, command in
            task == Self.backward && command == .verify ? .refuse(refused) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            #expect(try await pair.start() == false)
            #expect(try await fixture.snapshot(Self.backward).failure == refused)
            #expect(!launcher.log.contains { $0.hasSuffix(" prepare") || $0.hasSuffix(" run") })
            #expect(await pair.desired == .idle)
        }
    }

    @Test("a preparation that fails for good fails the start and shows; starting again goes on")
    func preparationFails() async throws {
        let fails = Mutex(true)
        let refused = Failure(.privilegeMissing, "no CREATE", remedy: "grant")
        let launcher = ScriptedLauncher { _, command in
            command == .prepare && fails.withLock { $0 } ? .refuse(refused) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            let failure = await #expect(throws: Failure.self) { try await pair.start() }
            #expect(failure == refused)
            #expect(try await fixture.snapshot(Self.backward).state == .failed)
            #expect(await pair.state() == .failed)
            fails.withLock { $0 = false }
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
        }
    }

    @Test("a server that is away for a moment delays the start and shows as its error")
    func preparationWaits() async throws {
        let attempts = Mutex(0)
        let lost = Failure(.connectionLost, "gone", remedy: "wait", kind: .transient)
        let launcher = ScriptedLauncher { _, command in
            guard command == .prepare else { return nil }
            return attempts.withLock { attempts in
                attempts += 1
                return attempts == 1 ? .refuse(lost) : nil
            }
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            async let started = pair.start()
            for await _ in pair.bToA.hub.changes() where await pair.bToA.snapshot.failure == lost { break }
            #expect(await pair.bToA.snapshot.state == .scheduled)
            await fixture.clock.passWhenAwaited(.seconds(1)...(.seconds(1.5)))
            #expect(try await started)
            #expect(await pair.bToA.snapshot.failure == nil)
        }
    }

    @Test("pause, resume, stop and delete act on both")
    func both() async throws {
        try await FleetFixture.with { fixture in
            let fleet = fixture.fleet
            let pair = try await fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            _ = try await pair.start()
            _ = try await fleet.wait(for: .incremental, of: "shop")
            try await pair.pause()
            #expect(await pair.snapshots().map(\.state) == [.paused, .paused])
            await #expect(throws: Failure.self) { try await pair.start() }
            try await pair.resume()
            #expect(await pair.snapshots().map(\.state) == [.running, .running])
            try await pair.stop()
            #expect(await pair.snapshots().map(\.state) == [.stopped, .stopped])
            #expect(try await fleet.deletePair("shop").isEmpty)
            #expect(fixture.store.contents.pairs.isEmpty)
            #expect(fixture.store.contents.tasks.isEmpty)
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" clean-up") }.count == 2)
        }
    }

    @Test("a pair that is paused before the gate is open keeps it closed until it is resumed")
    func pausedAtTheGate() async throws {
        let launcher = ScriptedLauncher { task, command in
            task == Self.forward && command == .run
                ? .say([.ready(source: ScriptedLauncher.facts, target: ScriptedLauncher.facts), .phase(.data)]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .state(.running), of: Self.forward)
            try await pair.pause()
            #expect(await pair.snapshots().map(\.state) == [.paused, .paused])
            await #expect(throws: Failure.self) { try await fixture.fleet.resumeTask(Self.backward) }
            try await pair.resume()
            #expect(await pair.snapshots().map(\.state) == [.running, .scheduled])
            launcher.worker(of: Self.forward)?.say(.phase(.incremental))
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
        }
    }

    @Test("single tasks of a pair cannot get round the gate, or be deleted alone")
    func singleTasks() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            let started = await #expect(throws: Failure.self) {
                try await fixture.fleet.startTask(Self.backward, at: nil)
            }
            #expect(started?.remedy == "start both: pair start shop")
            await #expect(throws: Failure.self) { try await fixture.fleet.deleteTask(Self.forward) }
            let taken = await #expect(throws: Failure.self) {
                try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            }
            #expect(taken?.code == .alreadyExists)
        }
    }

    // MARK: SIGKILL of the supervisor

    /// One run of the supervisor after which nothing but the store is left.
    private struct Moment: Sendable {
        var contents: MemoryStore.Contents
        var log: [String]
    }

    @Test(
        "killed after any write, the supervisor goes on with the start of a pair, in the right order",
        arguments: [PairSpec.Scenario.auto, .bEmpty, .bothHaveData]
    )
    func killedAtAnyPoint(scenario: PairSpec.Scenario) async throws {
        let moments = Mutex<[Moment]>([])
        let launcher = ScriptedLauncher()
        let store = MemoryStore { contents in
            let log = launcher.log
            moments.withLock { $0.append(Moment(contents: contents, log: log)) }
        }
        try await FleetFixture.with(store: store, launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(
                FleetFixture.pairSpec(scenario: scenario),
                secrets: FleetFixture.secrets
            )
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
        }
        let all = moments.withLock { $0 }
        // The first moment is the creation: nobody has asked for the start yet.
        let wanted = all.filter { $0.contents.pairs["shop"]?.desired == .up }
        #expect(wanted.count > 10)
        for moment in wanted { try await goOn(from: moment, scenario) }
    }

    private func goOn(from moment: Moment, _ scenario: PairSpec.Scenario) async throws {
        let launcher = ScriptedLauncher()
        try await FleetFixture.with(store: MemoryStore(moment.contents), launcher: launcher) { fixture in
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(try await fixture.fleet.pair("shop").gate == .open)
        }
        let log = moment.log + launcher.log
        let prepared = try #require(log.firstIndex(of: "\(Self.backward) prepare"))
        let forwardRan = try #require(log.firstIndex(of: "\(Self.forward) run"))
        let backwardRan = try #require(log.firstIndex(of: "\(Self.backward) run"))
        #expect(prepared < forwardRan)
        #expect(prepared < backwardRan)
        if scenario == .bothHaveData {
            let other = try #require(log.firstIndex(of: "\(Self.forward) prepare"))
            #expect(other < min(forwardRan, backwardRan))
        } else {
            #expect(forwardRan < backwardRan)
        }
        #expect(launcher.mostWorkersOfATask == 1)
    }

    @Test("killed while it deletes a pair, the supervisor finishes that")
    func killedWhileDeleting() async throws {
        let moments = Mutex<[MemoryStore.Contents]>([])
        let store = MemoryStore { contents in moments.withLock { $0.append(contents) } }
        try await FleetFixture.with(store: store) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            _ = try await fixture.fleet.deletePair("shop")
        }
        let deleting = moments.withLock { $0 }.filter { contents in
            contents.pairs["shop"]?.desired == .gone || contents.tasks.values.contains { $0.memory.desired == .gone }
        }
        #expect(!deleting.isEmpty)
        for contents in deleting {
            try await FleetFixture.with(store: MemoryStore(contents)) { fixture in
                for await _ in fixture.fleet.hub.changes() {
                    if fixture.store.contents.tasks.isEmpty, fixture.store.contents.pairs.isEmpty { break }
                }
            }
        }
    }
}
