import Logging
import SyncModel
import SyncMySQL
import TestSupport
import Testing
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

@testable import WorkerSource

/// A table as its rows in the log describe it is the table that the server describes.
@Suite struct LoggedTableTests {
    private static let columns = [
        "id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY", "a TINYINT", "b SMALLINT UNSIGNED ZEROFILL", "c MEDIUMINT", "d BIGINT UNSIGNED",
        "e DECIMAL(10, 2) UNSIGNED", "f FLOAT", "g DOUBLE UNSIGNED", "h BIT(40)", "i YEAR", "j DATE", "k TIME(3)", "l DATETIME(6)",
        "m TIMESTAMP NULL", "n CHAR(3) CHARACTER SET latin1", "o CHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "ag GEOMETRY",
        "p BINARY(4)",
        "q VARCHAR(300) CHARACTER SET sjis", "r VARBINARY(8)", "s TINYTEXT", "t MEDIUMTEXT CHARACTER SET ucs2", "u LONGBLOB", "v JSON",
        "w ENUM('a', 'it''s', 'x,y', 'back\\\\slash', 'ö')", "x ENUM('é', 'ü') CHARACTER SET latin1", "y SET('数', '据') CHARACTER SET gbk",
        "aa POINT", "z SET('a', 'b') CHARACTER SET utf16", "ab GEOMETRY", "ac INT AS (a + 1) STORED", "ad VARCHAR(9) AS ('x') VIRTUAL",
        "`first` INT", "`odd ``name` INT", "größe INT",
    ]

    private static func context(_ server: TestServer, _ database: String) throws -> TaskContext {
        let options = try server.options()
        let session = try Session(options)
        let endpoint = options.endpoint
        return TaskContext(
            taskID: "logged-table", spec: TaskSpec(name: "logged-table", source: endpoint, target: endpoint, objects: [ObjectSelection(database: database)]),
            source: options, target: options, sourceProfile: try ServerProfile(session), targetProfile: try ServerProfile(session),
            store: CheckpointStore(task: "logged-table", epoch: 1), control: RunControl(limits: Limits()), logger: Logger(label: "logged-table"))
    }

    /// What row images depend on. All sizes of a kind are logged alike, and so are the kinds of geometries.
    private static func essence(_ definition: TableDefinition, without names: Set<String>) -> [String] {
        definition.columns.filter { !names.contains($0.name) }.map { column in
            let type =
                switch column.dataType {
                case "tinyblob", "blob", "mediumblob": "longblob"
                case "tinytext", "text", "mediumtext": "longtext"
                case "point": "geometry"
                default: column.dataType
                }
            return "\(column.name) \(type) \(Members(column)?.names ?? []) unsigned=\(column.isUnsigned) \(column.characterSet ?? "-") null=\(column.isNullable)"
        }
    }

    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func theLogSaysWhatTheServerSays(server: TestServer) async throws {
        try await blocking {
            let database = "logged_\(server.isMariaDB ? "mariadb" : "mysql")"
            let session = try Session(try server.options())
            try session.execute("DROP DATABASE IF EXISTS \(database)")
            try session.execute("CREATE DATABASE \(database) CHARACTER SET utf8mb4")
            let task = "logged-table"
            // Whoever reads a log notes clashes there.
            try MetadataTables.install(for: task, session, isMariaDB: session.isMariaDB)
            defer {
                _ = try? session.execute("DROP DATABASE \(database)")
                _ = try? MetadataTables.remove(task: task, from: session)
            }
            let more = server.isMariaDB ? ["ae UUID", "af INET6"] : []
            try session.execute("CREATE TABLE \(database).t (\((Self.columns + more).joined(separator: ", ")))")
            let context = try Self.context(server, database)
            let start = try currentBinlogPosition(session, context.sourceProfile)
            try session.execute("INSERT INTO \(database).t () VALUES ()")
            let end = try currentBinlogPosition(session, context.sourceProfile)
            var found: TableMap?
            try LogScan(context).read(from: start, to: end) { event, _, _ in
                if case .tableMap(let map) = event, map.database == database { found = map }
                return found == nil
            }
            let map = try #require(found)
            #expect(map.hasColumnNames)
            let source = SourceDefinitions(context)
            let names = map.columns.compactMap(\.name)
            let told = try #require(try source.now(TableName(database: database, table: "t")))
            let logged = try LoggedTable(map: map, names: names, described: [], source: source).definition()
            // What it does not say.
            let unsaid: Set = ["ae", "af"]
            #expect(Self.essence(logged, without: unsaid) == Self.essence(told, without: unsaid))
            let completed = try LoggedTable(map: map, names: names, described: [told], source: source).definition()
            #expect(completed.columns.map(\.dataType) == told.columns.map(\.dataType))
            #expect(completed.columns.map(\.isGenerated) == told.columns.map(\.isGenerated))
            #expect(completed.columns.map(\.columnType) == told.columns.map(\.columnType))
        }
    }
}
