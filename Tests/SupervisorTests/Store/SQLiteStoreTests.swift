import FoundationEssentials
import SupervisorNotices
import SupervisorStore
import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("SQLite store")
struct SQLiteStoreTests {
    private static let password = "Pa55-in-nobodys-file"

    /// A data folder of its own, removed afterwards.
    private func withFolder(_ body: (StoreFolder) async throws -> Void) async throws {
        let path = "\(FileManager.default.temporaryDirectory.path)/dts-store-\(UUID().uuidString)"
        let folder = try StoreFolder(creating: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(folder)
    }

    private func open(_ folder: StoreFolder) throws -> SQLiteStore {
        try SQLiteStore(folder, box: try SecretBox(folder))
    }

    private func record(_ name: String = "orders", id: String = "1") -> TaskRecord {
        let spec = TaskSpec(
            name: name,
            source: Endpoint(host: "a", user: "dts"),
            target: Endpoint(socket: "/run/b.sock", user: "dts"),
            conflict: .newest(column: "at"),
            sql: SQLSelection(ddl: .kinds(["create-table"])),
            objects: [ObjectSelection(database: "shop", tables: [TableSelection(name: "orders", filter: "id > 1")])],
            ownerEmail: "ops@example.com"
        )
        return TaskRecord(
            id: id,
            name: name,
            pair: PairRole(pair: "shop", direction: .aToB, reverseTask: "2", mergesData: true, reverseCarriesDDL: true),
            spec: spec,
            secrets: Secrets(source: Self.password, target: "other"),
            memory: .init(
                state: .retrying,
                desired: .up,
                phase: .data,
                failure: Failure(.connectionLost, "gone", remedy: "wait", kind: .transient),
                restarts: 3,
                startAt: 77,
                leftTraces: true
            ),
            failedAt: 5,
            skippedItems: ["foreign-keys"],
            source: ServerFacts(type: "mysql", host: "a", port: 3306, server: "9.7.0", serverUUID: "u"),
            createdAt: 9
        )
    }

    private func conflict(_ sequence: UInt64, _ decision: ConflictDecision = .tookSource) -> ConflictRecord {
        ConflictRecord(
            sequence: sequence,
            kind: .updateDiffers,
            database: "shop",
            table: "orders",
            key: [NamedValue(column: "id", value: "1")],
            before: [],
            after: nil,
            current: [NamedValue(column: "note", value: nil)],
            position: BinlogPosition(gtid: "u:1-5"),
            decision: decision,
            at: 3
        )
    }

    @Test("what was stored is there for the next one that opens the folder")
    func survives() async throws {
        try await withFolder { folder in
            let record = record()
            let progress = Progress(phase: .data, lagMs: 5, counts: Counts(transactions: 7), unresolvedConflicts: 1)
            let verification = Verification(items: [CheckItem(item: "x", level: .alarm, facts: "f")], at: 4)
            let pair = PairRecord(
                spec: PairSpec(
                    name: "shop",
                    a: Endpoint(host: "a", user: "u"),
                    b: Endpoint(host: "b", user: "u"),
                    objects: [ObjectSelection(database: "shop")],
                    prevails: .newest(column: "at")
                ),
                secrets: Secrets(source: "x", target: "y"),
                scenario: .bStructureOnly,
                desired: .up,
                gate: .prepared,
                aToB: "1",
                bToA: "2",
                createdAt: 8
            )
            do {
                let store = try open(folder)
                try await store.create(record)
                try await store.save(progress: ["1": progress])
                try await store.save(verification: verification, of: "1", notices: [])
                try await store.insert([conflict(1, .reported)], of: "1")
                try await store.create(pair, tasks: [])
            }
            let loaded = try await open(folder).load()
            #expect(loaded.tasks == [record])
            #expect(loaded.progress == ["1": progress])
            #expect(loaded.verifications == ["1": verification])
            #expect(loaded.undecided == ["1": 1])
            #expect(loaded.pairs == [pair])
            #expect(loaded.unreadable.isEmpty)
        }
    }

    @Test("passwords are in no file of the folder, not even in the write-ahead log, and files are their owner's alone")
    func secrets() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record())
            let paths = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { "\(folder.path)/\($0)" }
            #expect(paths.contains { $0.hasSuffix("-wal") })
            for path in paths where !path.hasSuffix("/logs") {
                let bytes = try Data(contentsOf: URL(filePath: path))
                #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.password), "\(path)")
            }
            let key = try FileManager.default.attributesOfItem(atPath: folder.key)
            #expect(key[.posixPermissions] as? Int == 0o600)
            let own = try FileManager.default.attributesOfItem(atPath: folder.path)
            #expect(own[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("a missing key is made anew in an empty folder only; put back, everything is as it was")
    func missingKey() async throws {
        try await withFolder { folder in
            try await open(folder).create(record())
            let key = try Data(contentsOf: URL(filePath: folder.key))
            try FileManager.default.removeItem(atPath: folder.key)
            let failure = #expect(throws: Failure.self) { try open(folder) }
            #expect(failure?.code == .keyMissing)
            #expect(failure?.message.contains(folder.key) == true && failure?.remedy.contains("backup") == true)
            #expect(!FileManager.default.fileExists(atPath: folder.key))
            try key.write(to: URL(filePath: folder.key))
            #expect(try await open(folder).load().tasks == [record()])
        }
    }

