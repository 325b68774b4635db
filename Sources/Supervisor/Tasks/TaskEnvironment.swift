package import Logging
package import SupervisorNotices
package import SyncModel

/// What every task needs from the program around it.
package struct TaskEnvironment: Sendable {
    package var store: any Store
    package var launcher: any WorkerLauncher
    package var clock: any Clock<Duration>
    /// Microseconds since 1970 UTC.
    package var now: @Sendable () -> UInt64
    package var jobs: JobQueue
    package var logger: Logger
    /// Whether the store works; shown by the API.
    package var storeHealth: StoreHealth
    /// This daemon, for the workers; nil: they are not told.
    package var daemon: DaemonIdentity?
    /// From where on figures of tasks are alarms.
    package var thresholds: @Sendable () -> AlarmThresholds

    package init(
        store: any Store,
        launcher: any WorkerLauncher,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> UInt64,
        jobs: JobQueue,
        logger: Logger,
        storeHealth: StoreHealth,
        daemon: DaemonIdentity? = nil,
        thresholds: @escaping @Sendable () -> AlarmThresholds = { AlarmThresholds() }
    ) {
        self.store = store
        self.launcher = launcher
        self.clock = clock
        self.now = now
        self.jobs = jobs
        self.logger = logger
        self.storeHealth = storeHealth
        self.daemon = daemon
        self.thresholds = thresholds
    }
}
