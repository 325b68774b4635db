import SupervisorAPI
import SyncCurl
import SyncModel
import Testing

@Suite(.timeLimit(.minutes(10))) struct RouteTests {
    private static let spec = TaskSpec(
        name: "t",
        source: Endpoint(host: "a", user: "u"),
        target: Endpoint(host: "b", user: "u"),
        objects: [ObjectSelection(database: "shop")]
    )

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try APICodec.encode(value), as: UTF8.self)
    }

    @Test func aTasksWholeLife() async throws {
        let body = try Self.json(TaskRequest(spec: Self.spec, secrets: Secrets(source: "s1", target: "s2")))
        try await TestDaemon.run { (daemon) async throws in
            let created = try await daemon.call(.post, "/api/v1/tasks", body: body)
            #expect(created.status == 201)
            #expect(await daemon.operations.requests["t"]?.secrets == Secrets(source: "s1", target: "s2"))
            let again = try await daemon.call(.post, "/api/v1/tasks", body: body)
            #expect(again.status == 409 && again.code == "already-exists")
            let list = try await daemon.call(.get, "/api/v1/tasks")
            #expect(try APICodec.decode(TaskList.self, from: list.body).tasks.map(\.name) == ["t"])
            #expect(!list.text.contains("s1"))
            let verified = try await daemon.call(.post, "/api/v1/tasks/t/verify")
            #expect(try APICodec.decode(VerificationView.self, from: verified.body).passed)
            let started = try await daemon.call(.post, "/api/v1/tasks/t/start")
            #expect(try APICodec.decode(StartedTask.self, from: started.body).task.state == .running)
            for (action, state) in [
                ("pause", TaskState.paused), ("resume", .running), ("retry", .running), ("stop", .stopped),
            ] {
                let answer = try await daemon.call(.post, "/api/v1/tasks/t/\(action)")
                #expect(try APICodec.decode(TaskView.self, from: answer.body).state == state)
            }
            let limited = try await daemon.call(.post, "/api/v1/tasks/t/limit", body: #"{"rows_per_second":7}"#)
            #expect(limited.status == 200)
            #expect(await daemon.operations.limits == ["t": LimitRequest(rowsPerSecond: 7)])
            let exported = try await daemon.call(.get, "/api/v1/tasks/t/spec")
            #expect(try APICodec.decode(TaskSpec.self, from: exported.body) == Self.spec)
            #expect(!exported.text.contains("s1"))
            let deleted = try await daemon.call(.delete, "/api/v1/tasks/t")
            #expect(deleted.text == #"{"deleted":"t"}"#)
            let gone = try await daemon.call(.get, "/api/v1/tasks/t")
            #expect(gone.status == 404 && gone.code == "not-found")
        }
    }

    @Test func aStatementIsLeftOutOrReplaced() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let skipped = try await daemon.call(.post, "/api/v1/tasks/t/skip-statement")
            #expect(try APICodec.decode(TaskView.self, from: skipped.body).name == "t")
            let path = "/api/v1/tasks/t/replace-statement"
            #expect(try await daemon.call(.post, path, body: #"{"sql":"DROP TABLE d.x"}"#).status == 200)
            #expect(await daemon.operations.statements == ["t skip", "t DROP TABLE d.x"])
            let tooLong = String(repeating: "x", count: ReplaceStatementRequest.maximumSize + 1)
            for body in [#"{"sql":" \n"}"#, "{}", #"{"sql":"\#(tooLong)"}"#] {
                let refused = try await daemon.call(.post, path, body: body)
                #expect(refused.status == 400 && refused.code == "invalid-request")
            }
            #expect(try await daemon.call(.post, "/api/v1/tasks/none/skip-statement").status == 404)
            #expect(await daemon.operations.statements.count == 3)
        }
    }

    @Test func aTaskIsConfiguredUnderItsOwnName() async throws {
        var other = Self.spec
        other.retryMinutes = 5
        let body = try Self.json(TaskRequest(spec: other, secrets: Secrets(source: "", target: "")))
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            try await daemon.create("u")
            #expect(try await daemon.call(.put, "/api/v1/tasks/t", body: body).status == 200)
            #expect(await daemon.operations.requests["t"]?.spec.retryMinutes == 5)
            let wrong = try await daemon.call(.put, "/api/v1/tasks/u", body: body)
            #expect(wrong.status == 400 && wrong.code == "invalid-request")
        }
    }

    @Test func aPairsWholeLife() async throws {
        let spec = PairSpec(
            name: "p",
            a: Endpoint(host: "a", user: "u"),
            b: Endpoint(host: "b", user: "u"),
            objects: [ObjectSelection(database: "d")]
        )
        let body = try Self.json(PairRequest(spec: spec, secrets: Secrets(source: "s1", target: "s2")))
        try await TestDaemon.run { (daemon) async throws in
            #expect(try await daemon.call(.post, "/api/v1/pairs", body: body).status == 201)
            let list = try await daemon.call(.get, "/api/v1/pairs")
            #expect(
                try APICodec.decode(PairList.self, from: list.body).pairs.first?.tasks.map(\.name) == [
                    "p-a-to-b", "p-b-to-a",
                ]
            )
            var other = spec
            other.retryMinutes = 9
            let secrets = Secrets(source: "s3", target: "s4")
            let configured = try await daemon.call(.put, "/api/v1/pairs/p", body: try Self.json(PairRequest(spec: other, secrets: secrets)))
            #expect(try APICodec.decode(PairView.self, from: configured.body).name == "p")
            #expect(await daemon.operations.pairRequests["p"] == PairRequest(spec: other, secrets: secrets))
            other.name = "q"
            let renamed = try await daemon.call(.put, "/api/v1/pairs/p", body: try Self.json(PairRequest(spec: other, secrets: secrets)))
            #expect(renamed.status == 400 && renamed.code == "invalid-request")
            let verified = try await daemon.call(.post, "/api/v1/pairs/p/verify")
            #expect(try APICodec.decode(PairVerificationView.self, from: verified.body).passed)
            let started = try await daemon.call(.post, "/api/v1/pairs/p/start")
            #expect(try APICodec.decode(StartedPair.self, from: started.body).pair.state == .running)
            for (action, state) in [("pause", TaskState.paused), ("resume", .running), ("retry", .running), ("stop", .stopped)] {
                let answer = try await daemon.call(.post, "/api/v1/pairs/p/\(action)")
                #expect(try APICodec.decode(PairView.self, from: answer.body).state == state)
            }
            let spec = try await daemon.call(.get, "/api/v1/pairs/p/spec")
            #expect(try APICodec.decode(PairSpec.self, from: spec.body).name == "p")
            #expect(try await daemon.call(.delete, "/api/v1/pairs/p").status == 200)
            #expect(try await daemon.call(.get, "/api/v1/pairs/p").code == "not-found")
        }
    }

    @Test func conflictsAreListedShownAndResolved() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let list = try await daemon.call(.get, "/api/v1/conflicts?of=t&unresolved=true&limit=5&before=77")
            #expect(try APICodec.decode(ConflictPage.self, from: list.body).conflicts.map(\.id) == ["9"])
            #expect(
                await daemon.operations.conflictQueries == [ConflictQuery(unresolvedOnly: true, limit: 5, before: "77")]
            )
            #expect(try await daemon.call(.get, "/api/v1/conflicts").code == "invalid-request")
            #expect(try await daemon.call(.get, "/api/v1/conflicts?of=t&limit=0").code == "invalid-request")
            #expect(try await daemon.call(.get, "/api/v1/conflicts/9").status == 200)
            #expect(try await daemon.call(.get, "/api/v1/conflicts/8").status == 404)
            let resolved = try await daemon.call(.post, "/api/v1/conflicts/9/resolve", body: #"{"take":"source"}"#)
            #expect(try APICodec.decode(ConflictView.self, from: resolved.body).resolved)
            #expect(await daemon.operations.resolved == ["9": .source])
            #expect(
                try await daemon.call(.post, "/api/v1/conflicts/9/resolve", body: #"{"take":"both"}"#).code
                    == "invalid-request"
            )
        }
    }

    @Test(arguments: [
        "/api/v1/tasks?state=running", "/api/v1/conflicts?of=t&unresolve=true", "/api/v1/messages?sevirity=critical", "/api/v1/topology?x",
        "/api/v1/tasks/t/logs?folow=true", "/api/v1/wait/t?for=running&timout=1", "/api/v1/billing/usage?mont=2026-01", "/api/v1/version?a=b",
    ])
    func aQueryParameterThatIsNotKnownIsRefused(path: String) async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let answer = try await daemon.call(.get, path)
            #expect(answer.status == 400 && answer.code == "invalid-request", "\(answer.text)")
            #expect(answer.text.contains("is no parameter of"), "\(answer.text)")
            #expect(try await daemon.call(.get, "/api/v1/tasks/t/logs?lines=1&follow=false").status == 200)
        }
    }

    @Test func versionIsTold() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let answer = try await daemon.call(.get, "/api/v1/version")
            #expect(try APICodec.decode(VersionView.self, from: answer.body) == .current)
        }
    }

    @Test(
        arguments: [
            (HTTPCall.Method.get, "/api/v1/nothing", nil, 404, "not-found"),
            (.get, "/", nil, 404, "not-found"),
            (.put, "/api/v1/tasks", nil, 404, "not-found"),
            (.get, "/api/v1/tasks/..%2Fetc", nil, 400, "invalid-request"),
            (.get, "/api/v1/tasks/-x", nil, 400, "invalid-request"),
            (.post, "/api/v1/tasks", "", 400, "invalid-request"),
            (.post, "/api/v1/tasks", "{", 400, "invalid-request"),
            (.post, "/api/v1/tasks", "{}", 400, "invalid-request"),
            (.post, "/api/v1/tasks/t/limit", #"{"rows_per_second":-1}"#, 400, "invalid-request"),
            (.post, "/api/v1/tasks/t/limit", #"{"rows_per_second":"many"}"#, 400, "invalid-request"),
            (.get, "/api/v1/tasks/t/logs?lines=x", nil, 400, "invalid-request"),
            (.get, "/api/v1/wait/t?for=ever", nil, 400, "invalid-request"),
            (.get, "/api/v1/wait/t?for=running&timeout=-1", nil, 400, "invalid-request"),
        ] as [(HTTPCall.Method, String, String?, Int, String)]
    )
    func whatIsWrongIsToldInJSON(
        _ method: HTTPCall.Method,
        _ path: String,
        _ body: String?,
        _ status: Int,
        _ code: String
    ) async throws {
        try await TestDaemon.run { (daemon) async throws in
            let answer = try await daemon.call(method, path, body: body)
            #expect(answer.status == status)
            #expect(answer.code == code, "\(answer.text)")
        }
    }

    @Test func aRequestThatIsTooLargeIsRefused() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let body = #"{"spec":""# + String(repeating: "x", count: 17 << 20) + #""}"#
            let answer = try await daemon.call(.post, "/api/v1/tasks", body: body)
            #expect(answer.status == 413 && answer.code == "request-too-large")
        }
    }

    @Test func passwordsInAWrongRequestAreNotTold() async throws {
        try await TestDaemon.run { (daemon) async throws in
            let answer = try await daemon.call(
                .post,
                "/api/v1/tasks",
                body: #"{"spec":{},"secrets":{"source":["top-secret"]}}"#
            )
            #expect(answer.status == 400 && !answer.text.contains("top-secret"), "\(answer.text)")
        }
    }

    @Test func theTextOfAnUnknownErrorIsNotTold() async throws {
        struct Odd: Error { let text = "top-secret" }
        try await TestDaemon.run { (daemon) async throws in
            await daemon.operations.fail(with: Odd())
            let answer = try await daemon.call(.get, "/api/v1/tasks")
            #expect(answer.status == 500 && answer.code == "internal-error" && !answer.text.contains("top-secret"))
        }
    }

    @Test(arguments: [
        (Failure.Kind.transient, 503), (.needsOperator, 409), (.permanent, 500),
    ])
    func otherFailuresGoByTheirKind(_ kind: Failure.Kind, _ status: Int) async throws {
        try await TestDaemon.run { (daemon) async throws in
            await daemon.operations.fail(with: Failure(.lockTimeout, "locked", remedy: "wait", kind: kind))
            let answer = try await daemon.call(.get, "/api/v1/tasks")
            #expect(answer.status == status)
            #expect(answer.text == #"{"error":{"code":"lock-timeout","message":"locked","remedy":"wait"}}"#)
        }
    }
}
