import SupervisorAPI
import SyncModel
import Testing

@Suite struct OtherViewsTests {
    @Test func aConflict() throws {
        let record = ConflictRecord(
            sequence: 7,
            kind: .updateMissing,
            database: "shop",
            table: "orders",
            key: [NamedValue(column: "id", value: "1")],
            before: [NamedValue(column: "id", value: "1"), NamedValue(column: "note", value: nil)],
            after: [NamedValue(column: "id", value: "1"), NamedValue(column: "note", value: "x")],
            current: nil,
            position: BinlogPosition(file: "b.1", offset: 4),
            decision: .keptTarget,
            at: 1_000_000
        )
        let view = ConflictView(id: "42", task: "t", record: record, resolved: true)
        let expected = #"""
            {"after":[{"column":"id","value":"1"},{"column":"note","value":"x"}],"at":"1970-01-01T00:00:01.000Z",\#
            "before":[{"column":"id","value":"1"},{"column":"note","value":null}],"class":"update_missing","current":null,\#
            "database":"shop","decision":"kept-target","id":"42","key":[{"column":"id","value":"1"}],\#
            "position":{"file":"b.1","gtid":null,"offset":4},"resolved":true,"table":"orders","task":"t"}
            """#
        #expect(try text(view) == expected)
        #expect(try APICodec.decode(ConflictView.self, from: Array(expected.utf8)) == view)
    }

    @Test func anError() throws {
        let body = ErrorBody(Failure(.notFound, "no task 'x'", remedy: "see 'task list'"))
        let expected = #"{"error":{"code":"not-found","message":"no task 'x'","remedy":"see 'task list'"}}"#
        #expect(try text(body) == expected)
        #expect(try APICodec.decode(ErrorBody.self, from: Array(expected.utf8)).failure.code == .notFound)
    }

    @Test func aVerification() throws {
        let item = CheckItem(
            item: "connect-source",
            level: .fail,
            facts: "refused",
            remedy: "start it",
            code: .hostUnreachable
        )
        let started = PairVerificationView(
            name: "p",
            tasks: [VerificationView(name: "p-a-to-b", passed: false, items: [item])]
        )
        #expect(!started.passed)
        let expected = #"""
            {"name":"p","passed":false,"tasks":[{"items":[{"code":"host-unreachable","facts":"refused","item":"connect-source",\#
            "level":"fail","remedy":"start it","skippable":false,"threshold":""}],"name":"p-a-to-b","passed":false}]}
            """#
        #expect(try text(started) == expected)
    }

    @Test(arguments: WaitGoal.words)
    func waitGoalsAreWords(_ word: String) throws {
        let goal = try #require(WaitGoal(word))
        #expect(goal.description == word)
        let view = WaitView(name: "t", goal: goal, state: .running)
        #expect(try text(view) == #"{"for":"\#(word)","name":"t","state":"running"}"#)
        #expect(try APICodec.decode(WaitView.self, from: Array(text(view).utf8)) == view)
    }

    @Test(arguments: requests)
    func requestsSurviveTheWay(_ request: TaskRequest) throws {
        let decoded = try APICodec.decode(TaskRequest.self, from: APICodec.encode(request))
        #expect(decoded == request)
    }

    @Test func pairRequestsSurviveTheWay() throws {
        for prevails in [PairSpec.Prevails.a, .b, .none, .newest(column: "updatedAt_x"), .newestCommitTime] {
            let spec = PairSpec(
                name: "p",
                a: Endpoint(host: "a", user: "u"),
                b: Endpoint(host: "b", user: "u"),
                objects: [ObjectSelection(database: "d")],
                prevails: prevails
            )
            let request = PairRequest(spec: spec, secrets: Secrets(source: "x", target: "y"))
            #expect(try APICodec.decode(PairRequest.self, from: APICodec.encode(request)) == request)
        }
    }

    @Test func wrongRequestsAreRefused() throws {
        var request = Self.requests[0]
        #expect(throws: Never.self) { try request.validate() }
        request.spec.name = "../etc"
        expectRefusal("name") { try request.validate() }
        request = Self.requests[0]
        request.spec.retryMinutes = 1
        expectRefusal("retry_minutes") { try request.validate() }
        request = Self.requests[0]
        request.spec.objects = []
        expectRefusal("objects") { try request.validate() }
        request = Self.requests[0]
        request.spec.target.socket = nil
        expectRefusal("target.host") { try request.validate() }
        request = Self.requests[0]
        request.spec.runAt = "soon"
        expectRefusal("run.at") { try request.validate() }
        expectRefusal("rows_per_second") { try LimitRequest(rowsPerSecond: -1).validate() }
    }

    @Test(arguments: [
        "2026-12-01T02:00:00Z", "2026-12-01T02:00:00.001Z", "2026-12-01T02:00:00.123Z", "2026-12-01T02:00:00.999Z",
        "2026-12-01T04:00:00+02:00",
    ])
    func timesAreRead(_ text: String) throws {
        let moment = try #require(Timestamp(text))
        #expect(moment.microsecondsSince1970 / 1_000_000 == 1_796_090_400)
        #expect(Timestamp(moment.description) == moment)
    }

    @Test(arguments: ["", "now", "2026-12-01", "2026-12-01T02:00:00", "1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z"])
    func otherTextIsNoTime(_ text: String) { #expect(Timestamp(text) == nil) }

    private func expectRefusal(_ field: String, _ validate: () throws -> Void) {
        let failure = #expect(throws: Failure.self, performing: validate)
        #expect(failure?.code == .invalidRequest)
        #expect(failure?.message.hasPrefix("\(field): ") == true)
    }

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try APICodec.encode(value), as: UTF8.self)
    }

    private static let requests: [TaskRequest] = [
        SQLSelection.DDL.none, .all, .kinds(["create-table", "truncate"]),
    ].map { ddl in
        let tables = [
            TableSelection(name: "T_x", mappedTo: "u", filter: "a_b > 1", columns: ["camelCase", "snake_case"])
        ]
        let spec = TaskSpec(
            name: "t",
            source: Endpoint(host: "a", hosts: ["b:1"], user: "u", tls: TLSSettings(mode: .verifyCA, ca: "/c")),
            target: Endpoint(socket: "/s", user: "u"),
            runAt: "2026-12-01T02:00:00Z",
            initialization: [.data],
            conflict: .newest(column: "changed_at"),
            sql: SQLSelection(ddl: ddl),
            objects: [ObjectSelection(database: "d", mappedTo: "e", tables: tables, views: ["v"])]
        )
        return TaskRequest(spec: spec, secrets: Secrets(source: "s", target: "t"))
    }
}
