import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Mistakes of users: one clear message, its exit code, and nothing half-made.
    @Suite struct BadInputTests {
        /// A task file with one mistake, and what has to be named.
        struct BadFile: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var text: String
            /// All of these are in the message.
            var named: [String]
        }

        static let endpoint = "{host: 127.0.0.1, port: 3306, user: u, password: p}"

        static let badFiles: [BadFile] = [
            BadFile(
                testDescription: "unknown field",
                text: "name: t\nsource: \(endpoint)\ntarget: \(endpoint)\nobjects: [{database: d}]\nconflct: ignore\n",
                named: [":5:", "conflct", "conflict"]),
            BadFile(
                testDescription: "unknown field of an endpoint",
                text: "name: t\nsource: {hots: h, user: u, password: p}\ntarget: \(endpoint)\nobjects: [{database: d}]\n",
                named: [":2:", "hots", "host"]),
            BadFile(
                testDescription: "text where a number is due",
                text: "name: t\nsource: {host: h, port: many, user: u, password: p}\ntarget: \(endpoint)\nobjects: [{database: d}]\n",
                named: [":2:", "port", "many"]),
            BadFile(
                testDescription: "word that is not allowed",
                text: "name: t\nsource: \(endpoint)\ntarget: \(endpoint)\nobjects: [{database: d}]\nconflict: sometimes\n",
                named: [":5:", "conflict", "sometimes", "overwrite"]),
            BadFile(
                testDescription: "list where a mapping is due", text: "- name: t\n", named: [":1:"]),
            BadFile(
                testDescription: "required field missing", text: "name: t\nsource: \(endpoint)\nobjects: [{database: d}]\n",
                named: ["target"]),
            BadFile(
                testDescription: "password file that is not there",
                text:
                    "name: t\nsource: {host: h, user: u, password_file: /nowhere/password}\ntarget: \(endpoint)\nobjects: [{database: d}]\n",
                named: [":2:", "/nowhere/password"]),
            BadFile(
                testDescription: "password variable that is not set",
                text: "name: t\nsource: {host: h, user: u, password_env: NOT_SET}\ntarget: \(endpoint)\nobjects: [{database: d}]\n",
                named: [":2:", "NOT_SET"]),
            BadFile(testDescription: "not YAML", text: "name: [t\n", named: [":"]),
        ]

        @Test(arguments: badFiles)
        func fileWithAMistake(file: BadFile) async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                let path = try scope.file("bad.yml", file.text)
                let done = try await supervisor.command("task", "create", "-f", path)
                #expect(done.status == 2)
                for word in ["bad.yml"] + file.named { #expect(done.errors.contains(word), "\(word) in: \(done.errors)") }
                #expect(done.output == "")
                #expect(try await supervisor.command("task", "list", "--json").output.contains("\"name\"") == false)
            }
        }

        @Test func commandWithAMistake() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                for words in [["pair", "shwo"], ["wait", "x"], ["wait", "x", "--for", "christmas"], ["task", "create", "-f", "/nowhere"]] {
                    let done = try await supervisor.command(words)
                    #expect(done.status == 2, "\(done.line)\n\(done.errors)")
                    #expect(done.errors != "")
                }
                let unknown = try await supervisor.command("pair", "show", "nobody")
                #expect(unknown.status == 1)
                #expect(unknown.errors.contains("not-found") && unknown.errors.contains("nobody"))
            }
        }

        /// What only the servers can tell. The verification names it; no server has anything of ours afterwards.
        @Test(arguments: Integration.kinds)
        func wrongServerUserOrDatabase(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let a = try TestServer.shared(kind, .a)
                let b = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("bad")
                // One each: two tasks with the same tables would be refused for that too.
                for end in ["", "2", "3"] {
                    try await a.makeDatabase(database + end, in: scope)
                    try await a.execute("CREATE TABLE `\(database + end)`.t (id INT PRIMARY KEY)")
                }
                let supervisor = try await TestSupervisor(in: scope)
                let nobody = TestServer(kind: kind, address: ServerAddress(host: "127.0.0.1", port: 9))
                let wrong = Account(user: "dts", password: "not-it")
                let good = "[{database: \(database)}]"
                let attempts: [(name: String, source: String, target: String, objects: String, code: String)] = [
                    ("source-gone", nobody.yaml(), b.yaml(), good, "host-unreachable"),
                    ("target-gone", a.yaml(), nobody.yaml(), good, "host-unreachable"),
                    ("wrong-password", a.yaml(wrong), b.yaml(), good, "access-denied"),
                    ("wrong-target-password", a.yaml(), b.yaml(wrong), "[{database: \(database)2}]", "access-denied"),
                    ("no-database", a.yaml(), b.yaml(), "[{database: \(database)x}]", "unknown-database"),
                    ("no-table", a.yaml(), b.yaml(), "[{database: \(database)3, tables: [u]}]", "unknown-table"),
                ]
                for attempt in attempts {
                    let task = try await OneWay(
                        attempt.name, from: attempt.source, to: attempt.target, objects: attempt.objects, on: supervisor, in: scope)
                    let items = try await task.startRefusedItems()
                    #expect(items.compactMap(\.code) == [attempt.code], "\(attempt.name): \(items)")
                    #expect(try await supervisor.task(attempt.name).state == "verify-failed")
                }
                #expect(try await a.hasMetadata() == false)
                #expect(try await b.hasMetadata() == false)
                #expect(try await b.value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '\(database)%'") == nil)
            }
        }

        /// Objects that are on the target already are not touched unless the user says so.
        @Test func existingTargetIsRefused() async throws {
            try await Scope.with { scope in
                let a = try TestServer.shared(.mariadb, .a)
                let b = try TestServer.shared(.mariadb, .b)
                let database = scope.uniqueName("bad")
                for server in [a, b] {
                    try await server.makeDatabase(database, in: scope)
                    try await server.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)", "INSERT INTO `\(database)`.t VALUES (1)")
                }
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "there", from: a.yaml(), to: b.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                #expect(try await task.startRefused() == ["target-exists"])
                #expect(try await b.hasMetadata() == false)
            }
        }

        /// A table without a key cannot be merged from two sides that both have rows.
        @Test func keylessRowsOnBothSidesAreRefused() async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(.mariadb, .bothHaveData, rows: 100, hasKeyless: true, in: scope)
                let done = try await pair.supervisor.command("pair", "start", pair.name)
                #expect(done.status == 3)
                #expect(done.output.contains("audit"))
                #expect(try await pair.a.hasMetadata() == false)
                #expect(try await pair.b.hasMetadata() == false)
            }
        }
    }
}
