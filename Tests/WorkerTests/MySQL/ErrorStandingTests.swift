import SyncModel
import SyncMySQL
import Testing

/// Which errors heal, which are lost connections, and which wait for a person.
@Suite struct ErrorStandingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var number: UInt32
        var message = ""
        var isMariaDB: Bool? = false
        var standing: MySQLError.Standing
        var code: FailureCode
        var testDescription: String { "\(number) \(message)\(isMariaDB == true ? " of MariaDB" : "")" }
    }

    static let cases: [Case] = [
        // Read-only for a while, by whatever name.
        .init(
            number: 1290, message: "The MySQL server is running with the --super-read-only option so it cannot execute this statement",
            standing: .passing, code: .serverNotReady),
        .init(
            number: 1290, message: "The MariaDB server is running with the --read-only option so it cannot execute this statement",
            isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 1290, message: "… running with the --secure-file-priv option …", standing: .lasting, code: .applyFailed),
        .init(number: 1836, standing: .passing, code: .serverNotReady),
        .init(number: 3989, standing: .passing, code: .serverNotReady),
        .init(number: 4049, standing: .passing, code: .serverNotReady),
        .init(number: 4049, isMariaDB: true, standing: .lasting, code: .applyFailed),
        // Full, overloaded, joining a group, offline.
        .init(number: 1021, standing: .passing, code: .serverNotReady),
        .init(number: 1040, isMariaDB: nil, standing: .passing, code: .serverNotReady),
        .init(number: 1203, isMariaDB: nil, standing: .passing, code: .serverNotReady),
        .init(number: 1226, isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 1047, message: "WSREP has not yet prepared node for application use", isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 1047, message: "Unknown command", standing: .lasting, code: .applyFailed),
        .init(number: 6400, isMariaDB: nil, standing: .passing, code: .serverNotReady),
        .init(number: 1030, message: "Got error 28 \"No space left on device\" from storage engine InnoDB", standing: .passing, code: .serverNotReady),
        .init(number: 1030, message: "Got error 122 from storage engine", standing: .lasting, code: .applyFailed),
        .init(number: 1026, message: "Error writing file 'x' (errno: 122 - Disk quota exceeded)", standing: .passing, code: .serverNotReady),
        .init(number: 3, message: "Error writing file '/tmp/MLx' (Errcode: 28 \"No space left on device\")", isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 1016, message: "Can't open file: 't' (errno: 13 \"Permission denied\")", isMariaDB: true, standing: .lasting, code: .applyFailed),
        .init(
            number: 1598, message: "Binary logging not possible. Message: An error occurred during flush stage of the commit. 'binlog_error_action' is set to 'ABORT_SERVER'.",
            standing: .passing, code: .serverNotReady),
        .init(number: 1598, message: "Binary logging not possible. Message: Statement cannot be logged", standing: .lasting, code: .applyFailed),
        .init(number: 1317, standing: .passing, code: .serverNotReady),
        .init(number: 3024, standing: .passing, code: .serverNotReady),
        .init(number: 1969, isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 3032, isMariaDB: nil, standing: .passing, code: .serverNotReady),
        .init(number: 3168, isMariaDB: nil, standing: .passing, code: .serverNotReady),
        .init(number: 4145, isMariaDB: true, standing: .passing, code: .serverNotReady),
        .init(number: 4145, standing: .lasting, code: .applyFailed),
        // What is no answer; of a connection that is not open yet it may be anything.
        .init(number: 2000, message: "Unknown or undefined error code", standing: .lasting, code: .valueInvalid),
        .init(number: 2000, message: "Unknown or undefined error code", isMariaDB: nil, standing: .lasting, code: .applyFailed),
        // Others were in the way.
        .init(number: 1205, standing: .contended, code: .lockTimeout),
        .init(number: 1213, isMariaDB: true, standing: .contended, code: .lockTimeout),
        .init(number: 3101, standing: .contended, code: .lockTimeout),
        // The connection.
        .init(number: 1053, standing: .connectionLost, code: .connectionLost),
        .init(number: 1158, standing: .connectionLost, code: .connectionLost),
        .init(number: 1161, isMariaDB: true, standing: .connectionLost, code: .connectionLost),
        .init(number: 1927, isMariaDB: true, standing: .connectionLost, code: .connectionLost),
        .init(number: 3169, standing: .connectionLost, code: .connectionLost),
        .init(number: 4031, standing: .connectionLost, code: .connectionLost),
        .init(number: 4031, isMariaDB: true, standing: .lasting, code: .applyFailed),
        .init(number: 2003, isMariaDB: nil, standing: .connectionLost, code: .hostUnreachable),
        .init(number: 2006, standing: .connectionLost, code: .connectionLost),
        .init(number: 2013, standing: .connectionLost, code: .connectionLost),
        .init(number: 5014, standing: .connectionLost, code: .connectionLost),
        // Not the connection, though the client library says it.
        .init(number: 1153, standing: .lasting, code: .rowTooLarge),
        .init(number: 2020, standing: .lasting, code: .rowTooLarge),
        .init(number: 2026, isMariaDB: nil, standing: .lasting, code: .tlsFailed),
        .init(number: 2059, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 2061, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        // The account, not the statement.
        .init(number: 1129, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 1130, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 1698, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 1820, standing: .lasting, code: .accessDenied),
        .init(number: 3118, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 4151, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 4151, standing: .lasting, code: .applyFailed),
        .init(number: 1143, standing: .lasting, code: .privilegeMissing),
        .init(number: 1370, standing: .lasting, code: .privilegeMissing),
        .init(number: 3159, isMariaDB: nil, standing: .lasting, code: .tlsFailed),
        .init(number: 1251, isMariaDB: nil, standing: .lasting, code: .accessDenied),
        .init(number: 2000, isMariaDB: nil, standing: .lasting, code: .applyFailed),
        .init(number: 1064, standing: .lasting, code: .applyFailed),
    ]

    @Test(arguments: cases) func errorsStandAsTheyDo(_ one: Case) {
        let error = MySQLError(code: .init(rawValue: one.number), message: one.message, isMariaDB: one.isMariaDB)
        #expect(error.standing == one.standing)
        let failure = error.failure(role: "target", address: "db:3306", doing: "writing")
        #expect(failure.code == one.code)
        #expect(failure.kind == (one.standing == .lasting ? .needsOperator : .transient))
        #expect(failure.message.contains("db:3306"))
        #expect(!failure.remedy.isEmpty)
    }
}
