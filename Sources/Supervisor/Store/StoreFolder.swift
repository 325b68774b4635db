import Glibc
package import SyncModel

/// The folder in which the daemon keeps everything: `dts.sqlite`, `key`, `lock`, `logs`, the API's socket. Only its owner
/// may look into it.
package struct StoreFolder: Sendable {
    package let path: String

    package var database: String { "\(path)/dts.sqlite" }
    package var key: String { "\(path)/key" }
    package var lock: String { "\(path)/lock" }
    package var logs: String { "\(path)/logs" }

    /// A file of the database that is there already.
    var existingDatabase: String? {
        ["", "-wal"].map { database + $0 }.first { path in
            var status = stat()
            return stat(path, &status) == 0 || errno != ENOENT
        }
    }

    /// Creates what is missing and sets its rights.
    /// - Throws: `store-failed` with the path and the reason.
    package init(creating path: String) throws(Failure) {
        self.path = path
        try Self.create(path)
        try Self.create("\(path)/logs")
    }

    private static func create(_ path: String) throws(Failure) {
        var partial = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            partial += "/\(part)"
            if mkdir(partial, 0o700) == 0 || errno == EEXIST { continue }
            throw failure("cannot create folder '\(partial)'")
        }
        guard chmod(path, 0o700) == 0 else { throw failure("cannot set the rights of folder '\(path)'") }
    }

    static func failure(_ what: String) -> Failure {
        Failure(
            .storeFailed,
            "\(what): \(String(cString: strerror(errno)))",
            remedy: "name a folder of a local disk that this user may write to: --data DIR"
        )
    }
}
