import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether the task's users may do what the task does.
enum PrivilegeChecks {
    static let source = Check(
        "source-privileges",
        needs: [.source],
        "REPLICATION SLAVE, REPLICATION CLIENT (BINLOG MONITOR on MariaDB), SELECT on the objects, all on \(metadataDatabase)"
    ) { scope in
        let session = try scope.session(.source)
        let profile = try scope.profile(.source)
        let account = try scope.account(.source)
        var grants: [String] = []
        let probe = PrivilegeProbe(session)
        let seesPosition = try canReadPosition(session, profile)
        if !seesPosition {
            grants.append(
                "GRANT \(profile.isMariaDB && profile.isAtLeast(10, 5) ? "BINLOG MONITOR" : "REPLICATION CLIENT") ON *.* TO \(account)"
            )
        }
        if profile.hasBinlog, try !canReadBinlog(scope, profile, knowsPosition: seesPosition) {
            grants.append("GRANT REPLICATION SLAVE ON *.* TO \(account)")
        }
        var unseen: Set<String> = []
        for database in scope.objects.databases {
            if try !probe.has(.select, on: database), try !allows(.select, probe, database, scope) {
                unseen.insert(database)
                grants.append("GRANT SELECT, SHOW VIEW ON \(quoteIdentifier(database)).* TO \(account)")
            }
        }
        if scope.wantsData, !profile.isMariaDB {
            // MariaDB tells a snapshot's place without a lock. What cannot be seen may have a table without a key.
            for database in unseen.union(try scope.keylessTables().map(\.database)).sorted()
            where try !probe.has(.lockTables, on: database) {
                grants.append("GRANT LOCK TABLES ON \(quoteIdentifier(database)).* TO \(account)")
            }
        }
        grants += try metadataGrants(probe, account)
        return verdict(grants, account, .source)
    }

    static let target = Check(
        "target-privileges",
        needs: [.target],
        "SELECT, INSERT, UPDATE, DELETE on the objects, CREATE for what is to be created, all on \(metadataDatabase)"
    ) { scope in
        let account = try scope.account(.target)
        let probe = PrivilegeProbe(try scope.session(.target))
        var wanted: [PrivilegeProbe.Privilege] = [.select, .insert, .update, .delete]
        if scope.wantsStructure { wanted += [.create, .createView, .references] }
        if scope.spec.sql.ddl != .none { wanted += [.create, .drop, .alter] }
        var grants: [String] = []
        for database in Set(scope.objects.databases.compactMap { scope.objects.targetDatabase(of: $0) }).sorted() {
            var missing: [String] = []
            for privilege in wanted where try !probe.has(privilege, on: database) {
                if try !allowsOnTarget(privilege, probe, database, scope) { missing.append(privilege.rawValue) }
            }
            if !missing.isEmpty {
                grants.append(
                    "GRANT \(missing.joined(separator: ", ")) ON \(quoteIdentifier(database)).* TO \(account)"
                )
            }
        }
        grants += try metadataGrants(probe, account)
        return verdict(grants, account, .target)
    }

    private static func verdict(_ grants: [String], _ account: String, _ side: Check.Side) -> Check.Verdict {
        grants.isEmpty
            ? .pass("\(account) may do all that is needed")
            : .fail(
                .privilegeMissing,
                "\(account) lacks \(grants.count) grants",
                mend: Remedy(side, grants)
            )
    }

    private static func metadataGrants(_ probe: PrivilegeProbe, _ account: String) throws(MySQLError) -> [String] {
        for privilege in PrivilegeProbe.Privilege.allCases
        where ![.lockTables, .createView, .references].contains(privilege) {
            if try !probe.has(privilege, on: metadataDatabase) {
                return ["GRANT ALL PRIVILEGES ON \(quoteIdentifier(metadataDatabase)).* TO \(account)"]
            }
        }
        return []
    }

    /// Rights may be granted table by table.
    private static func allows(
        _ privilege: PrivilegeProbe.Privilege,
        _ probe: PrivilegeProbe,
        _ database: String,
        _ scope: VerifyScope
    ) throws(MySQLError) -> Bool {
        // Of a whole database, tables that are created later belong to it too.
        guard scope.objects.selection(database)?.tables != nil else { return false }
        let tables = try scope.selected().tables.filter { $0.source.database == database }
        for table in tables {
            guard let column = try scope.definition(table.source)?.columns.first else { return false }
            if try !probe.has(privilege, on: table.source, column: column.name) { return false }
        }
        // A user who may see nothing sees no tables.
        return !tables.isEmpty
    }

