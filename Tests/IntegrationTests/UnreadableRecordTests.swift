import FoundationEssentials
import GRDB
import TestSupport
import Testing

extension Integration {
    /// What the user sees of a data folder whose records cannot all be read. No server is needed: nothing is started.
    @Suite struct UnreadableRecordTests {
        private static func files(_ supervisor: TestSupervisor, _ scope: Scope) async throws -> (pair: String, task: String) {
            let server = "{host: 127.0.0.1, port: 1, user: dts, password: dts}"
            let pair = "name: shop\na: \(server)\nb: \(server)\nobjects: [{database: shop}]\n"
            let task = "name: orders\nsource: \(server)\ntarget: \(server)\nobjects: [{database: crm}]\n"
            let files = (pair: try scope.file("pair.yml", pair), task: try scope.file("task.yml", task))
            try await supervisor.run("pair", "create", "-f", files.pair)
            try await supervisor.run("task", "create", "-f", files.task)
            return files
        }

        private static func damage(_ supervisor: TestSupervisor, _ sql: String) throws {
            let database = try DatabaseQueue(path: "\(supervisor.data)/dts.sqlite")
            try database.write { try $0.execute(sql: sql) }
        }

        private static func state(_ supervisor: TestSupervisor, _ word: String, _ name: String) throws -> String? {
            let database = try DatabaseQueue(path: "\(supervisor.data)/dts.sqlite")
            return try database.read { try String.fetchOne($0, sql: "SELECT spec FROM \(word) WHERE name = ?", arguments: [name]) }
        }

        /// It is kept, listed with its code, told, keeps its name and goes when the user gives it up.
        @Test(arguments: [("task", "shop-b-to-a"), ("pair", "shop"), ("task", "orders")])
        func anUnreadableRecordIsKeptShownAndGivenUpByTheUserOnly(kind: String, name: String) async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                let files = try await Self.files(supervisor, scope)
                #expect(try await supervisor.terminate() == 0)
                try Self.damage(supervisor, "UPDATE \(kind) SET spec = '{\"broken\": 1}' WHERE name = '\(name)'")
                for _ in 1...2 {
                    try await supervisor.start()
                    #expect(try await supervisor.terminate() == 0)
                }
                #expect(try Self.state(supervisor, kind, name) == "{\"broken\": 1}")
                #expect(try Self.state(supervisor, "pair", "shop") != nil)
                #expect(supervisor.printed.contains("Unreadable record set aside"))
                try await supervisor.start()
                let list = try await supervisor.run(kind, "list")
                #expect(list.output.contains { $0.isNewline } && list.output.contains("record-unreadable"), "\(list.output)")
                let shown = try await supervisor.run(kind, "show", name, "--json")
                #expect(shown.output.contains("record-unreadable") && shown.output.contains(name))
                let told = try await supervisor.run("message", "list", "--event", "record-unreadable")
                #expect(told.output.contains("critical"), "\(told.output)")
                let refused = try await supervisor.command(kind, "pause", name)
                #expect(refused.status == 1 && refused.errors.contains("record-unreadable"), "\(refused.errors)")
                // The name is not free.
                let file = name == "orders" ? files.task : files.pair
                let again = try await supervisor.command(name == "orders" ? "task" : "pair", "create", "-f", file)
                #expect(again.status == 1 && again.errors.contains("already-exists"), "\(again.errors)")
                if name == "orders" {
                    try await supervisor.run("task", "delete", "orders", "--yes")
                } else {
                    try await supervisor.run("pair", "delete", "shop", "--yes")
                }
                #expect(try await supervisor.command(kind, "show", name).errors.contains("not-found"))
                try await supervisor.run(name == "orders" ? "task" : "pair", "create", "-f", file)
            }
        }

        /// A new key beside a full database would make every password unreadable for good.
        @Test(.timeLimit(.minutes(10))) func withoutTheKeyOfAFullFolderTheDaemonDoesNotStart() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                _ = try await Self.files(supervisor, scope)
                #expect(try await supervisor.terminate() == 0)
                let key = "\(supervisor.data)/key"
                try FileManager.default.moveItem(atPath: key, toPath: "\(key).away")
                let refused = try await Command.run(Repository.program("dts-supervisor"), ["serve", "--data", supervisor.data])
                #expect(refused.status == 1)
                #expect(refused.errors.contains("key-missing") && refused.errors.contains(key), "\(refused.errors)")
                #expect(!FileManager.default.fileExists(atPath: key))
                try FileManager.default.moveItem(atPath: "\(key).away", toPath: key)
                try await supervisor.start()
                #expect(try await supervisor.run("task", "list").output.contains("orders"))
            }
        }
    }
}
