private import CMySQL
package import SyncModel

/// One connection to a server. Every call blocks its thread: use it on a ``WorkerThread`` only, one thread at a time.
///
/// ``interruption`` is the one part that other threads may use.
package final class Session {
    /// How to connect; ``Endpoint`` with its password and the limits of waiting.
    package struct Options: Sendable {
        package var endpoint: Endpoint
        package var password: String
        package var connectTimeout: Int
        /// Longest silence of the server while it owes an answer, seconds; 0: as long as the connection lives.
        package var readTimeout: Int
        package var localInfile: Bool
        /// Whether the session keeps what the server gives it to begin with, as an application's does; otherwise every
        /// statement means the same on every server.
        package var keepsServerDefaults: Bool

        package init(
            endpoint: Endpoint, password: String, connectTimeout: Int = 10, readTimeout: Int = 600, localInfile: Bool = false,
            keepsServerDefaults: Bool = false
        ) {
            self.keepsServerDefaults = keepsServerDefaults
            self.endpoint = endpoint
            self.password = password
            self.connectTimeout = connectTimeout
            self.readTimeout = readTimeout
            self.localInfile = localInfile
        }
    }

    private let handle: Handle
    package let interruption: Interruption
    /// The largest statement that the server takes of this session, bytes.
    private var statementLimit = Int.max

    /// - Throws: the server's or the library's error; no connection is left open then.
    package init(_ options: Options) throws(MySQLError) {
        handle = try Handle(options)
        interruption = Interruption(handle.raw)
        if !options.keepsServerDefaults { try pin() }
    }

    private func pin() throws(MySQLError) {
        for statement in SessionDefaults.statements { try execute(statement) }
        let found = try rows(SessionDefaults.question)
        if let correction = SessionDefaults.correction(found) { try execute(correction) }
        // A packet holds the number of its command as well, and has to be smaller than that.
        if let limit = SessionDefaults.value("max_allowed_packet", found).flatMap({ Int($0) }), limit > 1 { statementLimit = limit - 2 }
    }

    deinit { interruption.disarm() }

    /// Version string that the server gave, e.g. `9.7.4` or `10.11.19-MariaDB-deb12`.
    package var serverVersion: String { String(cString: dts_mysql_server_version(handle.raw)) }

    package var isMariaDB: Bool { serverVersion.contains("MariaDB") }

    /// The server's number of this connection, for `KILL`.
    package var connectionID: UInt64 { dts_mysql_thread_id(handle.raw) }

    package var usesTLS: Bool { dts_mysql_uses_tls(handle.raw) }

    /// Runs a statement whose rows, if it has any, are not wanted.
    ///
    /// - Returns: rows that the statement found (not only those it changed).
    @discardableResult
    package func execute(_ sql: UnsafeRawBufferPointer) throws(MySQLError) -> UInt64 {
        try send(sql)
        let found = dts_mysql_affected_rows(handle.raw)
        dts_mysql_end_result(handle.raw)
        return found
    }

    /// Runs a statement that is a transaction by itself, again where the server has decided a deadlock against it: that is nobody's fault.
    @discardableResult
    package func undisturbed(_ sql: String) throws(MySQLError) -> UInt64 {
        for _ in 0..<4 {
            do {
                return try execute(sql)
            } catch {
                guard error.code == .deadlock else { throw error }
            }
        }
        return try execute(sql)
    }

    @discardableResult
    package func execute(_ sql: String) throws(MySQLError) -> UInt64 {
        var sql = sql
        return try sql.withBytes { (bytes) throws(MySQLError) in try execute(bytes) }
    }

    /// Runs a query and lends each row as it arrives from the server; nothing is buffered.
    ///
    /// An error thrown by `body` ends the reading and is passed on; the rest of the rows is drained.
    package func query<E: Error>(_ sql: UnsafeRawBufferPointer, _ body: (borrowing Row) throws(E) -> Void) throws(QueryFailure<E>) {
        do { try send(sql) } catch { throw .server(error) }
        defer { dts_mysql_end_result(handle.raw) }
        while true {
            switch dts_mysql_fetch(handle.raw) {
            case 1: do { try body(Row(session: handle.raw)) } catch { throw .body(error) }
            case 0: return
            default: throw .server(lastError)
            }
        }
    }

    /// Runs a small query of text values.
    package func rows(_ sql: String) throws(MySQLError) -> [TextRow] {
        var result: [TextRow] = []
        var sql = sql
        do {
            try sql.withBytes { (bytes) throws(QueryFailure<Never>) in
                try query(bytes) { (row: borrowing Row) in
                    var values: [String?] = []
                    for column in 0..<row.count { values.append(row.string(column)) }
                    result.append(TextRow(values))
                }
            }
        } catch {
            switch error { case .server(let error): throw error }
        }
        return result
    }

    /// First value of the first row; nil when there is no row or it is NULL.
    package func value(_ sql: String) throws(MySQLError) -> String? {
        try rows(sql).first?.first ?? nil
    }

    /// Warnings of the last statement, which has to have been one without rows.
    package var warningCount: Int { Int(dts_mysql_warning_count(handle.raw)) }

    package func warnings() throws(MySQLError) -> [MySQLError] {
        try rows("SHOW WARNINGS").compactMap { row in
            guard row.count >= 3, let code = row[1].flatMap({ UInt32($0) }), let message = row[2] else { return nil }
            return MySQLError(code: .init(rawValue: code), message: message)
        }
    }

    var raw: OpaquePointer { handle.raw }

    var lastError: MySQLError { handle.lastError }

    private func send(_ sql: UnsafeRawBufferPointer) throws(MySQLError) {
        // The server would cut the connection while it is still being sent, and not be heard.
        guard sql.count <= statementLimit else {
            throw MySQLError(
                code: .packetTooLarge,
                message: "a statement of \(sql.count) bytes is larger than its max_allowed_packet, which is \(statementLimit + 2)")
        }
        if dts_mysql_query(handle.raw, sql.baseAddress, sql.count) != 0 { throw lastError }
    }
}

