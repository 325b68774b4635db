import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What can be asked of a task beside running it, through the command line.
    @Suite struct TaskCommandTests {
        private func stage(_ kind: ServerKind, settings: String = "", in scope: Scope) async throws -> (OneWay, TestServer, TestServer, String) {
            let source = try TestServer.shared(kind, .a)
            let target = try TestServer.shared(kind, .b)
            let database = scope.uniqueName("commands")
            try await source.makeDatabase(database, in: scope)
            scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
            let rows = (1...6000).map { "(\($0), \($0))" }
            try await source.execute(
                "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY, v INT)",
                "INSERT INTO `\(database)`.t VALUES \(rows.joined(separator: ","))")
            let supervisor = try await TestSupervisor(in: scope)
            let task = try await OneWay(
                "commands", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", settings: settings,
                on: supervisor, in: scope)
            return (task, source, target, database)
        }

        /// The load, and then the log, goes as slowly as it is told; another ceiling counts at once.
        @Test(arguments: Integration.kinds)
        func aCeilingHoldsWhileTheTaskRuns(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (task, source, target, database) = try await stage(
                    kind, settings: "limits: {rows_per_second: 1, load_threads: 2}", in: scope)
                let supervisor = task.supervisor
                try await task.start()
                try await supervisor.wait(task.name, for: "running")
                let slow = try await supervisor.command("wait", task.name, "--for", "incremental", "--timeout", "4")
                #expect(slow.status == 4, "6000 rows at one per second were there after 4 seconds")
                let report = try await supervisor.task(task.name)
                #expect(report.limits.rowsPerSecond == 1 && report.limits.loadThreads == 2 && report.limits.applyThreads == 4)
                #expect(try await (target.value("SELECT COUNT(*) FROM `\(database)`.t").flatMap { Int($0) } ?? 0) < 6000)
                try await supervisor.run("task", "limit", task.name, "--rows-per-second", "1000000", "--load-threads", "3")
                #expect(try await supervisor.task(task.name).limits.loadThreads == 3)
                try await supervisor.wait(task.name, for: "caught-up")

                try await supervisor.run("task", "limit", task.name, "--rows-per-second", "1")
                for number in 1...4 { try await source.execute("UPDATE `\(database)`.t SET v = -\(number) WHERE id <= 100 * \(number)") }
                let late = try await supervisor.command("wait", task.name, "--for", "caught-up", "--timeout", "4")
                #expect(late.status == 4, "1000 rows at one per second were there after 4 seconds")
                try await supervisor.run("task", "limit", task.name, "--rows-per-second", "0")
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t WHERE v < 0") == "400")
            }
        }

        /// The exported file creates the same task again.
        @Test func exportCreateExport() async throws {
            try await Scope.with { scope in
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "full.yml",
                    """
                    name: full
                    source: {host: db1, port: 1, hosts: [db2:3], user: u, password: p, type: mysql, region: eu, provider: aws, access: public, tls: {mode: required}, positioning: gtid}
                    target: {socket: /run/x.sock, user: u, password: p, type: tdsql-c-mysql, region: "us: 1", access: vpc}
                    run: {at: "2036-12-01T02:00:00Z"}
                    initialization: [data]
                    if_target_exists: ignore
                    conflict: {newest: changed}
                    sql: [insert, delete, {ddl: [create-table, truncate]}]
                    objects: [{database: a, as: b, tables: [{name: t, as: u, where: "x > 'y: z'", columns: [x, z]}], views: [v], routines: [r]}, {database: c}]
                    limits: {rows_per_second: 5, load_threads: 6, apply_threads: 7}
                    retry_minutes: 8
                    billing: monthly-subscription
                    specification: large
                    owner: {email: ops@example.com}
                    """)
                try await supervisor.run("task", "create", "-f", file)
                let first = try await supervisor.run("task", "export", "full").output
                let fields = try await supervisor.run("task", "export", "full", "--json").output
                try await supervisor.run("task", "delete", "full", "--yes")
                let again = try scope.file("again.yml", first)
                let created = try await Command.run(
                    Repository.program("dts-supervisor"), ["task", "create", "-f", again],
                    environment: ["DTS_DATA": supervisor.data, "DTS_SOURCE_PASSWORD": "p", "DTS_TARGET_PASSWORD": "p"])
                #expect(created.status == 0, "\(created.errors)")
                #expect(try await supervisor.run("task", "export", "full").output == first)
                #expect(try await supervisor.run("task", "export", "full", "--json").output == fields)
                #expect(!first.contains("password: p"))
            }
        }

        /// Names follow the task; what it has in the databases does not care.
        @Test func aRenamedTaskGoesOnAndASimilarOneWaits() async throws {
            try await Scope.with { scope in
                let (task, source, target, database) = try await stage(.mariadb, in: scope)
                let supervisor = task.supervisor
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                let id = try await supervisor.task(task.name).id
                let running = try await supervisor.command("task", "rename", task.name, "bills")
                #expect(running.status == 1 && running.errors.contains("not-allowed") && running.errors.contains("running"))
                try await supervisor.run("task", "pause", task.name)
                try await supervisor.run("task", "rename", task.name, "bills")
                #expect(try await supervisor.task("bills").id == id)
                #expect(try await supervisor.command("task", "logs", "bills").output.contains("worker"))
                #expect(try await supervisor.command("task", "show", task.name).status == 1)
                try await supervisor.run("task", "resume", "bills")
                try await source.execute("DELETE FROM `\(database)`.t WHERE id > 10")
                try await supervisor.wait("bills", for: "caught-up")
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t") == "10")

                try await supervisor.run("task", "similar", "bills", "--name", "more")
                #expect(try await supervisor.task("more").state == "created")
                let early = try await supervisor.command("task", "start", "more")
                #expect(early.status == 1 && early.errors.contains("created") && early.errors.contains("configure"))
                let created = try await supervisor.run("task", "list", "--state", "created").output
                #expect(created.contains("more") && !created.contains("bills"))
                #expect(try await supervisor.run("task", "list", "--match", "ill").output.contains("bills"))
                #expect(try await supervisor.command("task", "list", "--state", "nonsense").status == 2)
                try await supervisor.run("task", "delete", "more", "--yes")
                try await supervisor.run("task", "stop", "bills", "--yes")
                try await supervisor.run("task", "rename", "bills", task.name)
            }
        }

        /// A small walk through the states: what is offered works, what is not is refused with the state.
        @Test(arguments: Integration.kinds)
        func whatIsOfferedWorksAndTheRestIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (task, _, _, _) = try await stage(kind, in: scope)
                let supervisor = task.supervisor
                func requireOffered(_ state: String, refused: String...) async throws {
                    let report = try await supervisor.task(task.name)
                    #expect(report.state == state)
                    for word in refused {
                        #expect(!report.actions.contains(word))
                        let done = try await supervisor.command(
                            ["task", word, task.name] + (word == "skip-check" ? ["routines"] : []) + (word == "rename" ? ["other"] : [])
                                + (word == "limit" ? ["--rows-per-second", "5"] : []) + (word == "stop" ? ["--yes"] : []))
                        #expect(done.status == 1 && done.errors.contains("error: not-allowed: "), "\(word): \(done.errors)")
                        #expect(done.errors.contains(state) && done.errors.contains("possible now: "), "\(word): \(done.errors)")
                    }
                }
                try await requireOffered("configured", refused: "pause", "resume", "retry", "stop", "skip-check", "skip-statement")
                try await supervisor.run("task", "verify", task.name)
                try await requireOffered("verified", refused: "pause", "resume", "retry", "stop")
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await requireOffered("running", refused: "start", "resume", "retry", "rename", "skip-check", "skip-statement")
                try await supervisor.run("task", "pause", task.name)
                try await requireOffered("paused", refused: "start", "pause", "skip-statement")
                try await supervisor.run("task", "retry", task.name)
                try await supervisor.wait(task.name, for: "caught-up")
                try await supervisor.run("task", "stop", task.name, "--yes")
                try await requireOffered("stopped", refused: "verify", "start", "pause", "resume", "retry", "stop", "limit", "skip-check")
            }
        }
    }
}
