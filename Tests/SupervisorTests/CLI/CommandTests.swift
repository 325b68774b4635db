import SupervisorAPI
import SupervisorCLI
import SyncModel
import Testing

@Suite(.timeLimit(.minutes(10))) struct CommandTests {
    private static let file = """
        name: orders
        source: {host: db1, user: u, password_env: A}
        target: {host: db2, user: u, password_env: B}
        objects: [{database: shop}]
        """
    private static let passwords = ["A": "first-secret", "B": "second-secret"]

    @Test func tasks() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(Self.file, to: "t.yml")
            let path = "\(daemon.folder.path)/t.yml"
            let none = await daemon.run("task", "list")
            #expect(none.output == "no tasks\n" && none.status == 0)
            let created = await daemon.run("task", "create", "-f", path, environment: Self.passwords)
            #expect(created.output == "created task orders\n" && created.status == 0, "\(created.errors)")
            #expect(
                await daemon.operations.requests["orders"]?.secrets
                    == Secrets(source: "first-secret", target: "second-secret")
            )
            let again = await daemon.run("task", "create", "-f", path, environment: Self.passwords)
            #expect(again.status == 1)
            #expect(again.errors == "error: already-exists: there is a task 'orders'\nremedy: choose another name\n")
            let started = await daemon.run("task", "start", "orders")
            #expect(started.output == "orders: running, incremental\n")
            let shown = await daemon.run("task", "show", "orders", "--json")
            #expect(try shown.decoded(TaskView.self).state == .running)
            #expect(!shown.output.contains("secret"))
            for (action, state) in [
                ("pause", "paused"), ("resume", "running, incremental"), ("stop", "stopped"),
                ("retry", "running, incremental"),
            ] {
                let final = action == "stop" ? ["--yes"] : []
                #expect(await daemon.run(["task", action, "orders"] + final).output == "orders: \(state)\n")
            }
            let limited = await daemon.run("task", "limit", "orders", "--rows-per-second", "500")
            #expect(limited.output == "orders: at most 500 rows per second, 4 load threads, 4 apply threads\n")
            let list = await daemon.run("task", "list", "--json")
            #expect(try list.decoded(TaskList.self).tasks.map(\.name) == ["orders"])
            #expect(await daemon.run("task", "delete", "orders", "--yes").output == "deleted task orders\n")
            let gone = await daemon.run("task", "show", "orders")
            #expect(gone.status == 1 && gone.errors.hasPrefix("error: not-found: there is no task 'orders'\n"))
        }
    }

    @Test func whatIsExportedCanConfigureTheTask() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let exported = await daemon.run("task", "export", "t")
            #expect(exported.output.hasPrefix("name: t\nsource:\n  host: a\n") && !exported.output.contains("hush"))
            try daemon.folder.write(
                exported.output.replacing("retry_minutes: 60", with: "retry_minutes: 7"),
                to: "t.yml"
            )
            let configured = await daemon.run(
                "task",
                "configure",
                "t",
                "-f",
                "\(daemon.folder.path)/t.yml",
                environment: ["DTS_SOURCE_PASSWORD": "x", "DTS_TARGET_PASSWORD": "y"]
            )
            #expect(configured.output == "configured task t\n", "\(configured.errors)")
            #expect(await daemon.operations.requests["t"]?.spec.retryMinutes == 7)
            let spec: TaskSpec = try await daemon.run("task", "export", "t", "--json").decoded()
            #expect(spec.retryMinutes == 7)
        }
    }

    @Test func statements() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            await daemon.operations.set("t", .retrying)
            #expect(await daemon.run("task", "skip-statement", "t").output == "t: retrying\n")
            let view: TaskView = try await daemon.run("task", "skip-statement", "t", "--json").decoded()
            #expect(view.name == "t")
            #expect(await daemon.run("task", "replace-statement", "t", "--sql", "DROP TABLE d.x").output == "t: retrying\n")
            try daemon.folder.write("CREATE TABLE d.y (`ü` INT)\n", to: "y.sql")
            let path = "\(daemon.folder.path)/y.sql"
            #expect(await daemon.run("task", "replace-statement", "t", "--file", path).status == 0)
            #expect(
                await daemon.operations.statements == [
                    "t skip", "t skip", "t DROP TABLE d.x", "t CREATE TABLE d.y (`ü` INT)\n",
                ]
            )
            let missing = await daemon.run("task", "replace-statement", "t", "--file", "\(path).gone")
            #expect(missing.status == 2 && missing.errors.hasPrefix("error: invalid-file: cannot read"))
        }
    }

    @Test func aWrongFileReachesNoDaemon() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.file.replacing("objects", with: "object"), to: "t.yml")
        let path = "\(folder.path)/t.yml"
        let run = await CommandRun(
            ["task", "create", "-f", path, "--data", folder.path],
            environment: ["A": "a", "B": ""]
        )
        #expect(run.status == 2)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.first == "error: invalid-file: 3 problems")
        #expect(
            lines.contains { $0.hasPrefix("\(path):3:44: target.password_env: found 'B', which is empty") },
            "\(run.errors)"
        )
        #expect(lines.contains { $0.hasPrefix("\(path):4:1: object: unknown field; did you mean 'objects'?") })
        let missing = await CommandRun(["pair", "create", "-f", "\(folder.path)/none.yml", "--data", folder.path])
        #expect(missing.status == 2 && missing.errors.hasPrefix("error: invalid-file: cannot read"))
    }

    @Test func aVerificationThatFailsExitsWithThree() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let passed = await daemon.run("task", "verify", "t")
            #expect(passed.status == 0 && passed.output == "t: verification passed: 2 passed\n")
            let whole = await daemon.run("task", "verify", "t", "--all")
            #expect(whole.output.hasPrefix("t: verification passed: 2 passed\n  pass  connect-source  MySQL 9.7.4\n"))
            await daemon.operations.failVerification()
            let failed = await daemon.run("task", "verify", "t")
            #expect(failed.status == 3)
            #expect(
                failed.output == """
                    t: verification failed: 1 failed, 1 passed
                      fail  binlog-format  MIXED
                                           required: ROW
                                           remedy: SET GLOBAL binlog_format = 'ROW'

                    """
            )
            let started = await daemon.run("task", "start", "t", "--json")
            #expect(started.status == 3)
            let tested = await daemon.run("task", "test-connection", "t")
            #expect(tested.status == 3 && tested.output.hasPrefix("t: not both servers can be used\n  pass  connect-source"))
            #expect(try started.decoded(StartedTask.self).verification?.passed == false)
            let unasked = await daemon.run("task", "adopt-definitions", "t")
            #expect(unasked.status != 0 && unasked.errors.contains("the source has (b int)"), "\(unasked.errors)")
            #expect(await daemon.operations.statements == [])
            let adopted = await daemon.run("task", "adopt-definitions", "t", "--yes")
            #expect(adopted.status == 0 && adopted.output.contains("shop.t") && adopted.output.contains("the source has (b int)"), "\(adopted.output)")
            #expect(await daemon.operations.statements == ["t adopt"])
        }
    }

    @Test func pairs() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            let created = await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml")
            #expect(created.output == "created pair shop: shop-a-to-b, shop-b-to-a\n", "\(created.errors)")
            #expect(await daemon.operations.pairRequests["shop"]?.secrets == Secrets(source: "pa", target: "pb"))
            let others = ConfigTexts.smallestPair.replacing("name: shop\n", with: "").replacing("password: pb", with: "password: pc")
            try daemon.folder.write(others, to: "other.yml")
            let configured = await daemon.run("pair", "configure", "shop", "-f", "\(daemon.folder.path)/other.yml")
            #expect(configured.output == "configured pair shop\n", "\(configured.errors)")
            #expect(await daemon.operations.pairRequests["shop"]?.secrets == Secrets(source: "pa", target: "pc"))
            try daemon.folder.write(ConfigTexts.smallestPair.replacing("name: shop", with: "name: shop2"), to: "renamed.yml")
            let renamed = await daemon.run("pair", "configure", "shop", "-f", "\(daemon.folder.path)/renamed.yml")
            #expect(renamed.status == 1 && renamed.errors.contains("'shop', since a pair keeps its name"), "\(renamed.errors)")
            let verified = await daemon.run("pair", "verify", "shop")
            #expect(verified.status == 0 && verified.output.hasPrefix("shop: verification passed: 4 passed\nshop-a-to-b: verification passed: 2 passed\n"))
            #expect(
                await daemon.run("pair", "start", "shop").output.hasPrefix("shop: running\n  shop-a-to-b: running\n")
            )
            for (action, state) in [("pause", "paused"), ("resume", "running"), ("retry", "running"), ("stop", "stopped")] {
                let final = action == "stop" ? ["--yes"] : []
                #expect(await daemon.run(["pair", action, "shop"] + final).output.hasPrefix("shop: \(state)\n"))
            }
            #expect(try await daemon.run("pair", "list", "--json").decoded(PairList.self).pairs.map(\.name) == ["shop"])
            #expect(try await daemon.run("pair", "show", "shop", "--json").decoded(PairView.self).tasks.count == 2)
            await daemon.operations.failVerification()
            #expect(await daemon.run("pair", "verify", "shop").status == 3)
            #expect(await daemon.run("pair", "start", "shop").status == 3)
            #expect(await daemon.run("pair", "delete", "shop", "--yes").output == "deleted pair shop\n")
        }
    }

    @Test func aPairStartsAtATime() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            #expect(await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml").status == 0)
            let wrong = await daemon.run("pair", "start", "shop", "--at", "tomorrow")
            #expect(wrong.status == 2 && wrong.errors.contains("--at: found 'tomorrow'"), "\(wrong.errors)")
            let started = await daemon.run("pair", "start", "shop", "--at", "2036-12-01T02:00:00Z")
            #expect(started.output.hasPrefix("shop: scheduled\n"), "\(started.errors)")
            #expect(await daemon.operations.startTimes["shop"]?.description == "2036-12-01T02:00:00.000Z")
        }
    }

    @Test func whatIsExportedCreatesThePair() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            #expect(await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml").status == 0)
            let exported = await daemon.run("pair", "export", "shop")
            #expect(exported.status == 0 && exported.output.hasPrefix("name: shop\na:\n"), "\(exported.errors)")
            #expect(!exported.output.contains("pa\n") && !exported.output.contains("pb\n"))
            let spec: PairSpec = try await daemon.run("pair", "export", "shop", "--json").decoded()
            try daemon.folder.write(exported.output.replacing("name: shop\n", with: "name: shop2\n"), to: "again.yml")
            let again = await daemon.run(
                "pair", "create", "-f", "\(daemon.folder.path)/again.yml", environment: ["DTS_A_PASSWORD": "x", "DTS_B_PASSWORD": "y"])
            #expect(again.status == 0, "\(again.errors)")
            var other = try #require(await daemon.operations.pairRequests["shop2"])
            other.spec.name = "shop"
            #expect(other.spec == spec && other.secrets == Secrets(source: "x", target: "y"))
        }
    }

    @Test func logsOfBothHalvesAreOne() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            #expect(await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml").status == 0)
            await daemon.operations.setLog("shop-a-to-b", "2026-01-01T00:00:01Z one\n  of two lines\n2026-01-01T00:00:03Z three\n")
            await daemon.operations.setLog("shop-b-to-a", "2026-01-01T00:00:02Z two\n")
            #expect(
                await daemon.run("pair", "logs", "shop").output == """
                    shop-a-to-b  2026-01-01T00:00:01Z one
                    shop-a-to-b    of two lines
                    shop-b-to-a  2026-01-01T00:00:02Z two
                    shop-a-to-b  2026-01-01T00:00:03Z three

                    """
            )
            let json = await daemon.run("pair", "logs", "shop", "--json").output
            #expect(json.contains(#"{"lines":["2026-01-01T00:00:02Z two"],"name":"shop-b-to-a"}"#), "\(json)")
            #expect(await daemon.run("pair", "logs", "none").status == 1)
        }
    }

    @Test func aDeletionSaysWhatItLeaves() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            await daemon.operations.leave([Failure(.connectionLost, "the rows of task 1 stay on the target, b:3306", remedy: "DELETE x")])
            let deleted = await daemon.run("task", "delete", "t", "--yes")
            #expect(
                deleted.output == """
                    deleted task t
                    left behind: the rows of task 1 stay on the target, b:3306
                      to remove it: DELETE x

                    """
            )
            try await daemon.create("t")
            let json = await daemon.run("task", "delete", "t", "--yes", "--json")
            #expect(try json.decoded(Deleted.self).left?.map(\.remedy) == ["DELETE x"])
        }
    }

    @Test func waiting() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let late = await daemon.run("wait", "t", "--for", "running", "--timeout", "0")
            #expect(late.status == 4 && late.errors.hasPrefix("error: timed-out: "))
            await daemon.operations.set("t", .running)
            #expect(
                await daemon.run("wait", "t", "--for", "incremental", "--timeout", "20").output == "t: incremental\n"
            )
            await daemon.operations.set("t", .failed)
            let failed = await daemon.run("wait", "t", "--for", "caught-up")
            #expect(failed.status == 1)
            #expect(failed.errors == "error: binlog-purged: binlog.000001 is gone\nremedy: load again\n")
        }
    }

    @Test func logs() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            #expect(await daemon.run("task", "logs", "t").output == "first\nsecond\n")
            #expect(await daemon.run("task", "logs", "t", "--lines", "1").output == "second\n")
            let json = await daemon.run("task", "logs", "t", "--json").output
            #expect(json == #"{"lines":["first","second"],"name":"t"}"# + "\n")
            let missing = await daemon.run("task", "logs", "u", "--follow")
            #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.hasPrefix("error: not-found: "))
        }
    }

    @Test func aCommandEndsWhenItsOutputHasNoReader() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let closed = Surroundings(environment: [:], output: { _ in false }, errors: { _ in })
            for arguments in [["task", "logs", "t", "--follow"], ["task", "list"]] {
                let status = await Surroundings.$current.withValue(closed) {
                    await CLI.run(TestRoot.self, arguments: arguments + ["--data", daemon.folder.path])
                }
                #expect(status == 1)
            }
        }
    }

    @Test func conflicts() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let list = await daemon.run("conflict", "list", "t", "--unresolved", "--before", "10")
            #expect(
                list.output == """
                    ID  AT                        TASK  CLASS           TABLE        KEY   DECISION
                    9   1970-01-01T00:00:00.000Z  t     update_differs  shop.orders  id=1  reported, unresolved
                    older ones: --before 9

                    """
            )
            #expect(
                await daemon.operations.conflictQueries == [
                    ConflictQuery(unresolvedOnly: true, limit: 100, before: "10")
                ]
            )
            let shown = await daemon.run("conflict", "show", "9")
            #expect(
                shown.output == """
                    9
                      task      t
                      class     update_differs
                      table     shop.orders
                      key       id=1
                      at        1970-01-01T00:00:00.000Z
                      decision  reported, unresolved
                      position  u:1

                      COLUMN  SOURCE BEFORE  SOURCE AFTER  TARGET
                      id      1              1             (no row)
                      note    a\u{FFFD}b            NULL          (no row)

                    """
            )
            #expect(await daemon.run("conflict", "resolve", "9", "--take", "source").output == "9: took-source\n")
            #expect(
                await daemon.run("conflict", "resolve", "9", "--take", "a").output
                    == "9: reported, and with it 12, the same clash on the other side\n")
            #expect(await daemon.run("conflict", "show", "8").status == 1)
            let filter = ["--class", "update_differs", "--table", "a b&c.d/é"]
            #expect(await daemon.run(["conflict", "list", "t"] + filter).status == 0)
            #expect(await daemon.operations.conflictQueries.last == ConflictQuery(kind: .updateDiffers, table: "a b&c.d/é"))
            #expect(await daemon.run(["conflict", "resolve", "--all", "shop", "--take", "b"] + filter).output == "2 decided\n")
            #expect(
                await daemon.operations.resolutions == [ResolveAllRequest(of: "shop", take: .b, kind: .updateDiffers, table: "a b&c.d/é")])
        }
    }
}
