package import SyncMySQL

/// Whether views and routines of the source can have the same definer on the target.
package struct Definers {
    /// What lets a user make something in the name of another one, by the names that servers have given it.
    private static let privileges = "'SUPER', 'SET_ANY_DEFINER', 'SET_USER_ID', 'SET USER'"

    private let target: Session
    private let own: String
    private var found: [String: Bool] = [:]
    private var mayBeOther: Bool?

    package init(_ target: Session) throws(MySQLError) {
        self.target = target
        own = try target.value("SELECT CURRENT_USER()") ?? ""
    }

    /// The task's user, as a server prints accounts.
    package var taskUser: String { own }

    package mutating func canKeep(_ definer: Account?) throws(MySQLError) -> Bool {
        guard let definer else { return false }
        if definer.description == own { return true }
        guard try exists(definer) else { return false }
        return try maySetOthers()
    }

    private mutating func exists(_ account: Account) throws(MySQLError) -> Bool {
        if let known = found[account.description] { return known }
        let answer: Bool
        do {
            answer =
                try target.value(
                    "SELECT 1 FROM mysql.user WHERE User = \(quoteText(account.user)) AND Host = \(quoteText(account.host))"
                ) != nil
        } catch {
            // The task's user need not be allowed to look; then only its own name is certain.
            if error.isPassing { throw error }
            answer = false
        }
        found[account.description] = answer
        return answer
    }

    private mutating func maySetOthers() throws(MySQLError) -> Bool {
        if let mayBeOther { return mayBeOther }
        let parts = own.split(separator: "@", omittingEmptySubsequences: false)
        let grantee = "'\(parts.dropLast().joined(separator: "@"))'@'\(parts.last ?? "")'"
        let answer =
            try target.value(
                """
                SELECT 1 FROM information_schema.USER_PRIVILEGES
                WHERE GRANTEE = \(quoteText(grantee)) AND PRIVILEGE_TYPE IN (\(Self.privileges)) LIMIT 1
                """
            ) != nil
        mayBeOther = answer
        return answer
    }
}

/// In whose name a view or routine works.
package struct Account: Sendable, Hashable, CustomStringConvertible {
    package var user: String
    package var host: String

    package var description: String { "\(user)@\(host)" }

    /// Of `user@host`; nil for a role.
    package init?(definer: String) {
        guard let place = definer.lastIndex(of: "@"), definer.index(after: place) < definer.endIndex else { return nil }
        (user, host) = (String(definer[..<place]), String(definer[definer.index(after: place)...]))
    }

    package init(user: String, host: String) {
        self.user = user
        self.host = host
    }
}
