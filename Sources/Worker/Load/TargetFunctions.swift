import SyncMySQL
import WorkerSchema

/// Which of the functions that definitions call a server has. Prepared statements tell, and nothing is executed.
struct TargetFunctions {
    /// Words that are followed by a parenthesis and are no functions everywhere.
    private static let syntax: Set<String> = [
        "json_table", "columns", "grouping", "partition", "hash", "key", "list", "range", "values",
    ]

    private let target: Session
    private var known: [String: Bool] = [:]

    init(_ target: Session) { self.target = target }

    /// The first one that the server does not have.
    mutating func unknown(of names: Set<String>) throws(MySQLError) -> String? {
        for name in names.sorted() where try !has(name) { return name }
        return nil
    }

    private mutating func has(_ name: String) throws(MySQLError) -> Bool {
        guard !Self.syntax.contains(name), name.utf8.allSatisfy({ $0 < 128 }), name.first?.isNumber == false else {
            return true
        }
        if let answer = known[name] { return answer }
        let answer = try ask(name)
        known[name] = answer
        return answer
    }

    private func ask(_ name: String) throws(MySQLError) -> Bool {
        try target.execute("SET @dts_probe = \(quoteText("SELECT \(name)()"))")
        do {
            try target.execute("PREPARE dts_probe FROM @dts_probe")
        } catch {
            if error.isPassing { throw error }
            // Without a database, MySQL says only that one would be needed to find a function of users.
            return error.code != .unknownRoutine && error.code != .noDatabaseSelected
        }
        try target.execute("DEALLOCATE PREPARE dts_probe")
        return true
    }
}

extension MySQLError.Code {
    fileprivate static let unknownRoutine = Self(rawValue: 1305)
    fileprivate static let noDatabaseSelected = Self(rawValue: 1046)
}
