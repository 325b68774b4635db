import TestSupport

/// A type of column under test, and values from each of which rows go to its neighbours.
struct MatrixColumn: Sendable {
    /// How the type can be part of a primary key.
    enum Key: Sendable {
        /// Not at all.
        case none
        /// By itself: the server takes no two of the values for equal.
        case alone
        /// With a number beside it that tells the values apart.
        case numbered
        /// By a prefix only, so that rows are found by all their values.
        case prefix
    }

    var name: String
    /// As it stands in CREATE TABLE.
    var type: String
    /// Literals; the first two differ also to the server. NULL is added where the column takes it.
    var values: [String]
    var key: Key
    /// The servers that have the type and take all these values.
    var kinds: Set<ServerKind>

    init(
        _ name: String, _ type: String, _ values: [String], key: Key = .alone,
        on kinds: Set<ServerKind> = .anyKind
    ) {
        self.name = name
        self.type = type
        self.values = values
        self.key = key
        self.kinds = kinds
    }

    /// Many are called as their type is.
    var quoted: String { "`\(name)`" }

    /// The value of a row; NULL is one of them.
    func value(_ row: Int) -> String { row % (values.count + 1) < values.count ? values[row % (values.count + 1)] : "NULL" }
}

/// Types that share a table where they are not part of its key.
struct MatrixFamily: Sendable {
    var name: String
    var columns: [MatrixColumn]
    /// What writes the rows; by default what does not fit is an error of the test.
    var sqlMode = "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO"

    /// The part of it that some servers all have.
    func on(_ kinds: [ServerKind]) -> MatrixFamily {
        var family = self
        family.columns = columns.filter { $0.kinds.isSuperset(of: kinds) }
        return family
    }
}

extension Set<ServerKind> {
    static let anyMariaDB: Set = [.mariadb, .mariadb11, .mariadb105]
    /// With types and forms that MariaDB 10.5 has not.
    static let newerMariaDB: Set = [.mariadb, .mariadb11]
    static let anyKind: Set = anyMariaDB.union([.mysql])
}
