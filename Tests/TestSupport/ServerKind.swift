import Testing

/// The kinds of database servers that tests run on.
package enum ServerKind: String, Sendable, Hashable, CaseIterable, CustomTestStringConvertible {
    case mysql, mariadb
    /// The newest MariaDB and the oldest. Only tests that start them themselves have one.
    case mariadb11, mariadb105

    /// Those of which every test run has two servers.
    package static let allCases: [ServerKind] = [.mysql, .mariadb]

    package var testDescription: String { rawValue }
}
