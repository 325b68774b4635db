/// Generated columns that hold another value when a session in another time zone writes the same row.
///
/// Servers refuse expressions that are random or ask for the time, but not those that read a TIMESTAMP as a date: what they store depends on
/// the session's `time_zone`. Row images do not tell it, and who writes the row again stores something else.
enum ZoneDependence {
    /// - Parameters:
    ///   - expressions: of generated columns whose values are stored, in the column or in an index, by their names. Servers print names in
    ///     backticks, and functions in lower case.
    ///   - timestamps: names of the table's TIMESTAMP columns.
    /// - Returns: names of those whose values depend on it.
    static func columns(_ expressions: [String: String], timestamps: [String]) -> Set<String> {
        let names = timestamps.map { "`\($0.replacing("`", with: "``"))`" }
        return Set(
            expressions.filter { _, expression in
                // The seconds of a TIMESTAMP are the same in every zone.
                var rest = expression
                for name in names { rest = rest.replacing("unix_timestamp(\(name))", with: "") }
                let folded = rest.lowercased()
                return names.contains { rest.contains($0) } || folded.contains("from_unixtime(") || folded.contains("unix_timestamp(")
            }.keys)
    }
}
