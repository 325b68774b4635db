import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether the target's disk has room for the rows that are copied, where the target tells.
enum SpaceCheck {
    static let check = Check("target-space", needs: [.source, .target], "free space of 1.2 times the size of the selected tables") { scope in
        guard scope.wantsData else { return .skip("no rows are copied") }
        if try scope.checkpoint() != nil { return .skip("the task has begun already") }
        let needed = Double(try size(scope)) * scope.limits.spaceFactor
        return verdict(needed: needed, free: try free(try scope.session(.target)))
    }

    /// - Parameters:
    ///   - needed: bytes.
    ///   - free: bytes; nil: the server does not tell.
    static func verdict(needed: Double, free: UInt64?) -> Check.Verdict {
        let facts = "\(megabytes(needed)) are needed"
        guard let free else {
            return .skip(
                "\(facts); the target does not tell what it has (MariaDB does with INSTALL SONAME 'disks' and the privilege FILE)")
        }
        return Double(free) >= needed
            ? .pass("\(facts), \(megabytes(Double(free))) are free")
            : .fail(
                .verificationFailed, "\(facts), \(megabytes(Double(free))) are free",
                remedy: "give the target a larger disk, or select fewer tables",
                risk:
                    "the target's disk may be full before all rows are copied, which stops everybody who writes there; sizes are of the statistics")
    }

    /// Bytes, with indexes, by the source's statistics.
    private static func size(_ scope: VerifyScope) throws(MySQLError) -> UInt64 {
        let session = try scope.another(.source)
        // A day old otherwise.
        if try scope.variable("information_schema_stats_expiry", .source) != nil {
            try session.execute("SET SESSION information_schema_stats_expiry = 0")
        }
        var sum: UInt64 = 0
        let selected = Set(try scope.selected().tables.map(\.source))
        for database in scope.objects.databases {
            for row in try session.rows(
                """
                SELECT TABLE_NAME, COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) FROM information_schema.TABLES
                WHERE TABLE_SCHEMA = \(quoteText(database))
                """)
            where selected.contains(TableName(database: database, table: row[0] ?? "")) {
                sum += row[1].flatMap { UInt64($0) } ?? 0
            }
        }
        return sum
    }

    /// Bytes on the disk of the data folder; nil: the server does not tell.
    private static func free(_ target: Session) throws(MySQLError) -> UInt64? {
        let folder = try target.value("SELECT @@GLOBAL.datadir") ?? ""
        let disks: [TextRow]
        do throws(MySQLError) {
            disks = try target.rows("SELECT Path, Available FROM information_schema.DISKS")
        } catch {
            if error.isPassing { throw error }
            return nil
        }
        return free(of: folder, disks)
    }

    /// - Parameter disks: a folder and the free kibibytes of its disk.
    static func free(of folder: String, _ disks: [TextRow]) -> UInt64? {
        let mine = disks.filter { folder.hasPrefix($0[0] ?? " ") }.max { ($0[0] ?? "").count < ($1[0] ?? "").count }
        return mine?[1].flatMap { UInt64($0) }.map { $0 * 1024 }
    }

    private static func megabytes(_ bytes: Double) -> String { "\(Int((bytes / 1e6).rounded(.up))) MB" }
}
