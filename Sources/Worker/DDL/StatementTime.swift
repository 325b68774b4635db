/// The time of a statement, as the functions see it that give the current one.
package struct StatementTime: Sendable, Hashable {
    /// Since 1970 UTC.
    package var seconds: UInt32
    package var microseconds: UInt32
    /// The session's `time_zone`; nil when the statement did not depend on it.
    package var zone: String?

    package init(seconds: UInt32, microseconds: UInt32, zone: String?) {
        self.seconds = seconds
        self.microseconds = microseconds
        self.zone = zone
    }

    /// Seconds with this many decimal digits, cut off.
    package func literal(digits: Int) -> String {
        digits == 0 ? "\(seconds)" : "\(seconds).\(String(1_000_000 + microseconds).dropFirst().prefix(digits))"
    }
}
