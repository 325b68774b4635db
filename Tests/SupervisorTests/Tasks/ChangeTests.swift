import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Changes of tasks", .timeLimit(.minutes(10)))
struct ChangeTests {
    private static func changed() -> TaskSpec {
        var spec = FleetFixture.spec()
        spec.objects.append(ObjectSelection(database: "crm"))
        return spec
    }

    @Test("the worker that runs verifies the change, then another one goes on with it; the task stays running")
    func whileRunning() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.runningTask()
            try await fixture.fleet.configureTask("orders", spec: Self.changed(), secrets: FleetFixture.secrets)
            #expect(try await fixture.snapshot("orders").state == .running)
            await fixture.launcher.wait(for: "orders run", times: 2)
            _ = try await fixture.fleet.wait(for: .incremental, of: "orders")
            let commands = fixture.launcher.log.compactMap { $0.split(separator: " ").last.map(String.init) }
            #expect(
                commands == [
                    "configure", "verify", "stop", "configure", "run", "configure", "verify", "configure", "stop", "configure", "run",
                ]
            )
            #expect(fixture.launcher.mostWorkersOfATask == 1)
            #expect(try await fixture.snapshot("orders").spec.objects.count == 2)
            #expect(try await fixture.snapshot("orders").restarts == 0)
        }
    }

    @Test("a change that fails its verification changes nothing and disturbs nobody")
    func refused() async throws {
        let item = CheckItem(item: "change", level: .fail, facts: "there already", remedy: "drop it", code: .targetExists)
        let counts = CountedCalls()
        let launcher = ScriptedLauncher { _, command in command == .verify && counts.next() > 1 ? .find([item]) : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            _ = try await fixture.runningTask()
            let failure = await #expect(throws: Failure.self) {
                try await fixture.fleet.configureTask("orders", spec: Self.changed(), secrets: FleetFixture.secrets)
            }
            #expect(failure?.code == .verificationFailed)
            #expect(failure?.message.contains("change: there already") == true && failure?.remedy == "drop it")
            #expect(try await fixture.snapshot("orders").spec.objects.count == 1)
            #expect(try await fixture.snapshot("orders").verification?.items.filter { $0.level == .fail } == [item])
            #expect(fixture.launcher.log.filter { $0 == "orders run" }.count == 1)
            // Paused, a worker is started for the verification only.
            try await fixture.fleet.pauseTask("orders")
            await #expect(throws: Failure.self) {
                try await fixture.fleet.configureTask("orders", spec: Self.changed(), secrets: FleetFixture.secrets)
            }
            #expect(try await fixture.snapshot("orders").state == .paused)
            #expect(fixture.store.contents.tasks.values.first?.spec.objects.count == 1)
        }
    }

    @Test("changes at the same time are verified one after the other, each with what was found for it")
    func atOnce() async throws {
        let counts = CountedCalls()
        let launcher = ScriptedLauncher { _, command in
            guard command == .verify else { return nil }
            let number = counts.next()
            return number == 1 ? nil : .find([CheckItem(item: "change", level: .fail, facts: "found \(number)", remedy: "mend it")])
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            _ = try await fixture.runningTask()
            let messages = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do throws(Failure) {
                            try await fixture.fleet.configureTask("orders", spec: Self.changed(), secrets: FleetFixture.secrets)
                            return nil
                        } catch {
                            return error.message
                        }
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(messages == ["the change was not made: change: found 2", "the change was not made: change: found 3"])
        }
    }

    @Test("what a change would do with other tasks can be acknowledged, and other changes are not held up by it")
    func beside() async throws {
        try await FleetFixture.with { fixture in
            var (orders, back) = (FleetFixture.spec(), FleetFixture.spec("back"))
            (back.source, back.target, back.objects) = (orders.target, orders.source, orders.objects)
            orders.conflict = .overwrite
            _ = try await fixture.fleet.createTask(back, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.createTask(orders, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.startTask("orders", at: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            back.conflict = .overwrite
            try await fixture.fleet.configureTask("back", spec: back, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.startTask("back", at: nil)
            try await fixture.fleet.skipItem("pair-policies", ofTask: "back")
            _ = try await fixture.fleet.startTask("back", at: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "back")
            orders.retryMinutes = 7
            try await fixture.fleet.configureTask("orders", spec: orders, secrets: FleetFixture.secrets)
            orders.conflict = .newestCommitTime
            let other = orders
            let failure = await #expect(throws: Failure.self) {
                try await fixture.fleet.configureTask("orders", spec: other, secrets: FleetFixture.secrets)
            }
            #expect(failure?.code == .verificationFailed && failure?.message.contains("pair-policies") == true)
            #expect(fixture.store.contents.verifications.values.contains { $0.failedItems == ["pair-policies"] })
            try await fixture.fleet.skipItem("pair-policies", ofTask: "orders")
            try await fixture.fleet.configureTask("orders", spec: orders, secrets: FleetFixture.secrets)
            #expect(try await fixture.snapshot("orders").spec.conflict == .newestCommitTime)
        }
    }

    @Test("another time in the file of a task that waits for its time is taken up")
    func otherTime() async throws {
        try await FleetFixture.with { fixture in
            var spec = FleetFixture.spec()
            spec.runAt = "1970-01-01T00:00:02Z"
            _ = try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.startTask("orders", at: nil)
            #expect(try await fixture.snapshot("orders").startAt == 2_000_000)
            spec.runAt = "1970-01-01T00:00:03Z"
            try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            #expect(try await fixture.snapshot("orders").startAt == 3_000_000)
            #expect(try await fixture.snapshot("orders").state == .scheduled)
            spec.runAt = nil
            try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            // Verified anew, as the change was not.
            #expect(fixture.launcher.log.filter { $0 == "orders verify" }.count == 2)
        }
    }

    @Test("of two new names at the same time a task gets one")
    func renamedTwice() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.fleet.createTask(FleetFixture.spec(), secrets: FleetFixture.secrets)
            let given = await withTaskGroup(of: String?.self) { group in
                for name in ["bills", "sales"] {
                    group.addTask { try? await fixture.fleet.renameTask("orders", to: name).snapshot.name }
                }
                return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
            }
            #expect(given.count == 1)
            #expect(await fixture.fleet.allTasks().count == 1)
            for name in given { #expect(try await fixture.snapshot(name).spec.name == name) }
        }
    }

    @Test("limits go to the worker that runs, with the ceiling of the specification where there is no own one")
    func limits() async throws {
        let told = ToldLimits()
        let launcher = ScriptedLauncher { _, command in
            switch command {
            case .limit(let limits): told.add(limits.rowsPerSecond)
            case .configure(let configuration): told.add(configuration.spec.limits.rowsPerSecond)
            default: break
            }
            return nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            var spec = FleetFixture.spec()
            spec.specification = .small
            _ = try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.startTask("orders", at: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            try await fixture.fleet.limitTask("orders") { $0.rowsPerSecond = 5 }
            try await fixture.fleet.limitTask("orders") { $0.rowsPerSecond = 0 }
            spec.specification = .large
            try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            await fixture.launcher.wait(for: "orders limit", times: 3)
            #expect(told.all == [2000, 2000, 5, 2000, 11_000])
            #expect(fixture.launcher.log.filter { $0 == "orders run" }.count == 1)
        }
    }

    @Test("a task like another one has all of its settings but the passwords, and waits to be configured")
    func similar() async throws {
        try await FleetFixture.with { fixture in
            var spec = FleetFixture.spec()
            (spec.specification, spec.billing, spec.ownerEmail, spec.runAt) = (.large, .monthlySubscription, "a@b", "2026-12-01T02:00:00Z")
            _ = try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets)
            let first = try await fixture.fleet.createTask(like: "orders")
            let second = try await fixture.fleet.createTask(like: "orders")
            #expect(await [first.snapshot.name, second.snapshot.name] == ["orders-2", "orders-3"])
            spec.name = "orders-2"
            #expect(await first.spec == spec)
            #expect(await first.secrets == Secrets(source: "", target: ""))
            let taken = await #expect(throws: Failure.self) { try await fixture.fleet.createTask(like: "orders", named: "orders-2") }
            #expect(taken?.code == .alreadyExists)
            // Its servers are still open.
            spec.source.region = "west"
            try await fixture.fleet.configureTask("orders-2", spec: spec, secrets: FleetFixture.secrets)
            #expect(await first.snapshot.state == .configured)
            spec.source.region = "east"
            let settled = await #expect(throws: Failure.self) {
                try await fixture.fleet.configureTask("orders-2", spec: spec, secrets: FleetFixture.secrets)
            }
            #expect(settled?.message.contains("source.region") == true)
        }
    }

    @Test("a renamed task is found by its new name after a restart, and takes its log with it once nobody writes")
    func rename() async throws {
        let store = MemoryStore()
        try await FleetFixture.with(store: store) { fixture in
            let task = try await fixture.runningTask()
            try await fixture.fleet.pauseTask("orders")
            let renamed = try await fixture.fleet.renameTask("orders", to: "bills") {
                #expect(fixture.launcher.workersAlive == 0)
            }
            #expect(renamed.id == task.id)
            let taken = await #expect(throws: Failure.self) { try await fixture.fleet.renameTask("bills", to: "bills") }
            #expect(taken?.code == .alreadyExists)
            // The old name is free.
            _ = try await fixture.fleet.createTask(FleetFixture.spec(), secrets: FleetFixture.secrets)
            try await fixture.fleet.resumeTask("bills")
            await fixture.launcher.wait(for: "bills run")
            _ = try await fixture.fleet.deleteTask("orders")
        }
        try await FleetFixture.with(store: store) { fixture in
            let snapshot = try await fixture.snapshot("bills")
            #expect(snapshot.spec.name == "bills")
            _ = try await fixture.fleet.deleteTask("bills")
            await #expect(throws: Failure.self) { try await fixture.fleet.task("bills") }
        }
    }

    @Test("a time in the past is refused; that of the file is not")
    func pastTimes() async throws {
        try await FleetFixture.with { fixture in
            var spec = FleetFixture.spec()
            spec.runAt = "1970-01-01T00:00:00Z"
            _ = try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets)
            let failure = await #expect(throws: Failure.self) { try await fixture.fleet.startTask("orders", at: 999_999) }
            #expect(failure?.code == .notAllowed && failure?.message.contains("passed") == true)
            _ = try await fixture.fleet.startTask("orders", at: nil)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
        }
    }
}
