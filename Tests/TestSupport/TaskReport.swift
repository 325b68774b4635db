/// What `task show --json` prints, as the contract writes it down; read without the product's own types, so that a
/// renamed field is noticed.
package struct TaskReport: Sendable, Decodable {
    package struct Server: Sendable, Decodable {
        package var host: String?
        package var port: Int?
        package var server: String?
        package var serverUuid: String?
    }

    package struct Counts: Sendable, Hashable, Decodable {
        package var transactions: Int
        package var inserts: Int
        package var updates: Int
        package var deletes: Int
        package var ddl: Int
        package var loopedTransactionsSkipped: Int
        package var ddlNotCarried: Int?
    }

    package struct Position: Sendable, Decodable {
        package var gtid: String?
        package var file: String?
        package var offset: Int?
    }

    package struct Load: Sendable, Decodable {
        package var tablesDone: Int
        package var tablesTotal: Int
        package var rowsDone: Int
    }

    package struct Conflicts: Sendable, Decodable {
        package var total: Int
        package var unresolved: Int
    }

    package struct Worker: Sendable, Decodable {
        package var pid: Int32?
        package var restarts: Int
        package var rssBytes: Int
    }

    package struct Limits: Sendable, Hashable, Decodable {
        package var rowsPerSecond: Int
        package var loadThreads: Int
        package var applyThreads: Int
    }

    package struct Failure: Sendable, Decodable {
        package var code: String
        package var message: String
        package var remedy: String
        package var at: String
    }

    package var id: String
    package var name: String
    package var pair: String?
    package var state: String
    package var phase: String?
    package var actions: [String]
    package var source: Server
    package var target: Server
    package var position: Position
    package var lagMs: Int?
    package var backlogBytes: Int
    package var measuredAt: String?
    package var transactionBytes: Int?
    package var load: Load
    package var counts: Counts
    package var conflicts: Conflicts
    package var worker: Worker
    package var startAt: String?
    package var limits: Limits
    package var skippedChecks: [String]
    package var error: Failure?
}

/// What `pair show --json` prints.
package struct PairReport: Sendable, Decodable {
    package var name: String
    package var state: String
    package var tasks: [TaskReport]
}

/// What a verification prints for one task.
package struct VerificationReport: Sendable, Decodable {
    package struct Item: Sendable, Decodable {
        package var item: String
        package var level: String
        package var facts: String
        package var remedy: String
        package var code: String?
        package var skippable: Bool
        package var risk: String?
        package var remedySql: [Statement]?
    }

    package struct Statement: Sendable, Decodable {
        package var server: String
        package var sql: String
    }

    package var name: String
    package var passed: Bool
    package var items: [Item]
}
