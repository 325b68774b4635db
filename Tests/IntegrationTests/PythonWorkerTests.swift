import FoundationEssentials
import Glibc
import SystemPackage
import TestSupport
import Testing

extension Integration {
    /// A worker of another hand, written from docs/protocol.md, through a task's whole life: the daemon cannot tell that it moves lines
    /// between files.
    @Suite struct PythonWorkerTests {
        /// Two files and a daemon whose tasks are run by the Python program.
        private struct Stage {
            let supervisor: TestSupervisor
            let scope: Scope
            let a: String
            let b: String

            init(in scope: Scope) async throws {
                self.scope = scope
                a = scope.folder.appending("a.log").string
                b = try scope.file("b.log", "")
                let worker = Repository.root.appending("Tests").appending("PythonWorker").appending("worker.py")
                let config = try scope.file("daemon.yml", "worker: \(worker)\n")
                supervisor = try await TestSupervisor(in: scope, config: config)
            }

            func create(_ settings: String = "conflict: report") async throws {
                let file = try scope.file(
                    "files.yml",
                    """
                    name: files
                    source: {socket: \(a), user: me, password: s3cret}
                    target: {socket: \(b), user: me, password: s3cret}
                    initialization: [data]
                    objects: [{database: files}]
                    \(settings)
                    """)
                try await supervisor.run("task", "create", "-f", file)
            }

            /// What an application writes: one transaction.
            func write(_ path: String, _ key: String, _ before: String?, _ value: String?) throws {
                func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
                try append(path, "{\"key\": \"\(key)\", \"before\": \(text(before)), \"value\": \(text(value))}")
            }

            func append(_ path: String, _ line: String) throws {
                let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.append, .create], permissions: .ownerReadWrite)
                defer { try? file.close() }
                try file.writeAll(Array("\(line)\n".utf8))
            }

            private struct Line: Decodable {
                var key: String?
                var value: String?
            }