/// Why a query ended early: the server's error or the one that the row handler threw.
package enum QueryFailure<Body: Error>: Error {
    case server(MySQLError)
    case body(Body)
}

/// Owner of the C handle.
private struct Handle: ~Copyable {
    let raw: OpaquePointer

    init(_ options: Session.Options) throws(MySQLError) {
        let endpoint = options.endpoint
        let strings = CStrings()
        var c = dts_connect_options()
        c.host = strings.hold(endpoint.host)
        c.port = UInt32(clamping: endpoint.port)
        c.socket = strings.hold(endpoint.socket)
        c.user = strings.hold(endpoint.user)
        c.password = strings.hold(options.password)
        c.tls = endpoint.tls.effectiveMode.shimValue
        c.cleartext_plugin = endpoint.tls.cleartextPlugin && endpoint.tls.verifies
        c.take_public_key = endpoint.tls.getServerPublicKey || endpoint.isLocal
        c.tls_ca = strings.hold(endpoint.tls.ca)
        c.tls_cert = strings.hold(endpoint.tls.cert)
        c.tls_key = strings.hold(endpoint.tls.key)
        c.connect_timeout = UInt32(clamping: options.connectTimeout)
        c.read_timeout = UInt32(clamping: options.readTimeout)
        c.write_timeout = UInt32(clamping: options.readTimeout > 0 ? options.readTimeout : 600)
        c.local_infile = options.localInfile
        c.program_name = strings.hold("dts-worker")
        guard let session = dts_mysql_connect(&c) else {
            throw MySQLError(code: .init(rawValue: 2008), message: "out of memory")
        }
        let number = dts_mysql_errno(session)
        if number != 0 {
            let error = MySQLError(code: .init(rawValue: number), message: String(cString: dts_mysql_error(session)))
            dts_mysql_close(session)
            throw error.isCutHandshake ? MySQLError(code: .serverLost, message: error.message) : error
        }
        raw = session
    }

    deinit { dts_mysql_close(raw) }

    /// Error of a call on an open connection.
    var lastError: MySQLError {
        let code = MySQLError.Code(rawValue: dts_mysql_errno(raw))
        let message = String(cString: dts_mysql_error(raw))
        // Of a session that never loads, the library refuses by itself.
        if code == .unknownClientError, message.contains("local infile") { return MySQLError(code: .fileRequested, message: message) }
        // Once a connection is open, its TLS layer only fails when the connection breaks.
        return MySQLError(
            code: code == .tls ? .serverLost : code, message: message,
            isMariaDB: String(cString: dts_mysql_server_version(raw)).contains("MariaDB"))
    }
}

extension TLSSettings.Mode {
    fileprivate var shimValue: dts_tls_mode {
        switch self {
        case .disabled: DTS_TLS_DISABLED
        case .preferred: DTS_TLS_PREFERRED
        case .required: DTS_TLS_REQUIRED
        case .verifyCA: DTS_TLS_VERIFY_CA
        case .verifyIdentity: DTS_TLS_VERIFY_IDENTITY
        }
    }
}

extension String {
    /// Lends the UTF-8 bytes without a copy where the storage allows it.
    mutating func withBytes<T, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> T) throws(E) -> T {
        // `withUTF8` rethrows untyped; the result carries the typed error out.
        let result = withUTF8 { bytes in
            Result { () throws(E) in try body(UnsafeRawBufferPointer(bytes)) }
        }
        return try result.get()
    }
}

extension MySQLError {
    /// The peer was gone in the middle of the TLS handshake, as a server is that ends just then: the library counts that among errors of
    /// TLS, with the system's error and its number, or OpenSSL's word for an end.
    fileprivate var isCutHandshake: Bool {
        code == .tls && (message.firstMatch(of: #/\([0-9]+\)$/#) != nil || message.contains("unexpected eof"))
    }
}
