import SyncModel
import SyncMySQL
import WorkerSchema

/// Rights that no task needs: who gets hold of the task's password gets them too.
enum PrivilegeExcess {
    static let check = Check("excess-privileges", needs: [.source, .target], "users that may do what the task does, and no more") { scope in
        var facts: [String] = []
        var grants: [String] = []
        for side in [Check.Side.source, .target] {
            let found = try excess(scope.session(side))
            if found.isEmpty { continue }
            facts.append("\(try scope.account(side)) on the \(side.rawValue) has \(listed(found.sorted()))")
            grants.append("on the \(side.rawValue): " + needed(side, scope).joined(separator: "; "))
        }
        return facts.isEmpty
            ? .pass("they have nothing of that kind")
            : .alarm(
                facts.joined(separator: ", "),
                remedy: "let the task log in as a user of its own with these rights only; \(grants.joined(separator: "; "))")
    }

    private static let suspicious: Set<String> = [
        "ALL PRIVILEGES", "SUPER", "SHUTDOWN", "FILE", "CREATE USER", "CREATE ROLE", "DROP ROLE", "ROLE_ADMIN", "SYSTEM_USER",
        "CREATE TABLESPACE", "GRANT OPTION",
    ]

    /// On everything; what is limited to some databases harms nobody else.
    private static func excess(_ session: Session) throws(MySQLError) -> Set<String> {
        var found: Set<String> = []
        for row in try session.rows("SHOW GRANTS") {
            let grant = (row[0] ?? "").uppercased()
            guard grant.hasPrefix("GRANT "), let end = grant.firstRange(of: " ON *.* ") else { continue }
            for privilege in grant[..<end.lowerBound].dropFirst(6).split(separator: ", ") { found.insert(String(privilege)) }
            if grant.hasSuffix(" WITH GRANT OPTION") { found.insert("GRANT OPTION") }
        }
        return found.intersection(suspicious)
    }

    private static func needed(_ side: Check.Side, _ scope: VerifyScope) -> [String] {
        let (isRead, isWritten) = (side == .source || scope.pair != nil, side == .target || scope.pair != nil)
        var grants: [String] = []
        if isRead { grants.append("GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS ON *.*") }
        for database in scope.objects.databases {
            let name = side == .source ? database : scope.objects.targetDatabase(of: database) ?? database
            var rights = ["SELECT", "SHOW VIEW"]
            if isRead { rights.append("LOCK TABLES") }
            if isWritten { rights += ["INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW"] }
            grants.append("GRANT \(rights.joined(separator: ", ")) ON \(quoteIdentifier(name)).*")
        }
        return grants + ["GRANT ALL PRIVILEGES ON \(quoteIdentifier(metadataDatabase)).*"]
    }
}
