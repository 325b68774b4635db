/// What an error says of going on.
///
/// Every number of MySQL 9.7, MariaDB 10.11 and 11.8 and of the client libraries has been judged: the lists are in
/// `Tests/WorkerTests/MySQL/Errors`, and a test names what a newer server has beyond them. A number that is not listed here is lasting:
/// the task stops with the server's message, and a person looks.
extension MySQLError {
    package enum Standing: Sendable, Hashable {
        /// The connection is gone; a new one may work.
        case connectionLost
        /// The server refuses for a while, or refuses everybody: it is read-only, full, overloaded, joining its group. What
        /// was begun is rolled back. The same work can be done later, by itself.
        case passing
        /// Other transactions were in the way; the same work can be done again at once.
        case contended
        /// It will be the same again until somebody changes something.
        case lasting
    }

    package var standing: Standing {
        switch code.rawValue {
        // Many options can be the reason; these two come and go.
        case 1290: message.contains("read-only") || message.contains("read_only") ? .passing : .lasting
        // A node of a Galera cluster that has no quorum, or is catching up, knows no command.
        case 1047: message.contains("WSREP") ? .passing : .lasting
        // The log cannot be written, and the server goes down for it; the same number refuses what cannot be logged at all.
        case 1598: message.contains("binlog_error_action") ? .passing : .lasting
        case let number where Self.ofFiles.contains(number): isOutOfRoom ? .passing : .lasting
        default: Self.common[code.rawValue] ?? ofFlavour ?? .lasting
        }
    }

    /// From 1900 on the two number on their own; before that, where one has given a number up that the other still uses.
    private var ofFlavour: Standing? {
        switch isMariaDB {
        case true?: Self.mariaDB[code.rawValue]
        case false?: Self.mySQL[code.rawValue]
        // Refused before it has said what it is.
        case nil: Self.mySQL[code.rawValue] ?? Self.mariaDB[code.rawValue]
        }
    }

    /// Files of the server that could not be made, read or written: the message holds the system's number.
    private static let ofFiles: Set<UInt32> = [
        1, 2, 3, 4, 7, 14, 15, 27, 33, 1004, 1005, 1006, 1016, 1018, 1023, 1024, 1025, 1026, 1030, 1810, 1811,
    ]

