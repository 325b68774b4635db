import Testing

/// The kinds of database servers that tests run on.
package enum ServerKind: String, Sendable, Hashable, CaseIterable, CustomTestStringConvertible {
    case mysql, mariadb
    /// The newer MariaDB. Only tests that start it themselves have one.
    case mariadb11

    /// Those of which every test run has two servers.
    package static let allCases: [ServerKind] = [.mysql, .mariadb]

    package var testDescription: String { rawValue }
}