    @Test("under another key a task is set aside, not lost and not in the way of others")
    func otherKey() async throws {
        try await withFolder { folder in
            try await open(folder).create(record())
            try Data(repeating: 7, count: 32).write(to: URL(filePath: folder.key))
            let store = try open(folder)
            try await store.create(record("readable", id: "2"))
            let loaded = try await store.load()
            #expect(loaded.tasks.map(\.name) == ["readable"])
            let unreadable = try #require(loaded.unreadable.first)
            #expect(loaded.unreadable.count == 1 && unreadable.name == "orders" && unreadable.subject == .task(id: "1", pair: "shop"))
            #expect(unreadable.failure.code == .recordUnreadable && unreadable.reason.contains("key"))
            let refusal = await #expect(throws: Failure.self) { try await store.create(record("orders", id: "3")) }
            #expect(refusal?.code == .alreadyExists)
        }
    }

    @Test("a file that is not a key is refused, never replaced")
    func damagedKey() async throws {
        try await withFolder { folder in
            try Data([1, 2, 3]).write(to: URL(filePath: folder.key))
            let failure = #expect(throws: Failure.self) { try SecretBox(folder) }
            #expect(failure?.code == .storeFailed)
            #expect(try Data(contentsOf: URL(filePath: folder.key)) == Data([1, 2, 3]))
        }
    }

