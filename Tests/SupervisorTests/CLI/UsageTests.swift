import SupervisorAPI
import SupervisorCLI
import SyncModel
import Testing

@Suite struct UsageTests {
    @Test(arguments: [
        (["tusk"], "'tusk' is no command; did you mean 'task'?"),
        (["task", "shw"], "'task shw' is no command; did you mean 'task show'?"),
        (["pair", "strat", "p", "--data", "d"], "'pair strat' is no command; did you mean 'pair start'?"),
        (["pair", "frobnicate"], "remedy: there are: create, configure, list"),
        (["task", "show", "--data", "d"], "Missing expected argument '<name>'"),
        (["task", "show", "../x"], "'../x' is invalid"),
        (["task", "show", "t"], "--data DIR, or set DTS_DATA"),
        (["task", "show", "t", "--data"], "Missing value for '--data <dir>'"),
        (["task", "create", "--data", "d"], "Missing expected argument '--file <file>'"),
        (
            ["task", "limit", "t", "--data", "d", "--rows-per-second=-1"],
            "--rows-per-second: found -1; allowed: 0 or more"
        ),
        (["task", "limit", "t", "--data", "d", "--rows-per-second", "many"], "'many' is invalid"),
        (["task", "replace-statement", "t", "--data", "d"], "with either --sql or --file"),
        (["task", "replace-statement", "t", "--data", "d", "--sql", "x", "-f", "y"], "with either --sql or --file"),
        (["task", "skip-statement", "--data", "d"], "Missing expected argument '<name>'"),
        (["task", "logs", "t", "--data", "d", "--json", "--follow"], "does not go with --follow"),
        (["wait", "t", "--data", "d"], "Missing expected argument '--for <for>'"),
        (["wait", "t", "--data", "d", "--for", "ever"], "'ever' is invalid"),
        (["wait", "t", "--data", "d", "--for", "running", "--timeout=-5"], "--timeout: found -5"),
        (["conflict", "list", "t", "--data", "d", "--limit", "0"], "--limit: found 0; allowed: 1 to 1000"),
        (["conflict", "resolve", "9", "--data", "d", "--take", "both"], "'both' is invalid"),
        (["conflict", "resolve", "--data", "d", "--take", "a"], "Give the identifier of a conflict, or --all and a name"),
        (["conflict", "resolve", "9", "--data", "d", "--all", "t", "--take", "a"], "Give the identifier of a conflict, or --all and a name"),
        (["conflict", "resolve", "9", "--data", "d", "--class", "update_differs", "--take", "a"], "go with --all"),
        (["serve"], "--data DIR, or set DTS_DATA"),
        (["serve", "--data", "d", "--listen", "8080"], "'8080' is invalid"),
    ])
    func wrongUsageIsTold(_ arguments: [String], _ message: String) async {
        let run = await CommandRun(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty == !arguments.contains("--json"))
        #expect(run.errors.hasPrefix("error: wrong-usage: ") && run.errors.contains(message), "\(run.errors)")
    }

    @Test(arguments: [
        ["--help"], ["help", "task"], ["task", "--help"], ["task", "show", "--help"], ["wait", "--help"], [],
    ])
    func helpIsNoError(_ arguments: [String]) async {
        let run = await CommandRun(arguments)
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("USAGE: dts-supervisor"))
    }

    /// Whatever goes wrong, a program that asked for JSON gets one document of it.
    @Test(arguments: [
        (["tusk", "--json"], "wrong-usage"), (["task", "show", "--json", "--data", "d"], "wrong-usage"),
        (["task", "create", "-f", "/none", "--json", "--data", "d"], "invalid-file"),
        (["task", "list", "--json", "--data", "/none"], "daemon-not-reachable"),
        (["pair", "stop", "p", "--json", "--data", "/none"], "wrong-usage"),
    ])
    func errorsAreJSONWhereThatIsAskedFor(_ arguments: [String], _ code: String) async throws {
        let run = await CommandRun(arguments)
        let body: ErrorBody = try run.decoded()
        #expect(body.error.code.rawValue == code)
        #expect(!body.error.message.isEmpty && !body.error.message.contains("\n"))
        #expect(!body.error.remedy.isEmpty)
        #expect(run.status == (code == "daemon-not-reachable" ? 6 : 2))
        #expect(run.errors.hasPrefix("error: \(code): "))
    }

    @Test func versionIsNoError() async {
        let run = await CommandRun(["--version"])
        #expect(run.status == 0 && run.output == "\(VersionView.current.version)\n")
    }

    @Test func aDaemonThatIsNotThereIsNotReachable() async throws {
        let folder = try TemporaryFolder()
        let run = await CommandRun(["task", "list", "--data", folder.path])
        #expect(run.status == 6)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("error: daemon-not-reachable: no daemon answers on '\(folder.path)/dts.sock'"))
        #expect(run.errors.contains("\nremedy: start it with 'dts-supervisor serve --data \(folder.path)'\n"))
    }

    @Test func aPathThatIsTooLongForASocketIsTold() async {
        let run = await CommandRun(["task", "list", "--data", "/tmp/" + String(repeating: "x", count: 110)])
        #expect(run.status == 6 && run.errors.contains("is longer than 107 bytes"))
    }

    @Test func theOptionGoesBeforeTheVariable() async throws {
        let run = await CommandRun(["task", "list", "--data", "/none/given"], environment: ["DTS_DATA": "/none/set"])
        #expect(run.errors.contains("/none/given/dts.sock"))
    }

    @Test func serveTakesItsSettingsFromFileAndCommandLine() async throws {
        let folder = try TemporaryFolder()
        try folder.write("listen: '127.0.0.1:1'\nworker: w\nlog_level: debug\n", to: "dts.yml")
        let config = "\(folder.path)/dts.yml"
        let file = await CommandRun(["serve", "--data", "d", "--config", config])
        #expect(file.output == "d 127.0.0.1 1 \(folder.path)/w debug\n", "\(file.errors)")
        let both = await CommandRun(
            ["serve", "--config", config, "--listen", "[::1]:2", "--worker", "x"],
            environment: ["DTS_DATA": "e"]
        )
        #expect(both.output == "e ::1 2 x debug\n", "\(both.errors)")
        try folder.write("port: 1\n", to: "dts.yml")
        let wrong = await CommandRun(["serve", "--data", "d", "--config", config])
        #expect(wrong.status == 2)
        #expect(
            wrong.errors == """
                error: invalid-file: \(config):1:1: port: unknown field; allowed: listen, tls, worker, log_level, notify, owners, billing
                remedy: correct the file and run the command again

                """
        )
    }

    @Test(
        arguments: [
            (FailureCode.invalidFile, 2), (.verificationFailed, 3), (.timedOut, 4), (.notReachable, 6), (.notFound, 1),
            (.binlogPurged, 1), (FailureCode("of-a-later-version"), 1),
        ] as [(FailureCode, Int32)]
    )
    func exitCodesGoByTheFailure(_ code: FailureCode, _ status: Int32) {
        #expect(ExitStatus(code).rawValue == status)
    }
}
