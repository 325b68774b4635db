import Logging
package import SupervisorBilling
package import SupervisorNotices
package import SyncModel

/// Billing as it goes on: owners are told, tasks are isolated and set free, usage is metered. Whatever the store refuses is done in
/// the next round.
package actor BillingDesk {
    /// Billing as it is at one moment.
    package struct Overview: Sendable {
        package struct Item: Sendable {
            package var task: BilledTask
            package var until: CalendarDate?
            package var isolation: Isolation?
        }

        package var settings: BillingSettings
        package var isFree: Bool
        package var tasks: [Item]
        /// The ledger, oldest first; times are microseconds since 1970 UTC.
        package var told: [(entry: BillingEntry, at: UInt64)]
    }

    private let live: LiveSettings
    private let environment: TaskEnvironment
    private var told: [BillingEntry: UInt64] = [:]
    private var isolations: [String: Isolation] = [:]
    private var meter = UsageMeter()
    /// One round after the other: two at once would both find a task that is to be isolated, or to be let go on.
    private var turnstile = Turnstile()

    init(_ live: LiveSettings, _ environment: TaskEnvironment) {
        self.live = live
        self.environment = environment
    }

    /// - Returns: until when isolated tasks were paid for, by their identifiers, and what cannot be read.
    func load() async throws(Failure) -> (isolated: [String: CalendarDate], unreadable: [UnreadableRecord]) {
        let state = try await environment.store.billing()
        told = state.told
        isolations = state.isolations
        meter = UsageMeter(marks: state.marks)
        let unreadable = state.unreadable.map { UnreadableRecord(.other("billing entry"), name: $0.name, reason: $0.reason) }
        return (isolations.mapValues(\.until), unreadable)
    }

    func round(_ tasks: [TaskSupervisor]) async {
        if !turnstile.enter() { await withCheckedContinuation { turnstile.enqueue($0) } }
        defer { turnstile.leave() }
        await measure(tasks)
        var known: [(task: TaskSupervisor, snapshot: TaskSnapshot)] = []
        for task in tasks {
            let snapshot = await task.snapshot
            if snapshot.desired != .gone, snapshot.desired != .stopped { known.append((task, snapshot)) }
        }
        let biller = Biller(live.current, tasks: known.map { BilledTask($0.snapshot) }) { Fleet.newID() }
        let now = environment.now()
        await attempt("Owners could not be told") { () async throws(Failure) in try await self.tell(biller, now) }
        for (task, snapshot) in known {
            await attempt("Isolation is not settled") { () async throws(Failure) in
                try await self.settle(task, snapshot, biller, now)
            }
        }
    }

    private func tell(_ biller: Biller, _ now: UInt64) async throws(Failure) {
        let news = biller.due(at: now, told: Set(told.keys))
        guard !news.isEmpty else { return }
        try await environment.store.tell(news)
        for one in news { told[one.entry] = now }
    }

    // MARK: Isolation

    private func settle(_ task: TaskSupervisor, _ snapshot: TaskSnapshot, _ biller: Biller, _ now: UInt64) async throws(Failure) {
        let billed = BilledTask(snapshot)
        let isUp = snapshot.desired == .up && [.scheduled, .verifying, .verified, .running, .retrying].contains(snapshot.state)
        switch (biller.verdict(on: billed, at: now), isolations[task.id]) {
        case (.isolated(let until), nil):
            let isolation = Isolation(task: task.id, until: until, since: now, wasUp: isUp)
            try await environment.store.isolate(
                isolation, telling: biller.isolationNotice(billed, until: until, wasUp: isUp, at: now))
            isolations[task.id] = isolation
            try await task.isolate(Biller.failure(billed, since: until))
        case (.isolated, var isolation?), (.unknown, var isolation?):
            // Killed before it was stopped, or started at the moment in which it was isolated.
            guard isUp else { return }
            isolation.wasUp = true
            try await environment.store.isolate(
                isolation, telling: biller.isolationNotice(billed, until: isolation.until, wasUp: true, at: now))
            isolations[task.id] = isolation
            try await task.isolate(Biller.failure(billed, since: isolation.until))
        case (.free, let isolation?):
            let goesOn = try await task.liftIsolation(resuming: isolation.wasUp)
            try await environment.store.liftIsolation(
                of: task.id, telling: biller.liftingNotice(billed, goesOn: goesOn || isUp, at: now))
            isolations[task.id] = nil
        case (.free, nil), (.unknown, nil): return
        }
    }

    // MARK: Usage

    /// A task that is about to be forgotten. It waits for no round: a round may be waiting for that task.
    func measureLast(_ task: TaskSupervisor) async { await measure([task]) }

    private func measure(_ tasks: [TaskSupervisor]) async {
        let day = BillingCalendar(timeZone: live.current.billing.timeZone).day(of: environment.now())
        for task in tasks {
            let sample = await task.takeUsage()
            meter.note(sample, of: BilledTask(await task.snapshot), on: day)
        }
        guard let batch = meter.take() else { return }
        do throws(Failure) {
            try await environment.store.add(batch)
        } catch {
            meter.giveBack(batch)
            report(error, "Usage could not be stored")
        }
    }

    package func usage(from: CalendarDate, to: CalendarDate, of name: String?) async throws(Failure) -> [UsageRow] {
        try await environment.store.usage(from: from, to: to, of: name)
    }

    // MARK: Looking

    package func overview(_ tasks: [TaskSnapshot]) -> Overview {
        let settings = live.current
        let billed = tasks.filter { $0.desired != .gone }.map { BilledTask($0) }
        let biller = Biller(settings, tasks: billed) { Fleet.newID() }
        return Overview(
            settings: settings.billing, isFree: biller.isFree(at: environment.now()),
            tasks: billed.map { Overview.Item(task: $0, until: biller.coverage(of: $0), isolation: isolations[$0.id]) },
            told: told.map { (entry: $0.key, at: $0.value) }.sorted { ($0.at, $0.entry.subject) < ($1.at, $1.entry.subject) })
    }

    private func attempt(_ what: Logger.Message, _ body: () async throws(Failure) -> Void) async {
        do throws(Failure) { try await body() } catch { report(error, what) }
    }

    private func report(_ failure: Failure, _ what: Logger.Message) {
        if failure.code == .storeFailed { environment.storeHealth.failed(failure) }
        environment.logger.warning(what, metadata: ["code": "\(failure.code.rawValue)", "reason": "\(failure.message)"])
    }
}