            func rows(_ path: String) throws -> [String: String] {
                var rows: [String: String] = [:]
                for text in textOfFile(path).split(separator: "\n") {
                    let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
                    if let key = line.key { rows[key] = line.value }
                }
                return rows
            }
        }

        private struct Conflicts: Decodable {
            struct Conflict: Decodable {
                var id: String
                var kind: String
                var resolved: Bool

                private enum CodingKeys: String, CodingKey {
                    case id, resolved
                    case kind = "class"
                }
            }
            var conflicts: [Conflict]
        }

        @Test(.timeLimit(.minutes(5))) func aTaskLivesItsWholeLife() async throws {
            try await Scope.with { scope in
                let stage = try await Stage(in: scope)
                let supervisor = stage.supervisor
                try await stage.create()

                // Verification: what fails is named, and passes once it is mended.
                let failed = try await supervisor.command("task", "verify", "files", "--json")
                #expect(failed.status == 3)
                let item = try supervisor.decode(VerificationReport.self, failed).items.first { $0.level == "fail" }
                #expect(item?.item == "connect-source" && item?.remedy == "touch \(stage.a)")
                try stage.write(stage.a, "1", nil, "one")
                try stage.write(stage.a, "2", nil, "two")
                try await supervisor.run("task", "verify", "files")
                try await supervisor.run("task", "test-connection", "files")

                // The copy, then the log.
                try await supervisor.run("task", "start", "files")
                try await supervisor.wait("files", for: "incremental")
                try stage.write(stage.a, "2", "two", "zwei")
                try stage.write(stage.a, "3", nil, "three")
                try stage.write(stage.a, "1", "one", nil)
                try await supervisor.wait("files", for: "caught-up")
                #expect(try stage.rows(stage.b) == ["2": "zwei", "3": "three"])
                let report = try await supervisor.task("files")
                #expect(report.phase == "incremental" && report.position.file == "a.log" && report.backlogBytes == 0)
                #expect(report.counts.transactions == 3 && report.counts.inserts == 1 && report.counts.updates == 1 && report.counts.deletes == 1)
                #expect(report.source.server == "files 1.0" && report.worker.rssBytes > 0)

                // What a worker finds.
                let log = textOfFile("\(supervisor.data)/logs/files.log")
                #expect(log.contains(#""arguments": []"#) && log.contains(#""leads": true"#) && log.contains(#""umask": 63"#))
                #expect(log.contains("DTS_TASK") && !log.contains("s3cret"))

                try await pauses(stage)
                try await crashes(stage)
                try await conflicts(stage)
                try await statements(stage)
                try await loses(stage)

                try await supervisor.run("task", "stop", "files", "--yes")
                #expect(try await supervisor.task("files").state == "stopped")
                let id = try await supervisor.task("files").id
                #expect(textOfFile(stage.b).contains(id))
                try await supervisor.run("task", "delete", "files", "--yes")
                #expect(!textOfFile(stage.b).contains(id))
                #expect(try stage.rows(stage.b) == stage.rows(stage.a))
            }
        }

        private func pauses(_ stage: Stage) async throws {
            try await stage.supervisor.run("task", "pause", "files")
            try stage.write(stage.a, "3", "three", "drei")
            #expect(try stage.rows(stage.b)["3"] == "three")
            try await stage.supervisor.run("task", "resume", "files")
            try await stage.supervisor.wait("files", for: "caught-up")
            #expect(try stage.rows(stage.b)["3"] == "drei")
            try await stage.supervisor.run("task", "limit", "files", "--rows-per-second", "7")
            try await eventually("the worker is told of the limit") {
                textOfFile("\(stage.supervisor.data)/logs/files.log").contains("limited to 7 rows per second")
            }
        }

        /// SIGKILL in the middle: all is there once.
        private func crashes(_ stage: Stage) async throws {
            let before = try await stage.supervisor.task("files")
            let pid = try #require(before.worker.pid)
            for number in 1...50 {
                try stage.write(stage.a, "n\(number)", nil, "\(number)")
                if number == 25 { #expect(kill(pid, SIGKILL) == 0) }
            }
            try await stage.supervisor.wait("files", for: "caught-up")
            let after = try await stage.supervisor.task("files")
            #expect(after.worker.restarts == before.worker.restarts + 1 && after.worker.pid != pid)
            #expect(after.counts.transactions == before.counts.transactions + 50)
            #expect(try stage.rows(stage.b) == stage.rows(stage.a))
        }

        /// Two conflicts one after the other: each pauses the task, is in the log, and is decided.
        private func conflicts(_ stage: Stage) async throws {
            let supervisor = stage.supervisor
            try stage.write(stage.b, "2", "zwei", "deux")
            try stage.write(stage.b, "9", nil, "neuf")
            try stage.write(stage.a, "2", "zwei", "two again")
            try stage.write(stage.a, "9", nil, "nine")
            for (number, kind) in ["update_differs", "insert_exists"].enumerated() {
                try await supervisor.wait("files", for: "paused")
                #expect(try await supervisor.task("files").error?.code == "conflict-reported")
                let found = try await supervisor.json(Conflicts.self, "conflict", "list", "files").conflicts
                #expect(found.count == number + 1 && found.first?.kind == kind && found.first?.resolved == false)
                try await supervisor.run("conflict", "resolve", try #require(found.first).id, "--take", "source")
                #expect(try await supervisor.task("files").conflicts.unresolved == 0)
                try await supervisor.run("task", "resume", "files")
            }
            try await supervisor.wait("files", for: "settled")
            #expect(try stage.rows(stage.b)["2"] == "two again" && stage.rows(stage.b)["9"] == "nine")
            try await eventually("the conflicts are acknowledged") { textOfFile(stage.b).contains(#""stored": 2"#) }
        }

        private func statements(_ stage: Stage) async throws {
            try stage.append(stage.a, #"{"statement": "CREATE TABLE t (id INT)"}"#)
            try await stage.supervisor.wait("files", for: "failed")
            #expect(try await stage.supervisor.task("files").error?.code == "ddl-unsupported")
            try await stage.supervisor.run("task", "skip-statement", "files")
            try await stage.supervisor.wait("files", for: "caught-up")
            #expect(try await stage.supervisor.task("files").counts.ddl == 1)
        }

        /// A server that is away for a while.
        private func loses(_ stage: Stage) async throws {
            #expect(rename(stage.a, "\(stage.a).away") == 0)
            try await stage.supervisor.wait("files", for: "retrying")
            #expect(try await stage.supervisor.task("files").error?.code == "host-unreachable")
            #expect(rename("\(stage.a).away", stage.a) == 0)
            try stage.write(stage.a, "10", nil, "ten")
            try await stage.supervisor.wait("files", for: "running")
            try await stage.supervisor.wait("files", for: "caught-up")
            #expect(try stage.rows(stage.b)["10"] == "ten")
        }

        /// Both directions, by the same program: what one half brings, the other one knows again.
        @Test(.timeLimit(.minutes(5))) func aPairSettles() async throws {
            try await Scope.with { scope in
                let stage = try await Stage(in: scope)
                try stage.write(stage.a, "1", nil, "one")
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: pair
                    a: {socket: \(stage.a), user: me, password: s3cret}
                    b: {socket: \(stage.b), user: me, password: s3cret}
                    objects: [{database: files}]
                    prevails: a
                    ddl: none
                    """)
                let supervisor = stage.supervisor
                try await supervisor.run("pair", "create", "-f", file)
                try await supervisor.run("pair", "start", "pair")
                try await supervisor.wait("pair", for: "incremental")
                for number in 1...20 {
                    try stage.write(stage.a, "a\(number)", nil, "\(number)")
                    try stage.write(stage.b, "b\(number)", nil, "\(number)")
                }
                try await supervisor.wait("pair", for: "settled")
                #expect(try stage.rows(stage.a) == stage.rows(stage.b))
                #expect(try stage.rows(stage.a).count == 41)
                let tasks = try await supervisor.pair("pair").tasks
                #expect(tasks.map(\.counts.transactions) == [20, 20])
                #expect(tasks.map(\.counts.loopedTransactionsSkipped) == [20, 20])
                try await supervisor.run("pair", "delete", "pair", "--yes")
            }
        }
    }
}
