/// All that a user says about a one-way task. Contract, section 3.
package struct TaskSpec: Sendable, Hashable, Codable {
    package enum Initialization: String, Sendable, Hashable, Codable, CaseIterable { case structure, data }
    package enum IfTargetExists: String, Sendable, Hashable, Codable, CaseIterable { case error, ignore }
    package enum Billing: String, Sendable, Hashable, Codable, CaseIterable {
        case payAsYouGo = "pay-as-you-go"
        case monthlySubscription = "monthly-subscription"
    }

    package var name: String
    package var source: Endpoint
    package var target: Endpoint
    /// Start time of a scheduled task (RFC 3339); nil starts at once when the user says `start`.
    package var runAt: String?
    package var initialization: Set<Initialization>
    package var ifTargetExists: IfTargetExists
    package var conflict: ConflictPolicy
    package var sql: SQLSelection
    package var objects: [ObjectSelection]
    package var limits: Limits
    /// How long transient errors are retried, minutes; 0 = not at all.
    package var retryMinutes: Int
    package var billing: Billing
    package var specification: Specification
    package var ownerEmail: String?

    package init(
        name: String, source: Endpoint, target: Endpoint, runAt: String? = nil,
        initialization: Set<Initialization> = [.structure, .data], ifTargetExists: IfTargetExists = .error,
        conflict: ConflictPolicy = .report, sql: SQLSelection = SQLSelection(), objects: [ObjectSelection],
        limits: Limits = Limits(), retryMinutes: Int = 60, billing: Billing = .payAsYouGo,
        specification: Specification = .standard, ownerEmail: String? = nil
    ) {
        self.name = name
        self.source = source
        self.target = target
        self.runAt = runAt
        self.initialization = initialization
        self.ifTargetExists = ifTargetExists
        self.conflict = conflict
        self.sql = sql
        self.objects = objects
        self.limits = limits
        self.retryMinutes = retryMinutes
        self.billing = billing
        self.specification = specification
        self.ownerEmail = ownerEmail
    }
}

/// What to do when source and target changed the same row.
package enum ConflictPolicy: Sendable, Hashable, Codable {
    /// Pause, apply nothing, wait for the operator.
    case report
    /// The target's row stays.
    case ignore
    /// The source's row wins.
    case overwrite
    /// The greater value of this column wins.
    case newest(column: String)
    /// The later commit wins.
    case newestCommitTime

    package init?(word: String) {
        switch word {
        case "report": self = .report
        case "ignore": self = .ignore
        case "overwrite": self = .overwrite
        default: return nil
        }
    }

    /// `report`, `ignore`, `overwrite`, `newest:commit-time` or `newest:column:NAME`.
    package var word: String {
        switch self {
        case .report: "report"
        case .ignore: "ignore"
        case .overwrite: "overwrite"
        case .newest(let column): "newest:column:\(column)"
        case .newestCommitTime: "newest:commit-time"
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let word = try container.decode(String.self)
        let columnPrefix = "newest:column:"
        if let simple = ConflictPolicy(word: word) {
            self = simple
        } else if word == "newest:commit-time" {
            self = .newestCommitTime
        } else if word.hasPrefix(columnPrefix) {
            self = .newest(column: String(word.dropFirst(columnPrefix.count)))
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "unknown conflict policy '\(word)'")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(word)
    }
}

/// Which statements travel. `ddl` is nil when none do, and lists kinds (`create-table`, …) when only some do.
package struct SQLSelection: Sendable, Hashable, Codable {
    package enum DDL: Sendable, Hashable, Codable {
        case none
        case all
        case kinds(Set<String>)
    }

    package var insert: Bool
    package var update: Bool
    package var delete: Bool
    package var ddl: DDL

    package init(insert: Bool = true, update: Bool = true, delete: Bool = true, ddl: DDL = .none) {
        self.insert = insert
        self.update = update
        self.delete = delete
        self.ddl = ddl
    }
}

extension SQLSelection.DDL {
    /// `"none"`, `"all"` or the list of kinds.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let word = try? container.decode(String.self) else {
            self = .kinds(try container.decode(Set<String>.self))
            return
        }
        switch word {
        case "none": self = .none
        case "all": self = .all
        default: throw DecodingError.dataCorruptedError(in: container, debugDescription: "unknown selection '\(word)'")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .none: try container.encode("none")
        case .all: try container.encode("all")
        case .kinds(let kinds): try container.encode(kinds.sorted())
        }
    }
}

/// One database of the source and what of it is synced.
package struct ObjectSelection: Sendable, Hashable, Codable {
    package var database: String
    /// The database's name on the target, when it differs.
    package var mappedTo: String?
    /// nil: all tables, also those created later.
    package var tables: [TableSelection]?
    /// nil: all views, unless `tables` is given.
    package var views: [String]?
    /// nil: none. They are copied with the structure and not followed afterwards.
    package var routines: RoutineSelection?

    package init(
        database: String, mappedTo: String? = nil, tables: [TableSelection]? = nil, views: [String]? = nil, routines: RoutineSelection? = nil
    ) {
        self.database = database
        self.mappedTo = mappedTo
        self.tables = tables
        self.views = views
        self.routines = routines
    }
}

/// One table of a partly selected database.
package struct TableSelection: Sendable, Hashable, Codable {
    package var name: String
    package var mappedTo: String?
    /// Row filter, an SQL expression.
    package var filter: String?
    /// Column filter; nil: all columns.
    package var columns: [String]?
    /// Columns with another name on the target, by their names on the source; nil: none.
    package var rename: [String: String]?

    package init(
        name: String, mappedTo: String? = nil, filter: String? = nil, columns: [String]? = nil, rename: [String: String]? = nil
    ) {
        self.name = name
        self.mappedTo = mappedTo
        self.filter = filter
        self.columns = columns
        self.rename = rename
    }
}

/// Ceilings that protect the databases.
package struct Limits: Sendable, Hashable, Codable {
    /// Rows per second, load and incremental together; 0 = no limit.
    package var rowsPerSecond: Int
    package var loadThreads: Int
    package var applyThreads: Int

    package init(rowsPerSecond: Int = 0, loadThreads: Int = 4, applyThreads: Int = 4) {
        self.rowsPerSecond = rowsPerSecond
        self.loadThreads = loadThreads
        self.applyThreads = applyThreads
    }
}
