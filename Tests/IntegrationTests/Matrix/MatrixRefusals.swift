import TestSupport

/// A table that a task refuses at its start, before anything is made or written.
struct MatrixRefusal: Sendable {
    var name: String
    var sources: Set<ServerKind>
    var targets: Set<ServerKind>
    /// `@T` stands for the table's name.
    var creation: [String]
    /// The table that the target has already; nil: the task would make it.
    var present: String?
    var code: String

    private init(
        _ name: String, from sources: Set<ServerKind>, to targets: Set<ServerKind>, _ creation: String..., present: String? = nil, code: String
    ) {
        // Many are called by words of the language.
        let name = "t_\(name)"
        self.name = name
        self.sources = sources
        self.targets = targets
        self.creation = creation.map { $0.replacing("@T", with: name) }
        self.present = present?.replacing("@T", with: name)
        self.code = code
    }

    static let all = types + definitions + counterparts

    private static let types = [
        MatrixRefusal("uuid", from: .newerMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, v UUID)", code: "unsupported"),
        MatrixRefusal("inet4", from: .newerMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, v INET4)", code: "unsupported"),
        MatrixRefusal("inet6", from: .anyMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, v INET6)", code: "unsupported"),
        MatrixRefusal("fine_decimal", from: .anyMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, v DECIMAL(50,31))", code: "unsupported"),
        MatrixRefusal("vector", from: [.mysql], to: [.mariadb], "CREATE TABLE @T (id INT PRIMARY KEY, v VECTOR(3))", code: "unsupported"),
        MatrixRefusal("gb18030", from: [.mysql], to: .anyMariaDB, "CREATE TABLE @T (id INT PRIMARY KEY, v TEXT CHARACTER SET gb18030)", code: "unsupported"),
        MatrixRefusal("question_mark", from: .anyKind, to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY, v ENUM('a', '😀'))", code: "unsupported"),
        MatrixRefusal("year2", from: .anyMariaDB, to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY, v YEAR(2))", code: "type-unsupported"),
        MatrixRefusal(
            "old_fractions", from: .anyMariaDB, to: .anyKind, "SET GLOBAL mysql56_temporal_format = OFF", "CREATE TABLE @T (id INT PRIMARY KEY, v TIME(6))",
            "SET GLOBAL mysql56_temporal_format = ON", code: "type-unsupported"),
    ]

    private static let definitions = [
        MatrixRefusal("versioned", from: .anyMariaDB, to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY) WITH SYSTEM VERSIONING", code: "type-unsupported"),
        MatrixRefusal("functional_index", from: [.mysql], to: .anyMariaDB, "CREATE TABLE @T (id INT PRIMARY KEY, v INT, KEY ((v + 1)))", code: "unsupported"),
        MatrixRefusal(
            "multi_valued_index", from: [.mysql], to: .anyMariaDB,
            "CREATE TABLE @T (id INT PRIMARY KEY, v JSON, KEY ((CAST(v->'$.a' AS UNSIGNED ARRAY))))", code: "unsupported"),
        MatrixRefusal(
            "literal_of_latin1", from: [.mysql], to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY, v VARCHAR(20) AS (CONCAT(_latin1 x'FC', id)))",
            code: "unsupported"),
        MatrixRefusal(
            "generated_key", from: [.mysql], to: .anyMariaDB, "CREATE TABLE @T (id INT NOT NULL, v INT AS (id + 1) STORED NOT NULL PRIMARY KEY)",
            code: "unsupported"),
        MatrixRefusal(
            "period", from: .anyMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, a DATE, b DATE, PERIOD FOR p (a, b))", code: "unsupported"),
        MatrixRefusal(
            "sequence", from: .anyMariaDB, to: [.mysql], "CREATE SEQUENCE @T_numbers", "CREATE TABLE @T (id INT PRIMARY KEY DEFAULT NEXTVAL(@T_numbers))",
            code: "unsupported"),
        MatrixRefusal("whole_text_key", from: .anyMariaDB, to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY, v TEXT, UNIQUE KEY (v))", code: "type-unsupported"),
    ]

    /// The target's table is another one.
    private static let counterparts = [
        counterpart("signed", "INT UNSIGNED", "INT"), counterpart("scale", "DECIMAL(10,4)", "DECIMAL(10,2)"),
        counterpart("fraction", "DATETIME(6)", "DATETIME(3)"), counterpart("zone", "DATETIME", "TIMESTAMP NULL"),
        counterpart("precise", "DOUBLE", "FLOAT"), counterpart("length", "VARCHAR(20)", "VARCHAR(10)"), counterpart("padded", "VARBINARY(8)", "BINARY(8)"),
        counterpart("character_set", "VARCHAR(20) CHARACTER SET utf8mb4", "VARCHAR(20) CHARACTER SET latin1"),
        counterpart("member_order", "ENUM('a', 'b')", "ENUM('b', 'a')"), counterpart("set_order", "SET('a', 'b')", "SET('b', 'a')"),
        counterpart("bit_count", "BIT(9)", "BIT(8)"), counterpart("null", "INT NULL", "INT NOT NULL"),
        counterpart("computed", "INT", "INT GENERATED ALWAYS AS (id) STORED"),
        // MySQL keeps another text of the same document.
        MatrixRefusal(
            "text_to_json", from: .anyMariaDB, to: [.mysql], "CREATE TABLE @T (id INT PRIMARY KEY, v JSON)",
            present: "CREATE TABLE @T (id INT PRIMARY KEY, v JSON)", code: "schema-mismatch"),
    ]

    private static func counterpart(_ name: String, _ here: String, _ there: String) -> MatrixRefusal {
        MatrixRefusal(
            name, from: .anyKind, to: .anyKind, "CREATE TABLE @T (id INT PRIMARY KEY, v \(here))", present: "CREATE TABLE @T (id INT PRIMARY KEY, v \(there))",
            code: "schema-mismatch")
    }
}
