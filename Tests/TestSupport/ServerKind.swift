import Testing

/// The kinds of database servers that tests run on.
package enum ServerKind: String, Sendable, Hashable, CaseIterable, CustomTestStringConvertible {
    case mysql, mariadb
    /// A newer MariaDB. Not one of ``allCases``: no two servers of it are there for the whole run.
    case mariadb11

    package static let allCases: [ServerKind] = [.mysql, .mariadb]

    package var testDescription: String { rawValue }
}
