import Glibc
import SyncMySQL
import Synchronization

/// A connection whose statement runs until it is killed.
final class BusyConnection {
    private final class Begun: Sendable {
        let id = Mutex<UInt64?>(nil)
    }

    struct NotRunning: Error {}

    let id: UInt64
    /// As far as it is UTF-8.
    let statement: String
    private let options: Session.Options

    /// Returns when the statement runs.
    ///
    /// - Parameters:
    ///   - statement: bytes as they are sent.
    ///   - before: statements before it.
    init(_ statement: [UInt8], before: [String] = [], _ options: Session.Options) throws {
        let begun = Begun()
        WorkerThread.start("busy") {
            do {
                let session = try Session(options)
                for one in before { try session.execute(one) }
                begun.id.withLock { $0 = session.connectionID }
                _ = try statement.withUnsafeBytes { (bytes) throws(MySQLError) in try session.execute(bytes) }
            } catch {
                // Killed: that is how it ends. When it could not begin, it is waited for in vain below.
            }
        }
        self.options = options
        self.statement = String(decoding: statement, as: UTF8.self)
        id = try Self.wait { begun.id.withLock { $0 } }
        // A server lists no statement of a connection that has not begun with it.
        let (watcher, number) = (try Session(options), id)
        _ = try Self.wait { try watcher.rows("SHOW PROCESSLIST").contains { $0[0] == "\(number)" && $0[7] != nil && $0[7] != "" } ? true : nil }
    }

    private static func wait<T>(_ body: () throws -> T?) throws -> T {
        for _ in 0..<600 {
            if let found = try body() { return found }
            usleep(50_000)
        }
        throw NotRunning()
    }

    deinit {
        // It may have been killed before.
        _ = try? Session(options).execute("KILL CONNECTION \(id)")
    }
}
