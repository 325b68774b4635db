package import SyncModel

/// Body of `POST /tasks` and `PUT /tasks/NAME`.
package struct TaskRequest: Sendable, Hashable, Codable {
    package var spec: TaskSpec
    package var secrets: Secrets

    package init(spec: TaskSpec, secrets: Secrets) {
        self.spec = spec
        self.secrets = secrets
    }
}

/// Body of `POST /pairs`.
package struct PairRequest: Sendable, Hashable, Codable {
    package var spec: PairSpec
    /// `source` is the password of A, `target` that of B.
    package var secrets: Secrets

    package init(spec: PairSpec, secrets: Secrets) {
        self.spec = spec
        self.secrets = secrets
    }
}

/// Body of `POST /tasks/NAME/start` and `POST /pairs/NAME/start`, which may also be left out.
package struct StartRequest: Sendable, Hashable, Codable {
    /// nil: at the time of the specification, else at once.
    package var at: Timestamp?

    package init(at: Timestamp? = nil) {
        self.at = at
    }
}

/// Body of `POST /tasks/NAME/limit`. What is left out stays as it is.
package struct LimitRequest: Sendable, Hashable, Codable {
    /// 0 = no limit.
    package var rowsPerSecond: Int?
    package var loadThreads: Int?
    package var applyThreads: Int?

    package init(rowsPerSecond: Int? = nil, loadThreads: Int? = nil, applyThreads: Int? = nil) {
        self.rowsPerSecond = rowsPerSecond
        self.loadThreads = loadThreads
        self.applyThreads = applyThreads
    }
}

/// Body of `POST /tasks/NAME/skip-check`.
package struct SkipCheckRequest: Sendable, Hashable, Codable {
    /// An item of the last verification.
    package var item: String

    package init(item: String) {
        self.item = item
    }
}

/// Body of `POST /tasks/NAME/rename`.
package struct RenameRequest: Sendable, Hashable, Codable {
    package var name: String

    package init(name: String) {
        self.name = name
    }
}

/// Body of `POST /tasks/NAME/similar`, which may also be left out.
package struct SimilarRequest: Sendable, Hashable, Codable {
    /// Of the new task; nil: one that is free.
    package var name: String?

    package init(name: String? = nil) {
        self.name = name
    }
}

/// Body of `POST /tasks/NAME/replace-statement`.
package struct ReplaceStatementRequest: Sendable, Hashable, Codable {
    /// One definition statement in the target's names, executed instead of the one that the task stopped at.
    package var sql: String

    package init(sql: String) {
        self.sql = sql
    }
}

/// Body of `POST /conflicts/resolve`: all that await a decision.
package struct ResolveAllRequest: Sendable, Hashable, Codable {
    /// Name of the task or pair.
    package var of: String
    package var take: ConflictSide
    /// Only those of this class.
    package var kind: ConflictClass?
    /// Only those of this table: `table` or `database.table`, names on the target.
    package var table: String?

    package init(of name: String, take: ConflictSide, kind: ConflictClass? = nil, table: String? = nil) {
        of = name
        self.take = take
        self.kind = kind
        self.table = table
    }

    private enum CodingKeys: String, CodingKey {
        case of, take, table
        case kind = "class"
    }
}

/// Body of `POST /conflicts/ID/resolve`.
package struct ResolveRequest: Sendable, Hashable, Codable {
    package var take: ConflictSide

    package init(take: ConflictSide) {
        self.take = take
    }
}
