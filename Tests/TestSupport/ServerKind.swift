import Testing

/// The kinds of database servers that tests run on.
package enum ServerKind: String, Sendable, Hashable, CaseIterable, CustomTestStringConvertible {
    case mysql, mariadb

    package var testDescription: String { rawValue }
}
