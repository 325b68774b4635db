import FoundationEssentials
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// One folder of Tests/Cases is one case: `source.sql` is what the source holds before the task, `changes.sql` what is
    /// done to it once the task follows the log. The target has to end up equal, definitions included. A file `kinds` names the kinds of servers
    /// that the case is for, where it is not for all; `objects.yml` replaces the list of objects (`DATABASE` stands for the
    /// case's database). A file `known-issue` says what the product does not do yet; the run then tells when it does.
    @Suite struct CaseTests {
        struct Case: Sendable, CustomTestStringConvertible {
            var name: String
            var kind: ServerKind
            var folder: String

            var testDescription: String { "\(name) on \(kind.rawValue)" }

            static let all: [Case] = Integration.kinds.flatMap(on)

            static func on(_ kind: ServerKind) -> [Case] {
                let root = Repository.cases
                let wanted = ProcessInfo.processInfo.environment["DTS_TEST_CASES"] ?? ""
                let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter { $0.hasPrefix(wanted) }.sorted()
                return names.compactMap { name in
                    let words = textOfFile("\(root)/\(name)/kinds").split { $0 == "\n" || $0 == " " }.map(String.init)
                    guard words.isEmpty || words.contains(kind.rawValue) else { return nil }
                    return Case(name: name, kind: kind, folder: "\(root)/\(name)")
                }
            }
        }

        /// DTS_TEST_CASES chooses those whose names begin so.
        @Test func thereAreCases() { #expect(Case.all.count >= 1) }

        @Test(arguments: Case.all)
        func targetEqualsSource(_ one: Case) async throws {
            let issue = textOfFile("\(one.folder)/known-issue")
            if issue.isEmpty {
                try await carryOver(one)
            } else {
                await withKnownIssue("\(issue)") { try await carryOver(one) }
            }
        }

        /// What other versions do differently is not in what the cases are about, so one task carries all of them.
        @Test(arguments: [ServerKind.mariadb105, .mariadb11].filter(Integration.matrixKinds.contains))
        func otherVersionsFollow(kind: ServerKind) async throws {
            try await Scope.with { scope in
                async let first = TestServer.start(kind, in: scope)
                async let second = TestServer.start(kind, in: scope)
                let (a, b) = (try await first, try await second)
                let cases = Case.on(kind).map { (case: $0, database: $0.name.replacing("-", with: "_")) }
                for (one, database) in cases {
                    try await a.makeDatabase(database, in: scope)
                    try await a.run(script: "\(one.folder)/source.sql", in: database)
                }
                let supervisor = try await TestSupervisor(in: scope)
                let objects = cases.map { one, database in
                    let own = textOfFile("\(one.folder)/objects.yml").replacing("DATABASE", with: database)
                    return own.isEmpty ? "{database: \(database)}" : String(own.trimmingPrefix("[").prefix { $0 != "\n" }.dropLast())
                }
                let task = try await OneWay(
                    "cases", from: a.yaml(), to: b.yaml(), objects: "[\(objects.joined(separator: ", "))]",
                    settings: "sql: [insert, update, delete, ddl]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait("cases", for: "settled")
                for (_, database) in cases { try await Self.requireEqual(a, b, database) }
                for (one, database) in cases { try await a.run(script: "\(one.folder)/changes.sql", in: database) }
                try await supervisor.wait("cases", for: "settled")
                for (_, database) in cases { try await Self.requireEqual(a, b, database) }
                #expect(try await supervisor.task("cases").conflicts.total == 0)
            }
        }

        private func carryOver(_ one: Case) async throws {
            try await Scope.with { scope in
                try await Self.carryOver(one, from: TestServer.shared(one.kind, .a), to: TestServer.shared(one.kind, .b), in: scope)
            }
        }

        /// - Parameter following: done once the task follows the log.
        static func carryOver(
            _ one: Case, from a: TestServer, to b: TestServer, in scope: Scope, following: (TestSupervisor) async throws -> Void = { _ in },
            behind: (TestSupervisor) async throws -> Void = { _ in }
        ) async throws {
            let database = scope.uniqueName("case")
            try await a.makeDatabase(database, in: scope)
            scope.onExit { try await b.execute("DROP DATABASE IF EXISTS `\(database)`") }
            try await a.run(script: "\(one.folder)/source.sql", in: database)
            let supervisor = try await TestSupervisor(in: scope)
            let objects = textOfFile("\(one.folder)/objects.yml").replacing("DATABASE", with: database)
            let task = try await OneWay(
                "case", from: a.yaml(), to: b.yaml(), objects: objects.isEmpty ? "[{database: \(database)}]" : objects,
                settings: "sql: [insert, update, delete, ddl]", on: supervisor, in: scope)
            try await task.start()
            try await supervisor.wait("case", for: "settled")
            try await requireEqual(a, b, database)
            try await following(supervisor)
            try await a.run(script: "\(one.folder)/changes.sql", in: database)
            try await behind(supervisor)
            try await supervisor.wait("case", for: "settled")
            try await requireEqual(a, b, database)
            #expect(try await supervisor.task("case").conflicts.total == 0)
        }

        private static func requireEqual(_ a: TestServer, _ b: TestServer, _ database: String) async throws {
            let result = try await Comparison(a.address, b.address).run([(a: database, b: database)])
            if !result.isEqual { throw Trouble("target and source differ:\n\(result.summary)") }
            let definitions = (try await a.definitions(of: database), try await b.definitions(of: database))
            #expect(definitions.0 == definitions.1)
        }
    }
}