    /// Whether the system's number says that memory, open files, room or quota are used up.
    private var isOutOfRoom: Bool {
        guard let found = message.firstMatch(of: #/(?:rrno|rrcode|rror)[: (]+([0-9]+)/#), let number = Int(found.1) else { return false }
        // Numbers from 120 on are also those of storage engines, in these.
        return [12, 23, 24, 28].contains(number) || number == 122 && ![1005, 1016, 1025, 1030].contains(code.rawValue)
    }

    private static let common: [UInt32: Standing] = [
        5: .passing,  // out of memory
        20: .passing,  // disk full
        23: .passing,  // too many open files
        1020: .contended,  // record has changed since last read
        1021: .passing,  // disk full
        1037: .passing,  // out of memory
        1040: .passing,  // too many connections
        1041: .passing,  // out of memory
        1042: .connectionLost,  // cannot get the client's host name
        1043: .connectionLost,  // bad handshake
        1053: .connectionLost,  // shutdown in progress
        1077: .connectionLost,  // normal shutdown
        1079: .connectionLost,  // shutdown complete
        1114: .passing,  // table is full: so InnoDB calls a full disk
        1135: .passing,  // cannot create a thread
        1152: .connectionLost,  // aborting connection
        1154: .connectionLost,  // error reading from the connection
        1155: .connectionLost,  // error of fcntl on the connection
        1156: .connectionLost,  // packets out of order
        1157: .connectionLost,  // cannot uncompress a packet
        1158: .connectionLost,  // error reading packets
        1159: .connectionLost,  // timeout reading packets
        1160: .connectionLost,  // error writing packets
        1161: .connectionLost,  // timeout writing packets
        1180: .passing,  // error during commit
        1181: .passing,  // error during rollback
        1184: .connectionLost,  // aborting connection
        1189: .connectionLost,  // network error reading from the source
        1190: .connectionLost,  // network error writing to the source
        1203: .passing,  // max_user_connections
        1205: .contended,  // lock wait timeout
        1206: .passing,  // lock table full
        1208: .passing,  // global read lock
        1209: .passing,  // global read lock
        1213: .contended,  // deadlock
        1223: .passing,  // conflicting read lock
        1226: .passing,  // a limit of the account
        1297: .passing,  // temporary error of the storage engine
        1317: .passing,  // query interrupted, as by KILL QUERY
        1402: .passing,  // XA branch rolled back
        1412: .passing,  // table definition has changed
        1429: .passing,  // a trigger's foreign server cannot be reached
        1461: .passing,  // too many prepared statements
        1534: .passing,  // the log's buffer cannot be written
        1587: .passing,  // too many files opened
        1613: .passing,  // XA branch rolled back: took too long
        1614: .contended,  // XA branch rolled back: deadlock
        1615: .passing,  // definitions change too fast for a statement to be prepared
        1637: .passing,  // too many active transactions
        1689: .contended,  // wait for a lock aborted
        1799: .passing,  // more was written during ALTER than its log holds
        1836: .passing,  // read-only mode
        1874: .passing,  // InnoDB is in read-only mode
        1878: .passing,  // temporary file cannot be written
        1881: .passing,  // innodb_force_recovery
        3015: .passing,  // storage engine out of memory
        3019: .passing,  // undo log full
        3032: .passing,  // offline mode
        3044: .passing,  // out of memory
        3058: .contended,  // deadlock of user-level locks
        // The client library's own.
        2001: .passing,  // cannot create a socket
        2002: .connectionLost,
        2003: .connectionLost,
        2004: .passing,  // cannot create a TCP socket
        2005: .connectionLost,  // unknown host: names come back
        2006: .connectionLost,
        2008: .passing,  // out of memory here
        2012: .connectionLost,  // error in the handshake
        2013: .connectionLost,
        2014: .connectionLost,  // commands out of sync: only another connection helps
        2027: .connectionLost,  // malformed packet
        2055: .connectionLost,
        5013: .connectionLost,  // error reading from the network
        5014: .connectionLost,  // error writing to the network
        5015: .connectionLost,  // cannot uncompress a packet
    ]

    private static let mySQL: [UInt32: Standing] = [
        1725: .passing,  // table is being used in a foreign key check
        1807: .passing,  // a foreign key check is running on the table
        3024: .passing,  // max_execution_time
        3100: .passing,  // error in a replication hook, as of a group without quorum
        3101: .contended,  // rolled back during the commit, by another member of the group
        3132: .contended,  // deadlock of service locks
        3133: .contended,  // service lock wait timeout
        3168: .passing,  // server is not available
        3169: .connectionLost,  // session was killed
        3177: .passing,  // lock refused by the storage engine
        3197: .passing,  // XA: retry later
        3547: .passing,  // the accounts are being changed
        3572: .contended,  // NOWAIT
        3633: .passing,  // concurrent clone
        3675: .passing,  // disk full
        3781: .passing,  // group replication: held for a new primary
        3782: .passing,
        3783: .passing,
        3796: .passing,  // group replication: consistency cannot be kept now
        3797: .passing,
        3798: .passing,
        3799: .passing,
        3874: .passing,  // clone in progress
        3875: .passing,
        3917: .passing,  // variables changed during the query
        3918: .passing,
        3950: .passing,  // out of memory
        3985: .passing,  // not enough resources for a lock
        3989: .passing,  // schema is read-only
        4031: .connectionLost,  // inactivity
        4049: .passing,  // not on a secondary member of a group
        4080: .passing,  // another call is under way
        4081: .connectionLost,  // memory limits of connections
        4082: .connectionLost,
        4094: .passing,  // the group's primary changes
        4156: .passing,  // read-only mode
        6112: .passing,  // too many programs of a trigger's language
        6141: .passing,  // group replication hands the connection over
        6400: .passing,  // offline mode, with its reason
    ]

    private static let mariaDB: [UInt32: Standing] = [
        1028: .passing,  // sort aborted
        1927: .connectionLost,  // connection was killed
        1964: .contended,  // an earlier commit failed
        1969: .passing,  // max_statement_time
        4060: .contended,  // transaction was rolled back and cannot be committed
        4145: .passing,  // BACKUP STAGE
        4192: .passing,  // slave_max_statement_time
    ]
}