    @Test("a conflict that comes twice is one conflict, and its decision is kept")
    func conflicts() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record())
            try await store.insert([conflict(1, .reported), conflict(2)], of: "1")
            #expect(try await store.undecided(of: "1") == 1)
            let first = try #require(try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 10)).last)
            #expect(first.record == conflict(1, .reported))
            try await store.resolve(first.id, as: .keptTarget)
            try await store.insert([conflict(1, .reported), conflict(2), conflict(3)], of: "1")
            #expect(try await store.undecided(of: "1") == 0)
            #expect(try await store.conflict(first.id)?.record?.decision == .keptTarget)
            let page = try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 2))
            #expect(page.map(\.sequence) == [3, 2])
            let rest = try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 2, before: page.last?.id))
            #expect(rest.map(\.sequence) == [1])
            #expect(try await store.conflicts(ConflictSelection(tasks: [], limit: 2)).isEmpty)
        }
    }

    @Test("a decision that comes with a record that awaits it is taken over; numbers that are not there are counted")
    func decisionsAndGaps() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record())
            #expect(try await store.conflictsMissed(by: ["1"]) == 0)
            try await store.insert([conflict(2), conflict(5, .reported)], of: "1")
            try await store.insert([conflict(5, .tookSource)], of: "1")
            #expect(try await store.undecided(of: "1") == 0)
            let found = try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 10))
            #expect(found.map(\.decision) == [.tookSource, .tookSource] && found.allSatisfy(\.decided))
            #expect(try await store.conflictsMissed(by: ["1"]) == 3)
        }
    }

    @Test("conflicts are listed by when they were found, page by page, and by class and table")
    func conflictsByTime() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record())
            func found(_ sequence: UInt64, at: UInt64, _ kind: ConflictClass, _ table: String) -> ConflictRecord {
                var record = conflict(sequence, .reported)
                (record.at, record.kind, record.table) = (at, kind, table)
                return record
            }
            // Told in another order than found.
            try await store.insert(
                [
                    found(1, at: 30, .updateDiffers, "t"), found(2, at: 10, .updateDiffers, "u"), found(3, at: 20, .deleteDiffers, "t"),
                    found(4, at: 20, .updateDiffers, "t"),
                ], of: "1")
            let database = conflict(1).database
            func listed(
                _ kind: ConflictClass? = nil, _ table: String? = nil, limit: Int = 10, before: Int64? = nil
            ) async throws -> [StoredConflict] {
                try await store.conflicts(ConflictSelection(tasks: ["1"], kind: kind, tableText: table, limit: limit, before: before))
            }
            let first = try await listed(limit: 2)
            #expect(first.map(\.sequence) == [1, 4])
            #expect(try await listed(before: first.last?.id).map(\.sequence) == [3, 2])
            #expect(try await listed(.updateDiffers).map(\.sequence) == [1, 4, 2])
            #expect(try await listed(nil, "t").map(\.sequence) == [1, 4, 3])
            #expect(try await listed(.deleteDiffers, "\(database).t").map(\.sequence) == [3])
            #expect(try await listed(nil, "elsewhere.t").isEmpty)
            // Names with points of their own.
            var pointed = found(5, at: 5, .updateDiffers, "t.v1")
            pointed.database = "shop.eu"
            try await store.insert([pointed], of: "1")
            #expect(try await listed(nil, "shop.eu.t.v1").map(\.sequence) == [5])
            #expect(try await listed(nil, "t.v1").map(\.sequence) == [5])
            let selection = ConflictSelection(tasks: ["1"], database: "shop.eu", table: "t.v1", limit: 10)
            #expect(try await store.conflicts(selection).map(\.sequence) == [5])
        }
    }

    @Test("a pair and its tasks change together or not at all; what else is stored of them stays")
    func atomicChange() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            let tasks = [record("shop-a-to-b", id: "1"), record("shop-b-to-a", id: "2")]
            var pair = PairRecord(
                spec: PairSpec(name: "shop", a: Endpoint(host: "a", user: "u"), b: Endpoint(host: "b", user: "u"), objects: []),
                secrets: Secrets(source: "x", target: "y"), scenario: .auto, aToB: "1", bToA: "2", createdAt: 8)
            try await store.create(pair, tasks: tasks)
            try await store.insert([conflict(1, .reported)], of: "1")
            pair.spec.retryMinutes = 7
            var changed = tasks
            for index in changed.indices { changed[index].spec.retryMinutes = 7 }
            try await store.save(pair, tasks: changed)
            let loaded = try await store.load()
            #expect(loaded.pairs == [pair] && loaded.tasks == changed && loaded.undecided == ["1": 1])
            // Another task has the name: nothing of it is stored.
            var impossible = changed
            impossible[1].name = "shop-a-to-b"
            let next = pair
            await #expect(throws: Failure.self) {
                var next = next
                next.spec.retryMinutes = 8
                try await store.save(next, tasks: impossible)
            }
            #expect(try await store.load().pairs == [pair])
        }
    }

    @Test("a pair and its tasks come together or not at all")
    func atomicPair() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record("shop-b-to-a", id: "9"))
            let pair = PairRecord(
                spec: PairSpec(
                    name: "shop",
                    a: Endpoint(host: "a", user: "u"),
                    b: Endpoint(host: "b", user: "u"),
                    objects: []
                ),
                secrets: Secrets(source: "x", target: "y"),
                scenario: .auto,
                aToB: "1",
                bToA: "2",
                createdAt: 8
            )
            await #expect(throws: Failure.self) {
                try await store.create(pair, tasks: [record("shop-a-to-b", id: "1"), record("shop-b-to-a", id: "2")])
            }
            let loaded = try await store.load()
            #expect(loaded.pairs.isEmpty)
            #expect(loaded.tasks.map(\.id) == ["9"])
        }
    }

    @Test("removing a task removes all that belongs to it; saving it again does not")
    func removal() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            try await store.create(record())
            try await store.insert([conflict(1)], of: "1")
            try await store.save(progress: ["1": Progress(phase: .data), "unknown": Progress(phase: .data)])
            try await store.save(record(), notices: [Notice(id: "n", .failed, task: "orders", text: "t", at: 1)])
            #expect(try await store.load().progress.keys.sorted() == ["1"])
            #expect(try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 5)).count == 1)
            try await store.remove(task: "1", notices: [])
            #expect(try await store.load().tasks.isEmpty)
            #expect(try await store.conflicts(ConflictSelection(tasks: ["1"], limit: 5)).isEmpty)
            #expect(try await store.notices(NoticeSelection(unreadOnly: true, limit: 5)).count == 1)
        }
    }

    @Test("notices are unread until they are read")
    func notices() async throws {
        try await withFolder { folder in
            let store = try open(folder)
            let notice = Notice(id: "n", .conflictReported, task: "orders", text: "conflict-reported: …", at: 1)
            try await store.add([notice])
            let stored = try #require(try await store.notices(NoticeSelection(unreadOnly: true, limit: 5)).first)
            #expect(stored.notice == notice)
            #expect(try await store.readNotice(stored.number)?.isRead == true)
            #expect(try await store.notices(NoticeSelection(unreadOnly: true, limit: 5)).isEmpty)
            #expect(try await store.readNotice(99) == nil)
        }
    }

    @Test("a second lock on the folder is refused with the holder's process number, and free again afterwards")
    func lock() async throws {
        try await withFolder { folder in
            do {
                let lock = try FolderLock(folder)
                var refusal: Failure?
                do throws(Failure) { _ = try FolderLock(folder) } catch { refusal = error }
                #expect(refusal?.code == .alreadyExists)
                #expect(refusal?.message.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
                withExtendedLifetime(lock) {}
            }
            _ = try FolderLock(folder)
        }
    }

    @Test("a folder that cannot be created says which")
    func folder() {
        let failure = #expect(throws: Failure.self) { try StoreFolder(creating: "/proc/nowhere/data") }
        #expect(failure?.code == .storeFailed)
        #expect(failure?.message.contains("/proc/nowhere") == true)
    }
}
