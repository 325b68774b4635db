import SupervisorTasks
import SyncModel
import SyncWire
import Testing

/// Decisions for both halves of a pair.
@Suite("Clashes", .timeLimit(.minutes(10)))
struct ClashTests {
    private static let forward = PairTests.forward
    private static let backward = PairTests.backward

    private static func record(
        _ sequence: UInt64, _ database: String, _ table: String, _ key: (String, String), _ kind: ConflictClass = .updateDiffers
    ) -> ConflictRecord {
        ConflictRecord(
            sequence: sequence, kind: kind, database: database, table: table, key: [NamedValue(column: key.0, value: key.1)], before: nil,
            after: nil, current: nil, position: BinlogPosition(), decision: .reported, at: sequence)
    }

    /// A running pair whose names differ on the two sides, and both halves of which have reported these.
    private static func with(
        aToB: [ConflictRecord], bToA: [ConflictRecord], _ body: @escaping @Sendable (FleetFixture, PairCoordinator) async throws -> Void
    ) async throws {
        try await FleetFixture.with { fixture in
            var spec = FleetFixture.pairSpec()
            spec.objects = [
                ObjectSelection(database: "shop", mappedTo: "west", tables: [TableSelection(name: "t", mappedTo: "u", rename: ["id": "no"])])
            ]
            let pair = try await fixture.fleet.createPair(spec, secrets: FleetFixture.secrets)
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            try await fixture.store.insert(aToB, of: pair.aToB.id)
            try await fixture.store.insert(bToA, of: pair.bToA.id)
            try await body(fixture, pair)
        }
    }

    @Test("one decision is for what both halves have found of a row", arguments: [ConflictWinner.a, .b], [true, false])
    func both(winner: ConflictWinner, fromA: Bool) async throws {
        try await Self.with(
            aToB: [Self.record(1, "west", "u", ("no", "6")), Self.record(2, "west", "u", ("no", "7"))],
            bToA: [Self.record(1, "shop", "t", ("id", "7")), Self.record(2, "shop", "t", ("id", "8"))]
        ) { (fixture, pair) async throws in
            let conflicts = fixture.store.contents.conflicts
            let clash = conflicts.filter { $0.record?.key.first?.value == "7" }
            try #require(clash.count == 2)
            let first = fromA ? clash[0] : clash[1]
            let decided = try await fixture.fleet.resolveConflict(first.id, for: winner)
            #expect(decided.map(\.id) == [first.id, (fromA ? clash[1] : clash[0]).id])
            let after = fixture.store.contents.conflicts
            #expect(after.filter(\.decided).map(\.id).sorted() == clash.map(\.id).sorted())
            // a's row is the source's of a-to-b and the target's of b-to-a.
            for conflict in after where conflict.decided {
                let takesSource = (winner == .a) == (conflict.task == pair.aToB.id)
                #expect(conflict.decision == (takesSource ? .tookSource : .keptTarget))
            }
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" resolve") }.sorted() == ["\(Self.forward) resolve", "\(Self.backward) resolve"])
        }
    }

    @Test("names with points of their own are told apart")
    func pointedNames() async throws {
        try await FleetFixture.with { fixture in
            var spec = FleetFixture.pairSpec()
            spec.objects = [ObjectSelection(database: "shop.eu"), ObjectSelection(database: "shop")]
            let pair = try await fixture.fleet.createPair(spec, secrets: FleetFixture.secrets)
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            try await fixture.store.insert([Self.record(1, "shop.eu", "t", ("id", "7"))], of: pair.aToB.id)
            try await fixture.store.insert(
                [Self.record(1, "shop", "eu.t", ("id", "7")), Self.record(2, "shop.eu", "t", ("id", "7"))], of: pair.bToA.id)
            let id = fixture.store.contents.conflicts[0].id
            let decided = try await fixture.fleet.resolveConflict(id, for: .a)
            #expect(decided.map(\.record?.database) == ["shop.eu", "shop.eu"])
            #expect(fixture.store.contents.conflicts.map(\.decided) == [true, false, true])
        }
    }

    @Test("by the direction of a task only that one is decided, and a task of its own has no sides")
    func one() async throws {
        try await Self.with(aToB: [Self.record(1, "west", "u", ("no", "7"))], bToA: [Self.record(1, "shop", "t", ("id", "7"))]) { (fixture, pair) async throws in
            let id = fixture.store.contents.conflicts[0].id
            #expect(try await fixture.fleet.resolveConflict(id, for: .target).map(\.id) == [id])
            #expect(fixture.store.contents.conflicts.map(\.decided) == [true, false])
            let task = try await fixture.fleet.createTask(FleetFixture.spec("bills"), secrets: FleetFixture.secrets)
            try await fixture.store.insert([Self.record(1, "bills", "t", ("id", "1"))], of: task.id)
            let failure = await #expect(throws: Failure.self) {
                try await fixture.fleet.resolveConflict(Int64(fixture.store.contents.conflicts.count), for: .a)
            }
            #expect(failure?.code == .notAllowed && failure?.remedy == "take source, or target")
        }
    }

    @Test("all of a pair are decided, by class and table")
    func all() async throws {
        try await Self.with(
            aToB: [Self.record(1, "west", "u", ("no", "6")), Self.record(2, "west", "u", ("no", "7"), .updateMissing)],
            bToA: [Self.record(1, "shop", "t", ("id", "7"), .deleteDiffers), Self.record(2, "shop", "t", ("id", "8"))]
        ) { (fixture, _) async throws in
            let fleet = fixture.fleet
            let senseless = await #expect(throws: Failure.self) {
                try await fleet.resolveConflicts(of: "shop", kind: nil, table: nil, for: .source)
            }
            #expect(senseless?.remedy == "take a, or b")
            #expect(try await fleet.resolveConflicts(of: "shop", kind: nil, table: "nowhere", for: .a).isEmpty)
            // What the other half has found of the row goes with it, whatever its class there.
            #expect(try await fleet.resolveConflicts(of: "shop", kind: .updateMissing, table: "west.u", for: .a).count == 2)
            #expect(fixture.store.contents.conflicts.filter { !$0.decided }.map { $0.record?.key.first?.value } == ["6", "8"])
            #expect(try await fleet.resolveConflicts(of: "shop", kind: nil, table: nil, for: .b).count == 2)
            #expect(!fixture.store.contents.conflicts.contains { !$0.decided })
        }
    }
}
