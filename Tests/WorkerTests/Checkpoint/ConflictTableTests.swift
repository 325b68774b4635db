import SyncModel
import SyncMySQL
import SyncWire
import Testing
import WorkerCheckpoint
import WorkerSchema

/// The conflicts that a target keeps.
@Suite struct ConflictTableTests {
    private static func withTable(_ server: TestServer, _ task: String, _ body: @escaping @Sendable (Session) throws -> Void) async throws {
        try await blocking {
            let session = try Session(try server.options())
            try MetadataTables.install(for: task, session, isMariaDB: session.isMariaDB)
            let done = Result { try body(session) }
            try MetadataTables.remove(task: task, from: session)
            try done.get()
        }
    }

    private static func add(_ sequence: UInt64, _ decision: ConflictDecision, at: UInt64 = 1_795_000_000_000_000, to task: String, _ session: Session) throws {
        let record = ConflictRecord(
            sequence: sequence, kind: .insertExists, database: "shop", table: "orders",
            key: [NamedValue(column: "decision", value: #"say "decision":"reported" and "at":7,"#)], before: nil, after: nil, current: nil,
            position: BinlogPosition(), decision: decision, at: at)
        try session.undisturbed(
            ConflictTable.insertStatement(
                task: task, sequence: sequence, identity: "\(sequence)", decision: decision,
                record: String(decoding: try LineCodec.encode(record), as: UTF8.self)))
    }

    private static func number(_ what: String, of task: String, _ session: Session) throws -> UInt64 {
        try session.value("SELECT \(what) FROM `\(metadataDatabase)`.conflict WHERE task = '\(task)'").flatMap { UInt64($0) } ?? 0
    }

    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func aDecisionIsMadeOnceAndToldOnceMore(server: TestServer) async throws {
        try await Self.withTable(server, "decides") { session in
            try Self.add(1, .reported, to: "decides", session)
            try Self.add(2, .keptTarget, to: "decides", session)
            try ConflictTable.markStored(task: "decides", through: 2, session)
            #expect(try ConflictTable.waiting(task: "decides", after: 0, limit: 10, session).isEmpty)
            for _ in 0..<2 {
                #expect(try ConflictTable.decide(task: "decides", sequence: 1, .tookSource, session) == .tookSource)
                let waiting = try ConflictTable.waiting(task: "decides", after: 0, limit: 10, session)
                #expect(waiting.map(\.sequence) == [1])
                let record = try LineCodec.decode(ConflictRecord.self, from: try #require(waiting.first).record.utf8)
                #expect(record.decision == .tookSource)
                #expect(record.key.first?.value == #"say "decision":"reported" and "at":7,"#)
            }
            #expect(try ConflictTable.decide(task: "decides", sequence: 1, .keptTarget, session) == .tookSource)
            #expect(try ConflictTable.decision(task: "decides", identity: "1", session) == .tookSource)
            // Nobody was asked about it.
            #expect(try ConflictTable.decide(task: "decides", sequence: 2, .tookSource, session) == nil)
            #expect(try ConflictTable.decide(task: "decides", sequence: 3, .tookSource, session) == nil)
        }
    }

    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func conflictsAreBoundedByCountAndAge(server: TestServer) async throws {
        try await Self.withTable(server, "bounded") { session in
            let table = "`\(metadataDatabase)`.conflict"
            let now = try #require(try session.value("SELECT UNIX_TIMESTAMP()").flatMap { UInt64($0) })
            let recent = (now - 29 * 86400) * 1_000_000
            // The first waits for a decision, the second for nothing, and is copied.
            try Self.add(1, .reported, at: 1_600_000_000_000_000, to: "bounded", session)
            try Self.add(2, .tookSource, at: recent, to: "bounded", session)
            var rows: UInt64 = 1
            while rows < 12_000 {
                try session.execute(
                    """
                    INSERT INTO \(table) (task, sequence, identity, decision, record, reported)
                    SELECT task, sequence + \(rows), identity, decision, record, reported FROM \(table) WHERE task = 'bounded' AND sequence > 1
                    """)
                rows *= 2
            }
            let last = try Self.number("MAX(sequence)", of: "bounded", session)
            try ConflictTable.boundNowAndThen(task: "bounded", through: last, adding: rows, session)
            // Nobody has been told, so the oldest are missed; the one that waits is not among them.
            #expect(try Self.number("COUNT(*)", of: "bounded", session) == ConflictTable.limit + 1)
            #expect(try Self.number("MIN(sequence)", of: "bounded", session) == 1)
            #expect(try ConflictTable.undecidedCount(task: "bounded", session) == 1)
            #expect(try ConflictTable.nextSequence(task: "bounded", session) == last + 1)
            // What is told leaves when it is old, but for the newest; a record that cannot be read is no error.
            let old = (now - 31 * 86400) * 1_000_000
            try session.execute("UPDATE \(table) SET kept = 1, reported = 1, record = REPLACE(record, '\(recent)', '\(old)') WHERE task = 'bounded' AND sequence > \(last - 5000)")
            try session.execute("UPDATE \(table) SET kept = 1, reported = 1, record = 'not JSON' WHERE task = 'bounded' AND sequence = \(last - 6000)")
            try ConflictTable.bound(task: "bounded", through: last, session)
            #expect(try Self.number("COUNT(*)", of: "bounded", session) == ConflictTable.limit + 1 - 4000)
            #expect(try Self.number("SUM(sequence > \(last - 1000))", of: "bounded", session) == 1000)
        }
    }
}
