package import SyncMySQL

/// How far a time zone is from UTC over the years, as a server knows it: zones of the same name may differ between servers, and zones of
/// other names may be the same.
package struct ZoneOffsets: Sendable, Hashable {
    /// Seconds, at the beginning of each month.
    private let offsets: [Int]

    /// As far as a TIMESTAMP reaches on every server.
    private static let years = 1970...2037

    /// - Parameters:
    ///   - session: gets its own zone back.
    ///   - zone: as `time_zone` is set; `SYSTEM` means that of the server's host.
    package init(_ session: Session, of zone: String) throws(MySQLError) {
        try session.execute("SET SESSION time_zone = \(quoteText(zone))")
        let moments = Self.years.flatMap { year in (0..<12).map { Self.days(to: year, month: $0) * 86_400 + 43_200 } }
        let list = moments.map { "TIMESTAMPDIFF(SECOND, '1970-01-01', FROM_UNIXTIME(\($0)))" }.joined(separator: ", ")
        let row = try session.rows("SELECT \(list)").first
        try session.execute("SET SESSION time_zone = '+00:00'")
        offsets = zip(moments.indices, moments).map { place, moment in
            (row.flatMap { place < $0.count ? $0[place].flatMap { Int($0) } : nil } ?? 0) - moment
        }
    }

    /// The zone as an offset, such as `+05:30`; nil when it changes over the years, or is no whole number of minutes.
    package var fixed: String? {
        guard let first = offsets.first, offsets.allSatisfy({ $0 == first }), first % 60 == 0 else { return nil }
        let minutes = abs(first) / 60
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(first < 0 ? "-" : "+")\(digits(minutes / 60)):\(digits(minutes % 60))"
    }

    /// Days from 1970 to the first of a month, counted from 0.
    private static func days(to year: Int, month: Int) -> Int {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let leaps = (1970..<year).count { isLeap($0) } + (month > 1 && isLeap(year) ? 1 : 0)
        return (year - 1970) * 365 + leaps + lengths[..<month].reduce(0, +)
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
}
