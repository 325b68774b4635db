package import Logging
import ServiceLifecycle
import SupervisorBilling
package import SupervisorNotices
package import SyncModel
import SyncWire

/// All tasks and pairs of this daemon, as one service: when it ends, all workers are asked to stop at once and it
/// returns when the last one has left.
package actor Fleet {
    package struct Settings: Sendable {
        /// How often progress is written, and what the store refused is tried again.
        package var maintenanceInterval: Duration

        package init(maintenanceInterval: Duration = .seconds(5)) {
            self.maintenanceInterval = maintenanceInterval
        }
    }

    package nonisolated let hub = ChangeHub()
    package nonisolated let storeHealth: StoreHealth
    nonisolated let environment: TaskEnvironment
    nonisolated let logger: Logger
    /// Settings of the daemon's file that may change meanwhile.
    nonisolated let live: LiveSettings
    nonisolated let billing: BillingDesk
    private let settings: Settings
    /// By name.
    var tasks: [String: TaskSupervisor] = [:]
    var pairs: [String: PairCoordinator] = [:]
    /// What cannot be read of the store, by name.
    var unreadableTasks: [String: UnreadableRecord] = [:]
    var unreadablePairs: [String: UnreadableRecord] = [:]
    /// Names that are being created.
    var reserved: Set<String> = []
    /// Why the clean-up of a deleted task left something behind, until whoever deleted it has asked.
    var cleanUpFailures: [String: Failure] = [:]
    private var isClosing = false
    /// Notices that are not about a task that is there, until the store has taken them.
    var unsavedNotices: [Notice] = []
    /// Percent of the data folder's file system that is free; nil when not known.
    private let diskFree: @Sendable () async -> Int?
    var diskIsLow = false
    /// Microseconds since 1970 UTC.
    var storeFailureToldAt: UInt64?

    package init(
        store: any Store,
        launcher: any WorkerLauncher,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> UInt64,
        logger: Logger,
        live: LiveSettings = LiveSettings(),
        settings: Settings = Settings(),
        daemon: DaemonIdentity? = nil,
        diskFree: @escaping @Sendable () async -> Int? = { nil }
    ) {
        self.diskFree = diskFree
        storeHealth = StoreHealth(now: now)
        environment = TaskEnvironment(
            store: store,
            launcher: launcher,
            clock: clock,
            now: now,
            jobs: JobQueue(),
            logger: logger,
            storeHealth: storeHealth,
            daemon: daemon,
            thresholds: { live.current.notify.alarms }
        )
        self.live = live
        billing = BillingDesk(live, environment)
        self.logger = logger
        self.settings = settings
    }

    /// Reads what was stored and decides what comes up again; ``run()`` then does it. Call it once, before anybody can
    /// make a request: a request that came before would be undone.
    /// - Throws: `store-failed`. A record that cannot be read is told, shown as such and left where it is.
    package func load() async throws(Failure) {
        let stored = try await environment.store.load()
        for record in stored.unreadable { setAside(record) }
        var byID: [String: TaskSupervisor] = [:]
        for record in stored.tasks {
            let task = makeTask(
                record,
                progress: stored.progress[record.id],
                verification: stored.verifications[record.id],
                undecided: stored.undecided[record.id] ?? 0,
                openAlarms: Set(NoticeEvent.allCases.filter { stored.openAlarms.contains("\(record.id)/\($0.rawValue)") })
            )
            tasks[record.name] = task
            byID[record.id] = task
        }
        for record in stored.pairs {
            if let aToB = byID[record.aToB], let bToA = byID[record.bToA] {
                pairs[record.name] = makePair(record, aToB, bToA)
            } else if record.desired == .gone, halves(of: UnreadableRecord(of: record, reason: "")).unreadable.isEmpty {
                // Killed while it was being deleted: what is left of its tasks goes by itself.
                try await environment.store.remove(pair: record.name)
            } else {
                setAside(UnreadableRecord(of: record, reason: "one of its tasks is missing or cannot be read"))
            }
        }
        diskIsLow = stored.openAlarms.contains("-/\(NoticeEvent.diskLow.rawValue)")
        let billed = try await billing.load()
        for record in billed.unreadable { setAside(record) }
        for (id, until) in billed.isolated {
            guard let task = byID[id] else { continue }
            await task.stayIsolated(Biller.failure(BilledTask(await task.snapshot), since: until))
        }
        for task in allTasks() { await task.boot() }
        for pair in allPairs() { await pair.boot() }
    }

    func makeTask(
        _ record: TaskRecord,
        progress: Progress? = nil,
        verification: Verification? = nil,
        undecided: UInt64 = 0,
        openAlarms: Set<NoticeEvent> = []
    ) -> TaskSupervisor {
        let id = record.id
        return TaskSupervisor(
            record: record,
            environment: environment,
            progress: progress,
            verification: verification,
            undecided: undecided,
            openAlarms: openAlarms,
            surroundings: { [weak self] in await self?.surroundings(of: id, as: $0) ?? Surroundings() },
            tellOthers: { [weak self] in await self?.tellOthers(of: id) }
        ) { [weak self] id, cleanUp in
            await self?.forget(id, cleanUp: cleanUp)
        }
    }

    func makePair(_ record: PairRecord, _ aToB: TaskSupervisor, _ bToA: TaskSupervisor) -> PairCoordinator {
        let name = record.name
        return PairCoordinator(record: record, aToB: aToB, bToA: bToA, environment: environment) { [weak self] in
            await self?.forget(pair: name)
        }
    }

    private func forget(pair name: String) {
        pairs[name] = nil
        hub.notify()
    }

    private func forget(_ id: String, cleanUp: Failure?) async {
        guard let (name, task) = tasks.first(where: { $0.value.id == id }) else { return }
        await billing.measureLast(task)
        tasks[name] = nil
        if let cleanUp {
            cleanUpFailures[name] = cleanUp
        }
        hub.notify()
    }

    // MARK: Looking up

    package func task(_ name: String) throws(Failure) -> TaskSupervisor {
        if let task = tasks[name] { return task }
        if let record = unreadableTasks[name] { throw record.failure }
        throw Failure(.notFound, "there is no task '\(name)'", remedy: "'task list' shows all tasks")
    }

    package func pair(_ name: String) throws(Failure) -> PairCoordinator {
        if let pair = pairs[name] { return pair }
        if let record = unreadablePairs[name] { throw record.failure }
        throw Failure(.notFound, "there is no pair '\(name)'", remedy: "'pair list' shows all pairs")
    }

    package func allTasks() -> [TaskSupervisor] {
        tasks.sorted { $0.key < $1.key }.map(\.value)
    }

    package func allPairs() -> [PairCoordinator] {
        pairs.sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: Maintenance

    /// Writes the progress of all tasks in one transaction, and what the store refused before.
    func maintain() async {
        var progress: [String: Progress] = [:]
        let all = Array(tasks.values)
        for task in all {
            await task.maintain()
            if let changed = await task.takeUnsavedProgress() { progress[task.id] = changed }
        }
        await watch(diskFree: await diskFree())
        await bill()
        guard !progress.isEmpty else { return }
        do throws(Failure) {
            try await environment.store.save(progress: progress)
            storeHealth.worked()
        } catch {
            storeHealth.failed(error)
            for task in all where progress[task.id] != nil { await task.progressWasNotSaved() }
        }
    }

    private func maintainForEver() async {
        while !Task.isCancelled {
            do { try await environment.clock.sleep(for: settings.maintenanceInterval) } catch { return }
            await maintain()
        }
    }

    /// All workers leave at once; wishes stay stored.
    func shutDown() async {
        isClosing = true
        let all = Array(tasks.values)
        for task in all { await task.shutDown() }
        for task in all {
            for await _ in task.hub.changes() {
                if await task.isQuiet { break }
            }
        }
        await maintain()
        environment.jobs.finish()
    }
}

extension Fleet: Service {
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.maintainForEver() }
            group.addTask { await self.billAtEachChange() }
            group.addTask {
                // Throws when the whole service is cancelled; then the workers are torn down with this group.
                do { try await gracefulShutdown() } catch { return }
                await self.shutDown()
            }
            for await job in environment.jobs.jobs { group.addTask { await job() } }
            group.cancelAll()
        }
    }
}
