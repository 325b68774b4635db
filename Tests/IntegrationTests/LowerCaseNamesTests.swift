import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Servers with `lower_case_table_names = 1`: names are written with any letters, and the log of rows has small ones.
    @Suite struct LowerCaseNamesTests {
        @Test(arguments: Integration.kinds)
        func namesByAnyLetters(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let a = try await TestServer.start(kind, ["--lower-case-table-names=1"], in: scope)
                let b = try await TestServer.start(kind, ["--lower-case-table-names=1"], in: scope)
                try await a.execute(
                    "CREATE DATABASE Shop", "CREATE TABLE Shop.Customers (Id INT PRIMARY KEY, Name VARCHAR(20))",
                    "INSERT INTO shop.customers VALUES (1, 'one')",
                    "CREATE DATABASE Listed", "CREATE TABLE Listed.Orders (Id INT PRIMARY KEY, v INT)", "INSERT INTO LISTED.ORDERS VALUES (1, 1)")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: pair
                    a: \(a.yaml())
                    b: \(b.yaml())
                    objects: [{database: SHOP}, {database: Listed, tables: [ORDERS]}]
                    scenario: b-empty
                    prevails: a
                    ddl: a-to-b
                    """)
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "pair", "--yes") }
                try await supervisor.run("pair", "start", "pair")
                try await supervisor.wait("pair", for: "settled", seconds: 120)
                func requireEqual() async throws {
                    try await supervisor.wait("pair", for: "settled", seconds: 120)
                    let result = try await Comparison(a.address, b.address).run([(a: "shop", b: "shop"), (a: "listed", b: "listed")])
                    if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
                    for database in ["shop", "listed"] {
                        let definitions = (try await a.definitions(of: database), try await b.definitions(of: database))
                        #expect(definitions.0 == definitions.1)
                    }
                }
                try await a.execute(
                    "USE Shop", "CREATE TABLE Orders (Id INT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES CUSTOMERS (id))",
                    "INSERT INTO oRDERS VALUES (1, 1)", "ALTER TABLE ORDERS ADD w INT DEFAULT 5 FIRST", "INSERT INTO orders VALUES (2, 2, 1)",
                    "CREATE TABLE Copied LIKE SHOP.Orders", "RENAME TABLE COPIED TO Renamed, Orders TO copied, RENAMED TO ORDERS",
                    "INSERT INTO Orders VALUES (3, 3, NULL)", "CREATE VIEW Seen AS SELECT Orders.Id FROM SHOP.Orders",
                    "CREATE TABLE Ärger (Id INT PRIMARY KEY)", "ALTER TABLE ÄRGER ADD v INT", "INSERT INTO ärger VALUES (1, 1)",
                    "ALTER TABLE Listed.Orders ADD w INT", "INSERT INTO listed.Orders VALUES (2, 2, 2)")
                try await requireEqual()
                try await b.execute(
                    "INSERT INTO Shop.Customers VALUES (2, 'two')", "UPDATE SHOP.ORDERS SET w = 9", "INSERT INTO shop.ÄRGER VALUES (2, 2)",
                    "UPDATE Listed.Orders SET v = 7")
                try await requireEqual()
                #expect(try await a.value("SELECT SUM(w) FROM shop.orders") == "9")
                #expect(try await a.value("SELECT SUM(v) FROM listed.orders") == "14")
                try await a.execute("TRUNCATE Listed.ORDERS", "DROP TABLE Shop.ÄRGER, shop.COPIED", "DROP VIEW SHOP.SEEN")
                try await requireEqual()
            }
        }
    }
}
