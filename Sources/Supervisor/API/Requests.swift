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

/// Body of `POST /tasks/NAME/limit`.
package struct LimitRequest: Sendable, Hashable, Codable {
    /// 0 = no limit.
    package var rowsPerSecond: Int

    package init(rowsPerSecond: Int) {
        self.rowsPerSecond = rowsPerSecond
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

/// Body of `POST /conflicts/ID/resolve`.
package struct ResolveRequest: Sendable, Hashable, Codable {
    package var take: ConflictSide

    package init(take: ConflictSide) {
        self.take = take
    }
}
