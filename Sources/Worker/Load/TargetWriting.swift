import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

extension TaskContext {
    /// Runs statements on the target; what only needs another try comes out as ``ChunkTrouble``.
    @discardableResult
    func write<T>(_ action: @autoclosure () -> String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as MySQLError {
            if error.isDuplicateKey { throw ChunkTrouble.duplicateKey }
            if error.isLockFailure { throw ChunkTrouble.locked(error) }
            throw error.failure(role: Role.target.rawValue, address: target.endpoint.address, doing: action())
        }
    }

    /// Reads rows from the source as they arrive; errors of `body` pass unchanged.
    func read(
        _ session: Session,
        _ sql: String,
        _ action: @autoclosure () -> String,
        _ body: (borrowing Row) throws -> Void
    ) throws {
        var statement = SQLBuffer(capacity: sql.utf8.count)
        statement.append(sql)
        var bytesRead = 0
        defer { control.bytesRead.add(bytesRead) }
        try statement.withUnsafeBytes { bytes in
            do throws(QueryFailure<any Error>) {
                try session.query(bytes) { (row: borrowing Row) throws(any Error) in
                    bytesRead += row.byteCount
                    try body(row)
                }
            } catch {
                switch error {
                // A snapshot from before a definition statement cannot show the table: another one is taken.
                case .server(let error) where error.code == .tableDefinitionChanged: throw ChunkTrouble.changedMeanwhile
                case .server(let error):
                    throw error.failure(role: Role.source.rawValue, address: source.endpoint.address, doing: action())
                case .body(let error): throw error
                }
            }
        }
    }
}

extension Session {
    /// Runs a query and lends each row.
    func query(_ sql: String, _ body: (borrowing Row) -> Void) throws(MySQLError) {
        var statement = SQLBuffer(capacity: sql.utf8.count)
        statement.append(sql)
        do {
            try statement.withUnsafeBytes { (bytes) throws(QueryFailure<Never>) in
                try query(bytes) { (row: borrowing Row) throws(Never) in body(row) }
            }
        } catch {
            switch error {
            case .server(let error): throw error
            }
        }
    }
}

extension TaskContext {
    func openSource() throws -> Session {
        try attempt(.source, "connecting") {
            let session = try Session(source)
            try session.prepareForReading()
            // Literals are text, as paths into JSON have to be; values still come as their own bytes.
            try session.execute("SET NAMES utf8mb4")
            try session.execute("SET SESSION character_set_results = NULL, group_concat_max_len = 1073741824")
            return session
        }
    }

    /// - Parameter localInfile: for `LOAD DATA LOCAL`.
    func openTarget(localInfile: Bool = false) throws -> Session {
        try attempt(.target, "connecting") {
            var options = target
            options.localInfile = localInfile
            let session = try Session(options)
            try session.prepareForWriting()
            return session
        }
    }

    /// Runs `body` in one transaction on the target that begins with the origin mark and the fence of a loader's lane.
    ///
    /// - Parameter finish: does what has to be done last and then calls the commit that it is given.
    /// - Throws: ``ChunkTrouble``; ``Failure`` `fenced`; what `body` throws. Nothing is left open then.
    func inTransaction(
        _ target: Session,
        lane: Int,
        _ action: String,
        _ body: () throws -> Void,
        finish: (_ commit: () throws -> Void) throws -> Void = { try $0() }
    ) throws {
        do {
            try write(action) {
                try target.execute("START TRANSACTION")
                try store.mark(target, lane: lane, transactions: 0, origins: sourceProfile.uuid, checkpoint: nil)
            }
            try body()
            try finish { _ = try write(action) { try target.execute("COMMIT") } }
        } catch {
            // Fails only when the connection is gone, and the transaction with it.
            _ = try? target.execute("ROLLBACK")
            throw error
        }
    }

    func failure(of trouble: ChunkTrouble, _ action: String) -> Failure {
        switch trouble {
        case .locked(let error):
            error.failure(role: Role.target.rawValue, address: target.endpoint.address, doing: action)
        case .notAsSent:
            Failure(
                .loadFailed,
                "\(action): the target did not store the rows as they were sent",
                remedy:
                    "look for triggers on the target's table, and compare its definition with the source's, then retry the task"
            )
        case .changedMeanwhile:
            Failure(
                .lockTimeout,
                "\(action): rows of the chunk keep changing on the target while they are copied",
                remedy: "nothing: the task tries again by itself; it gets through when fewer writes go to these rows",
                kind: .transient
            )
        case .duplicateKey:
            Failure(
                .loadFailed,
                "\(action): the target keeps answering that a key exists, but no such row can be found",
                remedy: "look for triggers or foreign writers on the target's table, then retry the task"
            )
        }
    }
}
