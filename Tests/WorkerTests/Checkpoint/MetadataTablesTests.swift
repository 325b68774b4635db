import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerSchema

/// Tasks on the same server share `__dts__`, and come and go independently of each other.
@Suite struct MetadataTablesTests {
    /// A task that only reads from a server has no checkpoint there, but needs the heartbeat and, on MariaDB, the identity.
    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func aTaskThatIsRemovedLeavesTheOthersTheirTables(server: TestServer) async throws {
        try await blocking {
            let session = try Session(try server.options())
            try MetadataTables.install(for: "stays", session, isMariaDB: session.isMariaDB)
            defer { _ = try? MetadataTables.remove(task: "stays", from: session) }
            let identity = try ServerProfile(session).uuid
            try MetadataTables.install(for: "goes", session, isMariaDB: session.isMariaDB)
            try MetadataTables.remove(task: "goes", from: session)
            try #require(try MetadataTables.isInstalled(session))
            #expect(try session.value("SELECT COUNT(*) FROM `\(metadataDatabase)`.heartbeat") == "1")
            #expect(try ServerProfile(session).uuid == identity)
        }
    }

    @Test(arguments: [TestServer.mysqlB, .mariaDBB])
    func tasksThatBeginWhileOthersEndFindTheirTables(server: TestServer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await blocking {
                        let session = try Session(try server.options())
                        let task = "metadata-\(number)"
                        for _ in 0..<10 {
                            try MetadataTables.install(for: task, session, isMariaDB: session.isMariaDB)
                            // Fails when somebody else has dropped what this task needs.
                            try session.execute("UPDATE `\(metadataDatabase)`.heartbeat SET beat = beat + 1")
                            _ = try session.rows("SELECT * FROM `\(metadataDatabase)`.progress LIMIT 0")
                            try MetadataTables.remove(task: task, from: session)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
