import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

/// Other settings for a pair: for both halves, or for neither.
@Suite("Configuration of pairs", .timeLimit(.minutes(10)))
struct PairConfigurationTests {
    static let forward = PairTests.forward
    static let backward = PairTests.backward

    private static func other() -> PairSpec {
        var spec = FleetFixture.pairSpec()
        spec.prevails = .b
        spec.delete = false
        spec.limits.rowsPerSecond = 77
        spec.retryMinutes = 9
        spec.ownerEmail = "ops@example.com"
        spec.a.host = "a2"
        return spec
    }

    private static let otherSecrets = Secrets(source: "new-a", target: "new-b")

    private static func runningPair(_ fixture: FleetFixture) async throws -> PairCoordinator {
        let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
        _ = try await pair.start()
        _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
        return pair
    }

    /// - Returns: whether all that is stored is of the other settings; nil where it is not all of one.
    private static func isOther(_ contents: MemoryStore.Contents) -> Bool? {
        func tells(_ spec: PairSpec, _ secrets: Secrets) -> Bool {
            let plan = PairPlan(spec, scenario: spec.scenario)
            let specs = Dictionary(uniqueKeysWithValues: contents.tasks.values.map { ($0.name, $0) })
            return contents.pairs["shop"]?.spec == spec && contents.pairs["shop"]?.secrets == secrets
                && specs[forward]?.spec == plan.aToB && specs[forward]?.secrets == secrets
                && specs[backward]?.spec == plan.bToA && specs[backward]?.secrets == secrets.reversed
        }
        if tells(other(), otherSecrets) { return true }
        return tells(FleetFixture.pairSpec(), FleetFixture.secrets) ? false : nil
    }

