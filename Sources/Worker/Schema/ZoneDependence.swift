/// Generated columns that hold another value when a session in another time zone writes the same row.
///
/// Servers refuse expressions that are random or ask for the time, but not those that read a TIMESTAMP as a date: what they store depends on
/// the session's `time_zone`. Row images do not tell it, and who writes the row again stores something else.
enum ZoneDependence {
    /// - Parameters:
    ///   - expressions: of generated columns, by their names. Servers print names in
    ///     backticks, and MariaDB functions in any letters.
    ///   - timestamps: names of the table's TIMESTAMP columns.
    /// - Returns: names of those whose values depend on it.
    static func columns(_ expressions: [String: String], timestamps: [String]) -> Set<String> {
        let quoted: (String) -> String = { "`\($0.lowercased().replacing("`", with: "``"))`" }
        let names = timestamps.map(quoted)
        var rest = expressions.mapValues { expression in
            // The seconds of a TIMESTAMP are the same in every zone.
            names.reduce(expression.lowercased()) { $0.replacing("unix_timestamp(\($1))", with: "") }
        }
        var found: Set<String> = []
        // One may be computed of another.
        var dependent = names
        while true {
            let more = rest.filter { _, text in
                dependent.contains { text.contains($0) } || text.contains("from_unixtime(") || text.contains("unix_timestamp(")
            }.keys
            if more.isEmpty { return found }
            found.formUnion(more)
            dependent = more.map(quoted)
            for name in more { rest[name] = nil }
        }
    }
}
