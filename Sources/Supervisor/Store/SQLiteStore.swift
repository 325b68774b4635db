import GRDB
package import SupervisorNotices
package import SupervisorTasks
package import SyncModel

/// The store of the daemon in one SQLite file, in WAL mode: readers never wait, and what was committed is there after
/// a SIGKILL of the daemon.
package struct SQLiteStore: Sendable {
    let pool: DatabasePool
    let box: SecretBox
    /// What channels there are now.
    let router: @Sendable () -> NoticeRouter
    /// Notified when a channel may have something to tell.
    package let news = ChangeHub()

    /// Opens the database and brings its tables up to date.
    /// - Throws: `store-failed`.
    package init(
        _ folder: StoreFolder, box: SecretBox, router: @escaping @Sendable () -> NoticeRouter = { NoticeRouter(NotifySettings()) }
    ) throws(Failure) {
        self.box = box
        self.router = router
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 2
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA secure_delete = ON")
            }
            pool = try DatabasePool(path: folder.database, configuration: configuration)
            try Migrations.migrator.migrate(pool)
        } catch {
            throw Self.failure(error)
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(Failure) -> Result {
        do {
            return try await pool.write(body)
        } catch {
            throw Self.failure(error)
        }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(Failure) -> Result {
        do {
            return try await pool.read(body)
        } catch {
            throw Self.failure(error)
        }
    }

    /// - Parameter error: never quotes values: GRDB's own text would show the arguments of the statement.
    static func failure(_ error: any Error) -> Failure {
        if let failure = error as? Failure { return failure }
        if let error = error as? DatabaseError {
            if error.resultCode == .SQLITE_FULL {
                return Failure(
                    .storeFailed,
                    "the disk of the data folder is full",
                    remedy: "make room; nothing is lost meanwhile",
                    kind: .transient
                )
            }
            return Failure(
                .storeFailed,
                "SQLite error \(error.extendedResultCode.rawValue): \(error.message ?? "no text")",
                remedy: "look at the disk of the data folder",
                kind: .transient
            )
        }
        return Failure(.storeFailed, "a stored value has an unknown form", remedy: "report this", kind: .permanent)
    }
}