    @Test("both halves that run go on with the other settings; killed after any write, all is as before or all is changed")
    func running() async throws {
        let moments = Mutex<[MemoryStore.Contents]>([])
        let store = MemoryStore { contents in moments.withLock { $0.append(contents) } }
        let rates = ToldLimits()
        let launcher = ScriptedLauncher { _, command in
            if case .configure(let configuration) = command { rates.add(configuration.spec.limits.rowsPerSecond) }
            return nil
        }
        try await FleetFixture.with(store: store, launcher: launcher) { fixture in
            let pair = try await Self.runningPair(fixture)
            let runs = fixture.launcher.log.filter { $0.hasSuffix(" run") }.count
            moments.withLock { $0 = [] }
            _ = try await fixture.fleet.configurePair("shop", spec: Self.other(), secrets: Self.otherSecrets)
            for name in [Self.forward, Self.backward] { await fixture.launcher.wait(for: "\(name) run", times: 2) }
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" run") }.count == runs + 2)
            #expect(rates.all.suffix(2) == [77, 77])
            #expect(await pair.snapshots().map(\.state) == [.running, .running])
            // What each does to the other is judged by what both will be.
            for name in [Self.forward, Self.backward] {
                #expect(try await fixture.snapshot(name).verification?.items.filter { $0.level == .fail } == [])
            }
        }
        let found = moments.withLock { $0 }.map(Self.isOther)
        #expect(found.last == true)
        #expect(!found.contains(nil), "the pair and both of its tasks change at once: \(found)")
        for contents in moments.withLock({ $0 }) where Self.isOther(contents) == true {
            try await FleetFixture.with(store: MemoryStore(contents)) { fixture in
                _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
                #expect(try await fixture.fleet.task(Self.forward).spec.limits.rowsPerSecond == 77)
            }
        }
    }

    @Test("another rule for conflicts waits until nothing is under way: the halves would decide one conflict by two rules")
    func prevails() async throws {
        let isBusy = Mutex(true)
        let asked = CountedCalls()
        // Each answer of a busy half tells of one more transaction.
        let launcher = ScriptedLauncher { _, command in
            command == .catchUp ? .count(Counts(transactions: isBusy.withLock { $0 } ? UInt64(asked.next()) : 1000)) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await Self.runningPair(fixture)
            var spec = FleetFixture.pairSpec()
            spec.prevails = .b
            let failure = await #expect(throws: Failure.self) { try await pair.configure(spec: spec, secrets: FleetFixture.secrets) }
            #expect(failure?.code == .notAllowed && failure?.message.hasPrefix("prevails cannot be changed now") == true)
            #expect(await pair.aToB.spec.conflict == .overwrite)
            // Reported ones are decided by nobody, so that rule may come at any time.
            spec.prevails = .none
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            spec.prevails = .a
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            try await pair.pause()
            spec.prevails = .b
            let paused = await #expect(throws: Failure.self) { try await pair.configure(spec: spec, secrets: FleetFixture.secrets) }
            #expect(paused?.message.contains("is paused") == true)
            try await pair.resume()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            isBusy.withLock { $0 = false }
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            #expect(await [pair.aToB.spec.conflict, pair.bToA.spec.conflict] == [.ignore, .overwrite])
        }
    }

    @Test("limits and labels alone reach the workers that run, which go on")
    func limits() async throws {
        try await FleetFixture.with { fixture in
            let pair = try await Self.runningPair(fixture)
            var spec = FleetFixture.pairSpec()
            (spec.limits.rowsPerSecond, spec.retryMinutes) = (5, 8)
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            for name in [Self.forward, Self.backward] {
                await fixture.launcher.wait(for: "\(name) limit")
                #expect(try await fixture.fleet.task(name).spec.retryMinutes == 8)
                #expect(fixture.launcher.log.filter { $0 == "\(name) run" }.count == 1)
            }
        }
    }

    @Test("before it is started everything may change, and what the halves know of each other with it")
    func beforeTheStart() async throws {
        try await FleetFixture.with { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            var spec = FleetFixture.pairSpec(scenario: .bothHaveData)
            spec.objects = [ObjectSelection(database: "crm", mappedTo: "crm_b")]
            spec.ddl = .bToA
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            let plan = PairPlan(spec, scenario: .bothHaveData)
            #expect(try await fixture.snapshot(Self.forward).spec == plan.aToB)
            #expect(try await fixture.snapshot(Self.backward).spec == plan.bToA)
            #expect(await pair.aToB.role == plan.role(.aToB, of: "shop", reverse: pair.bToA.id))
            #expect(await pair.bToA.role == plan.role(.bToA, of: "shop", reverse: pair.aToB.id))
            #expect(await pair.aToB.role?.reverseCarriesDDL == true)
            #expect(await pair.scenario == .bothHaveData)
        }
    }

    @Test("an automatic scenario that was found already is looked for anew when the pair is another before its start")
    func automatic() async throws {
        try await FleetFixture.with { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(scenario: .auto), secrets: FleetFixture.secrets)
            try await pair.verify()
            #expect(await pair.scenario == .bEmpty)
            var spec = FleetFixture.pairSpec(scenario: .auto)
            spec.b.host = "b2"
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            #expect(await pair.scenario == .auto)
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(await pair.scenario == .bEmpty)
            #expect(try await fixture.snapshot(Self.forward).spec == PairPlan(spec, scenario: .bEmpty).aToB)
            // Found once, it stays found.
            spec.limits.rowsPerSecond = 3
            try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
            #expect(await pair.scenario == .bEmpty)
        }
    }

    @Test("what has to stay is refused by its name in the pair's file, all of it at once, and nothing changes")
    func refused() async throws {
        try await FleetFixture.with { fixture in
            let pair = try await Self.runningPair(fixture)
            let before = fixture.store.contents
            var spec = Self.other()
            (spec.ddl, spec.scenario, spec.b.type, spec.a.positioning) = (.aToB, .bothHaveData, .tdsqlCMySQL, .file)
            spec.objects = [ObjectSelection(database: "shop", mappedTo: "elsewhere")]
            let failure = await #expect(throws: Failure.self) { try await pair.configure(spec: spec, secrets: FleetFixture.secrets) }
            #expect(failure?.code == .notAllowed)
            let message = failure?.message ?? ""
            for field in ["ddl:", "scenario:", "b.type:", "a.positioning:", "objects.shop.as:"] {
                #expect(message.split(separator: field).count == 2, "\(field) once: \(message)")
            }
            #expect(fixture.store.contents.pairs == before.pairs)
            #expect(await pair.snapshots().map(\.spec) == [PairPlan(FleetFixture.pairSpec(), scenario: .bEmpty).aToB, PairPlan(FleetFixture.pairSpec(), scenario: .bEmpty).bToA])
        }
    }

    @Test("neither half changes when the servers do not allow it to one of them, or when it cannot be stored", arguments: [false, true])
    func allOrNothing(storeFails: Bool) async throws {
        let isChecked = Mutex(false)
        let item = CheckItem(item: "change", level: .fail, facts: "objects cannot be added", remedy: "leave them out")
        let launcher = ScriptedLauncher { task, command in
            task == Self.backward && command == .verify && isChecked.withLock { $0 } ? .find([item]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await Self.runningPair(fixture)
            let runs = launcher.log.filter { $0.hasSuffix(" run") }.count
            if storeFails {
                fixture.store.fail(Failure(.storeFailed, "full", remedy: "make room"))
            } else {
                isChecked.withLock { $0 = true }
            }
            let failure = await #expect(throws: Failure.self) { try await pair.configure(spec: Self.other(), secrets: Self.otherSecrets) }
            #expect(failure?.code == (storeFails ? .storeFailed : .verificationFailed))
            if !storeFails { #expect(failure?.message.contains("\(Self.backward): the change was not made: change: objects cannot be added") == true) }
            fixture.store.fail(nil)
            #expect(Self.isOther(fixture.store.contents) == false)
            #expect(await pair.aToB.spec == PairPlan(FleetFixture.pairSpec(), scenario: .bEmpty).aToB)
            #expect(launcher.log.filter { $0.hasSuffix(" run") }.count == runs)
            // Nothing is left locked.
            isChecked.withLock { $0 = false }
            try await pair.configure(spec: Self.other(), secrets: Self.otherSecrets)
            #expect(Self.isOther(fixture.store.contents) == true)
        }
    }

    /// Where a pair can be, and what a request for other settings says there; nil: it is done.
    enum Stand: String, CaseIterable, Sendable {
        case created, verified, verifyFailed, verifying, atTheGate, pausedAtTheGate, running, paused, oneFailed, oneRetrying, stopped

        var refusal: String? {
            switch self {
            case .verifying: "just being started"
            case .atTheGate: "shop-b-to-a waits"
            case .stopped: "stopped"
            default: nil
            }
        }
    }

    @Test("in every state the pair is configured, or says why not", arguments: Stand.allCases)
    func everyState(stand: Stand) async throws {
        let isDone = Mutex(false)
        let launcher = ScriptedLauncher { task, command in
            switch (stand, command) {
            case (.verifyFailed, .verify): isDone.withLock { $0 } ? nil : .find([TaskStand.item])
            case (.verifying, .verify): .nothing
            case (.atTheGate, .run), (.pausedAtTheGate, .run):
                task == Self.forward ? .say([.ready(source: ScriptedLauncher.facts, target: ScriptedLauncher.facts), .phase(.data)]) : nil
            default: nil
            }
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let fleet = fixture.fleet
            let pair = try await fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            let isStarted = ![.created, .verified, .verifyFailed].contains(stand)
            let starting = Task { if isStarted { _ = try await pair.start() } }
            try await reach(stand, pair, fixture)
            isDone.withLock { $0 = true }
            var spec = FleetFixture.pairSpec()
            spec.retryMinutes = 7
            if let refusal = stand.refusal {
                let failure = await #expect(throws: Failure.self) { try await pair.configure(spec: spec, secrets: FleetFixture.secrets) }
                #expect(failure?.code == .notAllowed && failure?.message.contains(refusal) == true, "\(failure?.message ?? "")")
                #expect(await pair.snapshots().map(\.spec.retryMinutes) == [60, 60])
            } else {
                try await pair.configure(spec: spec, secrets: FleetFixture.secrets)
                #expect(await pair.snapshots().map(\.spec.retryMinutes) == [7, 7])
            }
            starting.cancel()
        }
    }

    private func reach(_ stand: Stand, _ pair: PairCoordinator, _ fixture: FleetFixture) async throws {
        let fleet = fixture.fleet
        if ![.created, .verified, .verifyFailed].contains(stand) {
            for await _ in pair.hub.changes() where await pair.desired == .up { break }
        }
        switch stand {
        case .created: return
        case .verified, .verifyFailed: try await pair.verify()
        case .verifying: await fixture.launcher.wait(for: "\(Self.forward) verify")
        case .atTheGate: _ = try await fleet.wait(for: .state(.running), of: Self.forward)
        case .pausedAtTheGate:
            _ = try await fleet.wait(for: .state(.running), of: Self.forward)
            try await pair.pause()
        case .running, .paused, .stopped, .oneFailed, .oneRetrying:
            _ = try await fleet.wait(for: .incremental, of: "shop")
            if stand == .paused { try await pair.pause() }
            if stand == .stopped { try await pair.stop() }
            if stand == .oneFailed || stand == .oneRetrying {
                let worker = fixture.launcher.worker(of: Self.backward)
                worker?.say(.error(stand == .oneFailed ? TaskStand.purged : TaskStand.lost))
                worker?.exit(WorkerExit(status: .exited(1), done: .failed))
                await pair.bToA.waitWhile { $0.state == .running }
            }
        }
    }
}