    private static func allowsOnTarget(
        _ privilege: PrivilegeProbe.Privilege,
        _ probe: PrivilegeProbe,
        _ database: String,
        _ scope: VerifyScope
    ) throws(MySQLError) -> Bool {
        if privilege == .createView { return try !wantsViews(database, scope) }
        if privilege == .references { return try !wantsForeignKeys(database, scope) }
        guard !scope.wantsStructure else { return false }
        // By what is selected, and not by what the source has of it so far: the other half of a pair may have to make that first.
        for name in scope.objects.databases where scope.objects.targetDatabase(of: name) == database {
            guard let tables = scope.objects.selection(name)?.tables else { return false }
            for table in tables {
                guard let target = scope.objects.target(of: TableName(database: name, table: table.name)),
                    let column = try scope.definition(target, on: .target)?.columns.first, try probe.has(privilege, on: target, column: column.name)
                else { return false }
            }
        }
        return true
    }

    /// Whether the user may see what the source has in a database; otherwise anything may be there.
    private static func sees(_ database: String, _ scope: VerifyScope) throws(MySQLError) -> Bool {
        let probe = PrivilegeProbe(try scope.session(.source))
        if try probe.has(.select, on: database) { return true }
        return try allows(.select, probe, database, scope)
    }

    private static func wantsViews(_ database: String, _ scope: VerifyScope) throws(MySQLError) -> Bool {
        guard scope.isReached(.source) else { return true }
        for name in scope.objects.databases where scope.objects.targetDatabase(of: name) == database {
            guard let selection = scope.objects.selection(name) else { continue }
            if selection.views?.isEmpty != true, selection.views != nil || selection.tables == nil, try !sees(name, scope) { return true }
            if let views = selection.views {
                if !views.isEmpty { return true }
            } else if selection.tables == nil, try !SchemaReader(try scope.session(.source)).views(in: name).isEmpty {
                return true
            }
        }
        return false
    }

    private static func wantsForeignKeys(_ database: String, _ scope: VerifyScope) throws(MySQLError) -> Bool {
        guard scope.isReached(.source) else { return true }
        for name in scope.objects.databases where scope.objects.targetDatabase(of: name) == database {
            if try !sees(name, scope) { return true }
        }
        let rows = try scope.session(.source).rows(
            "SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL"
        )
        return rows.contains { row in
            guard let name = row[0], let table = row[1] else { return false }
            return scope.objects.target(of: TableName(database: name, table: table))?.database == database
        }
    }

    private static func canReadPosition(_ session: Session, _ profile: ServerProfile) throws(MySQLError) -> Bool {
        do {
            _ = try currentBinlogPosition(session, profile)
            return true
        } catch {
            if error.code == .specificAccessDenied { return false }
            // Without a binlog there is no position; that is another item.
            if error.isPassing { throw error }
            return true
        }
    }

    /// Asks for the binlog as the task will, takes one event and ends the connection.
    /// - Parameter knowsPosition: whether the user may see the log's end; otherwise its first file is asked for.
    private static func canReadBinlog(_ scope: VerifyScope, _ profile: ServerProfile, knowsPosition: Bool) throws(MySQLError) -> Bool {
        let position = knowsPosition ? try currentBinlogPosition(try scope.session(.source), profile) : BinlogPosition()
        let session = try scope.another(.source)
        let connection = session.connectionID
        // The server would notice only at its next event that nobody listens.
        defer { _ = try? scope.session(.source).execute("KILL CONNECTION \(connection)") }
        try session.execute("SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE'")
        do {
            let stream = try BinlogStream(
                session,
                serverID: UInt32.random(in: 1 << 30...UInt32.max - 1),
                from: .file(position.file ?? "", offset: position.offset ?? 4)
            )
            _ = try stream.next()
            return true
        } catch {
            if error.isPassing { throw error }
            return error.code != .specificAccessDenied && error.code != .accessDenied
        }
    }
}
