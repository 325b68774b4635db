/// One item of a verification and what was found.
package struct CheckItem: Sendable, Hashable, Codable {
    package enum Level: String, Sendable, Hashable, Codable, CaseIterable {
        case pass, alarm, fail, skipped
    }

    /// Which of the task's two servers.
    package enum Server: String, Sendable, Hashable, Codable, CaseIterable { case source, target }

    /// A statement that mends something, as it can be executed.
    package struct Statement: Sendable, Hashable, Codable {
        package var server: Server
        package var sql: String

        package init(_ server: Server, _ sql: String) {
            self.server = server
            self.sql = sql
        }
    }

    /// Stable word, e.g. `connect-source`, `binlog-format`.
    package var item: String
    package var level: Level
    /// What was found, with names and values.
    package var facts: String
    /// What is required.
    package var threshold: String
    /// SQL or steps that mend it; empty when it passed. SQL is divided by semicolons; what people have to know besides stands
    /// behind `--` at the end of its line.
    package var remedy: String
    /// The SQL of ``remedy``, each statement with its server; empty when SQL cannot mend it.
    package var statements: [Statement]
    /// Stable code of the failure, for `error.code`.
    package var code: FailureCode?
    /// Whether the user may go on after acknowledging the risk.
    package var skippable: Bool
    /// What may happen when it is skipped; empty when it cannot be.
    package var risk: String

    package init(
        item: String, level: Level, facts: String, threshold: String = "", remedy: String = "", statements: [Statement] = [],
        code: FailureCode? = nil, skippable: Bool = false, risk: String = ""
    ) {
        self.item = item
        self.level = level
        self.facts = facts
        self.threshold = threshold
        self.remedy = remedy
        self.statements = statements
        self.code = code
        self.skippable = skippable
        self.risk = risk
    }

    private enum CodingKeys: String, CodingKey {
        case item, level, facts, threshold, remedy, code, skippable, risk
        case statements = "remedySql"
    }

    /// Fields that workers of another make, and items that were stored by an earlier version, do not have are empty.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        item = try fields.decode(String.self, forKey: .item)
        level = try fields.decode(Level.self, forKey: .level)
        facts = try fields.decode(String.self, forKey: .facts)
        threshold = try fields.decodeIfPresent(String.self, forKey: .threshold) ?? ""
        remedy = try fields.decodeIfPresent(String.self, forKey: .remedy) ?? ""
        statements = try fields.decodeIfPresent([Statement].self, forKey: .statements) ?? []
        code = try fields.decodeIfPresent(FailureCode.self, forKey: .code)
        skippable = try fields.decodeIfPresent(Bool.self, forKey: .skippable) ?? false
        risk = try fields.decodeIfPresent(String.self, forKey: .risk) ?? ""
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(item, forKey: .item)
        try fields.encode(level, forKey: .level)
        try fields.encode(facts, forKey: .facts)
        try fields.encode(threshold, forKey: .threshold)
        try fields.encode(remedy, forKey: .remedy)
        if !statements.isEmpty { try fields.encode(statements, forKey: .statements) }
        try fields.encodeIfPresent(code, forKey: .code)
        try fields.encode(skippable, forKey: .skippable)
        if !risk.isEmpty { try fields.encode(risk, forKey: .risk) }
    }
}
