/// What an error says of going on.
///
/// Numbers: https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html,
/// https://mariadb.com/kb/en/mariadb-error-code-reference/, `errmsg.h` of the client libraries. Those that are not listed are
/// lasting: a person has to look.
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
        default: Self.common[code.rawValue] ?? ofFlavour ?? .lasting
        }
    }

    /// From 1900 on the two number on their own.
    private var ofFlavour: Standing? {
        switch isMariaDB {
        case true?: Self.mariaDB[code.rawValue]
        case false?: Self.mySQL[code.rawValue]
        // Refused before it has said what it is.
        case nil: Self.mySQL[code.rawValue] ?? Self.mariaDB[code.rawValue]
        }
    }

    private static let common: [UInt32: Standing] = [
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
        1317: .passing,  // query interrupted, as by KILL QUERY
        1412: .passing,  // table definition has changed
        1587: .passing,  // too many files opened
        1613: .passing,  // XA branch rolled back: took too long
        1614: .contended,  // XA branch rolled back: deadlock
        1637: .passing,  // too many active transactions
        1689: .contended,  // wait for a lock aborted
        1836: .passing,  // read-only mode
        1874: .passing,  // InnoDB is in read-only mode
        1881: .passing,  // innodb_force_recovery
        3015: .passing,  // storage engine out of memory
        3019: .passing,  // undo log full
        3032: .passing,  // offline mode
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
    ]

    private static let mySQL: [UInt32: Standing] = [
        3024: .passing,  // max_execution_time
        3100: .passing,  // error in a replication hook, as of a group without quorum
        3101: .contended,  // rolled back during the commit, by another member of the group
        3133: .contended,  // service lock wait timeout
        3168: .passing,  // server is not available
        3169: .connectionLost,  // session was killed
        3197: .passing,  // XA: retry later
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
        3875: .passing,  // clone in progress
        3950: .passing,  // out of memory
        3985: .passing,  // not enough resources for a lock
        3989: .passing,  // schema is read-only
        4031: .connectionLost,  // inactivity
        4049: .passing,  // not on a secondary member of a group
        4081: .connectionLost,  // memory limits of connections
        4082: .connectionLost,
        4094: .passing,  // the group's primary changes
        4156: .passing,  // read-only mode
        6141: .passing,  // group replication hands the connection over
    ]

    private static let mariaDB: [UInt32: Standing] = [
        1927: .connectionLost,  // connection was killed
        1931: .passing,  // result may be incomplete
        1969: .passing,  // max_statement_time
        4145: .passing,  // BACKUP STAGE
        4192: .passing,  // slave_max_statement_time
    ]
}
