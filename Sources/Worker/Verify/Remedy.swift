import SyncModel

/// What mends a finding: statements, and what people have to do or to know besides.
struct Remedy: Sendable {
    var statements: [CheckItem.Statement] = []
    /// Each once, without semicolons where there are statements, so that the text can be executed as it is printed.
    var steps: [String]

    init(_ steps: String...) { self.steps = steps.filter { !$0.isEmpty } }

    init(_ side: Check.Side, _ statements: [String], _ steps: String...) {
        self.statements = statements.map { CheckItem.Statement(side, $0) }
        self.steps = steps.filter { !$0.isEmpty }
    }

    /// One line for each server; a comment at its end names it.
    var text: String {
        var lines: [String] = []
        for side in [Check.Side.source, .target] {
            let own = statements.filter { $0.server == side }.map(\.sql)
            if !own.isEmpty { lines.append("\(own.joined(separator: "; ")) -- on the \(side.rawValue)") }
        }
        let words = steps.joined(separator: ", ")
        guard let last = lines.last else { return words }
        if !steps.isEmpty { lines[lines.count - 1] = "\(last), \(words)" }
        return lines.joined(separator: "\n")
    }

    /// Both, one after the other.
    static func + (first: Remedy, second: Remedy) -> Remedy {
        var both = first
        both.statements += second.statements
        both.steps += second.steps.filter { !first.steps.contains($0) }
        return both
    }

    // MARK: Settings of servers

    /// Gives global variables other values, in the way that the server's provider has for it.
    ///
    /// - Parameters:
    ///   - needsRestart: whether the server takes it from its options file only.
    ///   - also: what people have to do besides.
    static func setting(
        _ side: Check.Side, _ scope: VerifyScope, _ values: KeyValuePairs<String, String>, needsRestart: Bool = false,
        also: String = ""
    ) -> Remedy {
        let besides = also.isEmpty ? "" : ", \(also)"
        let words = values.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        switch scope.endpoint(side).provider {
        case .others:
            if needsRestart { return Remedy("put into the \(side.rawValue)'s my.cnf, section [mysqld], and restart it: \(words)\(besides)") }
            return Remedy(side, values.map { "SET GLOBAL \($0.key) = \($0.value)" }, "and in its my.cnf too", also)
        case .aws:
            return Remedy(
                "in the DB parameter group of the \(side.rawValue) (AWS console, or aws rds modify-db-parameter-group): \(words)"
                    + (needsRestart ? ", then reboot the instance" : "") + besides)
        case .alibabaCloud:
            return Remedy(
                "under Parameters of the \(side.rawValue)'s instance (ApsaraDB RDS console): \(words)"
                    + (needsRestart ? ", then restart the instance" : "") + besides)
        }
    }

    /// Ends connections, in the way that the server's provider has for it.
    static func kill(_ connections: [String], _ side: Check.Side, _ scope: VerifyScope, _ steps: String = "") -> Remedy {
        let isAWS = scope.endpoint(side).provider == .aws
        return Remedy(side, connections.map { isAWS ? "CALL mysql.rds_kill(\($0))" : "KILL CONNECTION \($0)" }, steps)
    }
}
