package import SyncModel

/// An error of the server or of the client library, with its number.
package struct MySQLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Error number of MySQL and MariaDB (1000…) or of the client library (2000…). An open set.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let databaseAccessDenied = Code(rawValue: 1044)
        package static let accessDenied = Code(rawValue: 1045)
        package static let unknownDatabase = Code(rawValue: 1049)
        package static let shutdownInProgress = Code(rawValue: 1053)
        package static let duplicateKey = Code(rawValue: 1062)
        package static let tooManyConnections = Code(rawValue: 1040)
        /// Of the server: the statement is larger than max_allowed_packet.
        package static let packetTooLarge = Code(rawValue: 1153)
        package static let packetTooLargeForClient = Code(rawValue: 2020)
        package static let tableAccessDenied = Code(rawValue: 1142)
        package static let columnAccessDenied = Code(rawValue: 1143)
        package static let unknownTable = Code(rawValue: 1146)
        package static let unknownTimeZone = Code(rawValue: 1298)
        package static let lockWaitTimeout = Code(rawValue: 1205)
        package static let deadlock = Code(rawValue: 1213)
        package static let specificAccessDenied = Code(rawValue: 1227)
        package static let routineAccessDenied = Code(rawValue: 1370)
        package static let specificAccessDeniedNow = Code(rawValue: 6038)
        /// The server lets nobody in without TLS.
        package static let encryptionRequired = Code(rawValue: 3159)
        package static let binlogReadFailed = Code(rawValue: 1236)
        package static let noBinlog = Code(rawValue: 1381)
        /// MariaDB's; MySQL says it in the text of the one above.
        package static let sameReplicaConnected = Code(rawValue: 4052)
        package static let tableDefinitionChanged = Code(rawValue: 1412)
        package static let duplicateKeyNamed = Code(rawValue: 1586)
        package static let queryInterrupted = Code(rawValue: 1317)
        /// A text has characters that the table that shows it cannot hold.
        package static let cannotConvertText = Code(rawValue: 3854)
        package static let connectionKilled = Code(rawValue: 1927)
        package static let unknownClientError = Code(rawValue: 2000)
        package static let cannotConnectSocket = Code(rawValue: 2002)
        package static let cannotConnectHost = Code(rawValue: 2003)
        package static let unknownHost = Code(rawValue: 2005)
        package static let serverGone = Code(rawValue: 2006)
        package static let serverLost = Code(rawValue: 2013)
        package static let tls = Code(rawValue: 2026)
        /// Authentication plugins of the client that there are none of, that failed, or that the server may not ask for.
        package static let pluginNotSupported = Code(rawValue: 1251)
        package static let pluginCannotLoad = Code(rawValue: 2059)
        package static let pluginFailed = Code(rawValue: 2061)
        package static let pluginNotAllowed = Code(rawValue: 5010)
        /// Ours: a statement that must not warn did.
        package static let warning = Code(rawValue: 90_001)
        /// Ours: the server asked for a file, and no load of ours was under way.
        package static let fileRequested = Code(rawValue: 90_002)
        /// Ours: the server wanted the password under a key that came unprotected.
        package static let keyUnverified = Code(rawValue: 90_003)
        /// Ours: a server named something as nothing can be named.
        package static let invalidName = Code(rawValue: 90_004)
    }

    package var code: Code
    package var message: String
    /// Whose numbers these are; nil: not known.
    package var isMariaDB: Bool?

    package init(code: Code, message: String, isMariaDB: Bool? = nil) {
        self.code = code
        self.message = message
        self.isMariaDB = isMariaDB
    }

    package var description: String { "\(redactedMessage) (\(code.rawValue))" }

    /// Says nothing of the statement, but of the server's state or the way to it.
    package var isPassing: Bool { standing == .connectionLost || standing == .passing }

    /// The transaction was rolled back (or may be) because of other transactions; the same work can be tried again.
    package var isLockFailure: Bool { standing == .contended }

    package var isDuplicateKey: Bool { code == .duplicateKey || code == .duplicateKeyNamed }

    /// This error as a task failure. `role` is `source` or `target`, `address` where the server is.
    package func failure(role: String, address: String, doing action: String) -> Failure {
        let found = "the \(role) \(address) answered while \(action): \(description)"
        switch code {
        case _ where refusesAccount:
            return Failure(
                .accessDenied, found,
                remedy: "check user and password of the \(role), from which hosts that user may log in, and that the account is neither locked nor "
                    + "expired; correct them on the server, or with 'task configure' (of a pair 'pair configure'), then retry the task")
        case .encryptionRequired:
            return Failure(.tlsFailed, found, remedy: "set 'tls: {mode: required}' for the \(role)")
        case .databaseAccessDenied, .tableAccessDenied, .columnAccessDenied, .routineAccessDenied, .specificAccessDenied, .specificAccessDeniedNow:
            return Failure(.privilegeMissing, found, remedy: "grant the missing privilege to the task's user on the \(role), then retry the task")
        case .unknownDatabase:
            return Failure(.unknownDatabase, found, remedy: "create the database or correct its name in the task's objects")
        case .unknownTable:
            return Failure(.unknownTable, found, remedy: "create the table on the \(role) or take it out of the task's objects")
        case .pluginNotAllowed, .pluginCannotLoad, .pluginFailed, .pluginNotSupported:
            return Failure(
                .accessDenied, found,
                remedy: "give the user of the \(role) a plugin such as caching_sha2_password or ed25519; one that wants the password itself "
                    + "takes 'cleartext_plugin: true' and mode verify-ca or verify-identity in tls")
        case .keyUnverified:
            return Failure(
                .tlsFailed, found,
                remedy: "set 'tls: {mode: required}' for the \(role), and switch TLS on there; where nobody can sit between, "
                    + "'get_server_public_key: true' in tls")
        case .tls:
            return Failure(
                .tlsFailed, found,
                remedy: "check the tls settings of the \(role) and the server's certificate; a server that has been reached with TLS is gone without "
                    + "only by 'tls: {mode: disabled}'")
        case .cannotConnectHost, .cannotConnectSocket, .unknownHost:
            return Failure(
                .hostUnreachable, "cannot reach the \(role) \(address): \(description)",
                remedy: "check host and port of the \(role), that the server runs, and that no firewall is in between",
                kind: .transient)
        case .invalidName:
            return Failure(
                .valueInvalid, found, remedy: "see whether the \(role) is the server that it should be, and whether somebody stands between it and DTS")
        // Of an open connection the library says nothing else about an answer that it cannot read.
        case .unknownClientError where isMariaDB != nil:
            return Failure(
                .valueInvalid, "the \(role) \(address) answered while \(action) as no server answers (\(code.rawValue))",
                remedy: "see whether the \(role) is the server that it should be, and whether somebody stands between it and DTS")
        case .packetTooLarge, .packetTooLargeForClient:
            return Failure(
                .rowTooLarge, found,
                remedy: code == .packetTooLarge
                    ? "raise it on the \(role) (SET GLOBAL max_allowed_packet = 1073741824, and in its my.cnf), then retry the task"
                    : "a row of more than 1 GiB cannot be carried; take the table out of the task")
        case .fileRequested:
            return Failure(
                .fileRequested, "\(found); nothing was sent",
                remedy: "find out who answers at \(address): no server does that by itself")
        case .warning:
            return Failure(
                .applyFailed, found, remedy: "compare the table's definition on both sides, mend the difference, then retry the task")
        default: return failureByStanding(role: role, found)
        }
    }

    /// The server does not let this user in, whatever the privileges are.
    private var refusesAccount: Bool {
        switch code.rawValue {
        // Host blocked, host not allowed; no password given, password expired (two of them), account locked, blocked after wrong passwords;
        // no proxy.
        case 1045, 1129, 1130, 1698, 1820, 1862, 3118, 3955, 6126, 6127: true
        // MariaDB: account blocked, locked. MySQL has other things under these numbers, but for none at a login.
        case 4150, 4151: isMariaDB != false
        default: false
        }
    }

    private func failureByStanding(role: String, _ found: String) -> Failure {
        switch standing {
        case .connectionLost:
            Failure(.connectionLost, found, remedy: "nothing, if the server is only restarting; otherwise check the network", kind: .transient)
        case .passing:
            Failure(
                .serverNotReady, found, remedy: "end the state that the server's message names; the task tries again by itself", kind: .transient)
        case .contended:
            Failure(.lockTimeout, found, remedy: "end the transaction that holds the rows; the task tries again by itself", kind: .transient)
        case .lasting:
            Failure(
                role == "source" ? .loadFailed : .applyFailed, found,
                remedy: "read the server's message; mend the cause, then retry the task")
        }
    }
}
