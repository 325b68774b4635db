import Glibc
import Logging
import ServiceLifecycle
import SupervisorAPI
import SupervisorConfig
import SupervisorHTTP
import SupervisorNotices
import SupervisorNotify
import SupervisorOutbox
import SupervisorProcess
import SupervisorStore
import SupervisorTasks
import SyncModel
import SystemPackage
import UnixSignals

/// The one place that knows every concrete type: builds them, connects them, runs them.
struct Daemon: ~Copyable {
    private let lock: FolderLock
    private let fleet: Fleet
    private let server: APIServer
    private let reload: SettingsReload
    private let notifier: Notifier
    private let logger: Logger

    /// Takes the data folder and reads what is stored in it.
    /// - Parameter reread: reads the settings again, with those of the command line; nil: they are in no file.
    /// - Throws: ``Failure`` `already-exists` when another daemon has the folder, `store-failed`.
    init(
        folder path: String, settings: DaemonFile, reread: (@Sendable () throws -> DaemonFile)?, logger: Logger
    ) async throws(Failure) {
        // Before anything else: until it is trapped, the signal ends the process.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let live = LiveSettings(settings.reloadable)
        let clock = ContinuousClock()
        let folder = try StoreFolder(creating: path)
        let lock = try FolderLock(folder)
        let store = try SQLiteStore(folder, box: try SecretBox(folder)) { NoticeRouter(live.current.notify) }
        let worker = settings.worker.map { FilePath($0) }
        let launcher = SubprocessLauncher(
            program: { try WorkerProgram.find(given: worker, dataFolder: FilePath(folder.path)) },
            logFolder: FilePath(folder.logs),
            clock: clock,
            logger: logger
        )
        let fleet = Fleet(
            store: store, launcher: launcher, clock: clock, now: Self.now, logger: logger, live: live,
            daemon: DaemonIdentity(id: Fleet.newID(), host: Self.host(), folder: Self.canonical(folder.path), startedAt: Self.now()),
            diskFree: { await DiskSpace.freePercent(folder.path) })
        try await fleet.load()
        let sender = ChannelSender()
        let channels = Channels(store: store, sender: sender, settings: live, now: Self.now, newID: Fleet.newID)
        let files = settings.tls.map { APIServer.Listener.TLSFiles(certificate: $0.certificate, key: $0.key) }
        let listener = settings.listen.map { APIServer.Listener(host: $0.host, port: $0.port, tls: files) }
        let server = APIServer(
            operations: FleetOperations(fleet: fleet, logs: FilePath(folder.logs), clock: clock, channels: channels),
            folder: folder.path,
            listener: listener,
            logger: logger
        ) {
            Self.announce(folder.path, listener)
        }
        self.lock = lock
        self.fleet = fleet
        self.server = server
        reload = SettingsReload(signals: hangUps, live: live, started: settings, read: reread, certificate: server.certificate, logger: logger)
        notifier = Notifier(
            store: store, sender: sender, settings: live, news: { store.news.changes() }, clock: clock, now: Self.now, newID: Fleet.newID,
            logger: logger)
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT. The API ends first, then all workers at once.
    func run() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: fleet, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: server, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: NotifierService(notifier: notifier), successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: reload, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    private static func host() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The same for each way to name the folder.
    private static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000 + UInt64(max(0, time.tv_nsec)) / 1000
    }

    /// Unbuffered: whoever started us waits for this line.
    private static func announce(_ folder: String, _ listener: APIServer.Listener?) {
        var line = "ready: process \(getpid()), data in \(folder)"
        if let listener { line += ", listening on \(listener.host):\(listener.port)" }
        do { _ = try FileDescriptor.standardOutput.writeAll(Array("\(line)\n".utf8)) } catch {}
    }
}
