import FoundationEssentials
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Passwords are nowhere but in the files that users wrote and, sealed, in the store.
    @Suite struct SecretTests {
        @Test func passwordsAreNowhere() async throws {
            try await Scope.with { scope in
                let servers = try [TestServer.shared(.mariadb, .a), TestServer.shared(.mariadb, .b)]
                let account = try await Account.make(on: servers, in: scope)
                let pair = try await ShopPair(.mariadb, .bEmpty, rows: 500, account: account, in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                // A wrong password makes the worker speak of logins too.
                let wrong = Account(user: account.user, password: "wrong-\(account.password)")
                let file = try scope.file("wrong.yml", oneWay("wrong", pair, wrong))
                try await pair.supervisor.run("task", "create", "-f", file)
                #expect(try await pair.supervisor.command("task", "start", "wrong").status == 3)

                let secret = account.password
                for pid in Processes.all {
                    #expect(!Processes.commandLine(pid).contains(secret), "arguments of process \(pid)")
                }
                for pid in try await pair.supervisor.workers() {
                    #expect(!Processes.environment(pid).contains(secret), "environment of worker \(pid)")
                }
                for command in [
                    ["pair", "show", pair.name, "--json"], ["pair", "list", "--json"], ["task", "list", "--json"],
                    ["task", "show", "wrong", "--json"], ["task", "export", "wrong"], ["task", "logs", "wrong"],
                    ["task", "verify", "wrong", "--json"],
                ] {
                    let done = try await pair.supervisor.command(command)
                    #expect(!done.output.contains(secret) && !done.errors.contains(secret), "\(done.line)")
                }
                #expect(!pair.supervisor.logs.contains(secret))
                try requireNoFile(in: pair.supervisor.data, with: Array(secret.utf8))
                try await pair.supervisor.run("task", "delete", "wrong", "--yes")
            }
        }

        /// Neither the daemon nor a worker, whatever the shell allows.
        @Test func coreDumpsAreOff() async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(.mariadb, .bEmpty, rows: 10, in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let daemon = try #require(pair.supervisor.pid)
                let workers = try await pair.supervisor.workers()
                #expect(workers.count == 2)
                for pid in [daemon] + workers {
                    let line = Processes.limits(pid).split(separator: "\n").first { $0.hasPrefix("Max core file size") }
                    #expect(line?.split(separator: " ").suffix(3) == ["0", "0", "bytes"], "process \(pid): \(line ?? "-")")
                }
            }
        }

        private func oneWay(_ name: String, _ pair: ShopPair, _ account: Account) -> String {
            """
            name: \(name)
            source: \(pair.a.yaml(account))
            target: \(pair.b.yaml(account))
            objects: [{database: \(pair.database)}]
            """
        }

        /// Among them the database of the daemon with its journal.
        private func requireNoFile(in folder: String, with secret: [UInt8]) throws {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
            try #require(names.count > 2)
            for name in names {
                guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
                #expect(bytes.firstRange(of: secret) == nil, "file \(name)")
            }
        }
    }
}
