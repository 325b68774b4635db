/// The size of a task as it is bought: the rows per second that it may write when no limit of its own is set.
package enum Specification: String, Sendable, Hashable, Codable, CaseIterable {
    case micro, small, medium, large
    /// As fast as the servers allow.
    case standard

    /// Rows per second; 0 = no ceiling.
    package var rowsPerSecond: Int {
        switch self {
        case .micro: 1000
        case .small: 2000
        case .medium: 5000
        case .large: 11_000
        case .standard: 0
        }
    }
}

extension KeyedDecodingContainer {
    /// Chosen by the synthesised `init(from:)`: what was written before there were sizes is `standard`.
    func decode(_ type: Specification.Type, forKey key: Key) throws -> Specification {
        try decodeIfPresent(type, forKey: key) ?? .standard
    }
}

extension TaskSpec {
    /// The limits that hold: the task's own, and the ceiling of its size where it has none.
    package var effectiveLimits: Limits {
        var limits = limits
        if limits.rowsPerSecond == 0 { limits.rowsPerSecond = specification.rowsPerSecond }
        return limits
    }
}
