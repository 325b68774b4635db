import SyncMySQL
import WorkerBinlog

/// Puts bulk statements together in one reused buffer and sends them in pieces of bounded size.
final class StatementBuffer {
    /// Bytes after which a statement is sent; a single row may be longer.
    private let byteLimit: Int
    /// Bytes that the target takes of one statement.
    private let packetLimit: Int
    /// Keys and rows that one statement takes at most.
    private let countLimit = 1000
    private var sql = SQLBuffer(capacity: 64 << 10)
    /// For comparisons while a statement's rows are read.
    var scratch = SQLBuffer(capacity: 4096)

    /// - Parameter maxAllowedPacket: the target's limit, bytes.
    init(maxAllowedPacket: Int) {
        byteLimit = max(min(1 << 20, maxAllowedPacket / 4), 16 << 10)
        packetLimit = maxAllowedPacket - 1
    }

    /// Sends `head`, the appended parts separated by commas, `tail`, for the items that belong, a number at a time.
    ///
    /// - Parameters:
    ///   - limit: items per statement, when fewer than usual are wanted.
    ///   - run: sends one statement, which holds that many items.
    ///   - recover: what to do when a statement of a single item fails; nil passes the error on.
    func inChunks(
        _ items: Range<Int>, where belongs: (Int) -> Bool, head: String, tail: String, limit: Int? = nil,
        append: (Int, inout SQLBuffer) throws -> Void, run: (UnsafeRawBufferPointer, Int) throws -> Void,
        recover: ((Int, MySQLError) throws -> Void)? = nil
    ) throws {
        let limit = limit ?? countLimit
        var count = 0
        var last = 0
        func send() throws {
            guard count > 0 else { return }
            sql.append(tail)
            do {
                try sql.withUnsafeBytes { try run($0, count) }
            } catch let error as MySQLError {
                guard let recover else { throw error }
                try recover(last, error)
            }
            count = 0
        }
        for item in items where belongs(item) {
            if count == 0 {
                sql.removeAll()
                sql.append(head)
            } else {
                sql.append(byte: UInt8(ascii: ","))
            }
            let start = sql.count
            try append(item, &sql)
            if count > 0, sql.count + tail.utf8.count > packetLimit {
                // It has to go alone.
                sql.truncate(to: start - 1)
                try send()
                sql.removeAll()
                sql.append(head)
                try append(item, &sql)
            }
            last = item
            count += 1
            if count >= limit || sql.count >= byteLimit { try send() }
        }
        try send()
    }
}

extension Session {
    /// Runs a query and passes on whatever goes wrong, the server's errors or those of `body`.
    func eachRow(_ sql: UnsafeRawBufferPointer, _ body: (borrowing Row) throws -> Void) throws {
        do {
            try query(sql) { (row: borrowing Row) throws(any Error) in try body(row) }
        } catch {
            switch error {
            case .server(let error): throw error
            case .body(let error): throw error
            }
        }
    }
}
