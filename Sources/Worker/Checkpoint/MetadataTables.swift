import Glibc
package import SyncMySQL
import WorkerSchema

/// The tables of ours on each server. Columns are only ever added, at the end: the reverse task's reader takes the
/// first ones of `progress` by their place in the row image (``MarkerColumn``).
package enum MetadataTables {
    private static let database = metadataDatabase

    private static let definitions: [String] = [
        """
        task (
            id VARCHAR(64) NOT NULL PRIMARY KEY,
            target_uuid VARCHAR(64) NOT NULL DEFAULT '',
            epoch BIGINT UNSIGNED NOT NULL DEFAULT 0,
            clashes BIGINT UNSIGNED NOT NULL DEFAULT 0
        )
        """,
        """
        identity (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
            uuid VARCHAR(64) NOT NULL
        )
        """,
        """
        member (
            server VARCHAR(64) NOT NULL PRIMARY KEY
        )
        """,
        """
        progress (
            task VARCHAR(64) NOT NULL,
            lane INT UNSIGNED NOT NULL,
            batch BIGINT UNSIGNED NOT NULL DEFAULT 0,
            batch_transactions BIGINT UNSIGNED NOT NULL DEFAULT 0,
            origins TEXT NOT NULL,
            epoch BIGINT UNSIGNED NOT NULL,
            connection BIGINT UNSIGNED NOT NULL DEFAULT 0,
            stage VARCHAR(16) NOT NULL DEFAULT 'new',
            source_uuid VARCHAR(64) NOT NULL DEFAULT '',
            gtid LONGTEXT NULL,
            file VARCHAR(512) NULL,
            file_offset BIGINT UNSIGNED NULL,
            window_file VARCHAR(512) NULL,
            window_offset BIGINT UNSIGNED NULL,
            transactions BIGINT UNSIGNED NOT NULL DEFAULT 0,
            inserts BIGINT UNSIGNED NOT NULL DEFAULT 0,
            updates BIGINT UNSIGNED NOT NULL DEFAULT 0,
            deletes BIGINT UNSIGNED NOT NULL DEFAULT 0,
            ddl BIGINT UNSIGNED NOT NULL DEFAULT 0,
            looped BIGINT UNSIGNED NOT NULL DEFAULT 0,
            insert_exists BIGINT UNSIGNED NOT NULL DEFAULT 0,
            update_differs BIGINT UNSIGNED NOT NULL DEFAULT 0,
            update_missing BIGINT UNSIGNED NOT NULL DEFAULT 0,
            delete_differs BIGINT UNSIGNED NOT NULL DEFAULT 0,
            delete_missing BIGINT UNSIGNED NOT NULL DEFAULT 0,
            unique_violation BIGINT UNSIGNED NOT NULL DEFAULT 0,
            prepared LONGTEXT NULL,
            source_server VARCHAR(64) NOT NULL DEFAULT '',
            known_file VARCHAR(512) NULL,
            known_offset BIGINT UNSIGNED NULL,
            known_server VARCHAR(64) NOT NULL DEFAULT '',
            joining TINYINT UNSIGNED NOT NULL DEFAULT 0,
            ddl_not_carried BIGINT UNSIGNED NOT NULL DEFAULT 0,
            daemon VARCHAR(64) NOT NULL DEFAULT '',
            daemon_host VARCHAR(255) NOT NULL DEFAULT '',
            daemon_started BIGINT UNSIGNED NOT NULL DEFAULT 0,
            daemon_folder VARCHAR(512) NOT NULL DEFAULT '',
            PRIMARY KEY (task, lane)
        )
        """,
        """
        heartbeat (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
            beat BIGINT UNSIGNED NOT NULL
        )
        """,
        """
        load_state (
            task VARCHAR(64) NOT NULL,
            source_database VARCHAR(64) NOT NULL,
            source_table VARCHAR(64) NOT NULL,
            last_key LONGTEXT NULL,
            rows_done BIGINT UNSIGNED NOT NULL DEFAULT 0,
            done TINYINT UNSIGNED NOT NULL DEFAULT 0,
            from_file VARCHAR(512) NULL,
            from_offset BIGINT UNSIGNED NULL,
            PRIMARY KEY (task, source_database, source_table)
        )
        """,
        """
        load_chunk (
            task VARCHAR(64) NOT NULL,
            source_database VARCHAR(64) NOT NULL,
            source_table VARCHAR(64) NOT NULL,
            chunk BIGINT UNSIGNED NOT NULL,
            lower_key LONGTEXT NULL,
            upper_key LONGTEXT NULL,
            rows_done BIGINT UNSIGNED NOT NULL DEFAULT 0,
            PRIMARY KEY (task, source_database, source_table, chunk)
        )
        """,
        """
        conflict (
            task VARCHAR(64) NOT NULL,
            sequence BIGINT UNSIGNED NOT NULL,
            identity VARBINARY(1024) NOT NULL,
            decision VARCHAR(16) NOT NULL,
            record LONGTEXT NOT NULL,
            kept TINYINT UNSIGNED NOT NULL DEFAULT 0,
            reported TINYINT UNSIGNED NOT NULL DEFAULT 0,
            PRIMARY KEY (task, sequence)
        )
        """,
        """
        table_definition (
            task VARCHAR(64) NOT NULL,
            source_database VARCHAR(64) NOT NULL,
            source_table VARCHAR(64) NOT NULL,
            definition LONGTEXT NULL,
            PRIMARY KEY (task, source_database, source_table)
        )
        """,
        """
        statement (
            task VARCHAR(64) NOT NULL PRIMARY KEY,
            state VARCHAR(8) NOT NULL,
            connection BIGINT UNSIGNED NOT NULL,
            origins TEXT NOT NULL,
            place VARCHAR(1024) NOT NULL,
            statement LONGTEXT NOT NULL,
            before_it LONGTEXT NOT NULL,
            file VARCHAR(512) NULL,
            file_offset BIGINT UNSIGNED NULL,
            source_server VARCHAR(64) NOT NULL DEFAULT '',
            target_file VARCHAR(512) NULL,
            target_offset BIGINT UNSIGNED NULL,
            target_server VARCHAR(64) NOT NULL DEFAULT '',
            definitions LONGTEXT NULL,
            alike LONGTEXT NULL
        )
        """,
        """
        shared_table (
            task VARCHAR(64) NOT NULL,
            source_database VARCHAR(64) NOT NULL,
            source_table VARCHAR(64) NOT NULL,
            PRIMARY KEY (task, source_database, source_table)
        )
        """,
        """
        source_file (
            task VARCHAR(64) NOT NULL PRIMARY KEY,
            file VARCHAR(512) NOT NULL,
            begun BIGINT UNSIGNED NOT NULL
        )
        """,
        """
        statement_decision (
            task VARCHAR(64) NOT NULL,
            statement VARCHAR(640) NOT NULL,
            replacement LONGTEXT NULL,
            decided_at DATETIME NOT NULL,
            PRIMARY KEY (task, statement)
        )
        """,
        """
        arrival (
            task VARCHAR(64) NOT NULL,
            origin VARCHAR(64) NOT NULL,
            feeder VARCHAR(64) NOT NULL,
            server VARCHAR(64) NOT NULL DEFAULT '',
            gtid LONGTEXT NULL,
            file VARCHAR(512) NULL,
            file_offset BIGINT UNSIGNED NULL,
            handed TINYINT UNSIGNED NOT NULL DEFAULT 0,
            handed_to VARCHAR(64) NOT NULL DEFAULT '',
            PRIMARY KEY (task, origin, feeder)
        )
        """,
        """
        uncarried_statement (
            task VARCHAR(64) NOT NULL,
            sequence BIGINT UNSIGNED NOT NULL,
            kind VARCHAR(32) NOT NULL,
            place VARCHAR(1024) NOT NULL,
            statement TEXT NOT NULL,
            sides_differ TINYINT UNSIGNED NOT NULL,
            ran_at BIGINT UNSIGNED NOT NULL,
            told TINYINT UNSIGNED NOT NULL DEFAULT 0,
            PRIMARY KEY (task, sequence)
        )
        """,
        """
        coverage (
            task VARCHAR(64) NOT NULL PRIMARY KEY,
            body LONGTEXT NOT NULL
        )
        """,
        """
        open_statement (
            task VARCHAR(64) NOT NULL,
            by_task VARCHAR(64) NOT NULL,
            connection BIGINT UNSIGNED NOT NULL,
            origins TEXT NOT NULL,
            file VARCHAR(512) NULL,
            file_offset BIGINT UNSIGNED NULL,
            PRIMARY KEY (task, by_task)
        )
        """,
    ]

    /// Tables with rows of single tasks, in their column `task`.
    private static let ofTasks = [
        "progress", "load_state", "load_chunk", "conflict", "table_definition", "statement", "statement_decision",
        "open_statement", "shared_table", "arrival", "coverage", "uncarried_statement",
        "source_file",
    ]

    /// Makes what is missing and notes that the task needs it, on its source as well as on its target.
    ///
    /// - Parameter isMariaDB: MariaDB has no identity of its own that lasts, so it gets one; MySQL's is its `server_uuid`.
    package static func install(for task: String, _ session: Session, isMariaDB: Bool) throws {
        try locked(session) { () throws(MySQLError) in
            try create(session, isMariaDB: isMariaDB)
            // Only when it is missing: a statement that changes nothing would still wake every reader.
            let id = quoteText(task)
            if try session.value("SELECT 1 FROM `\(database)`.task WHERE id = \(id)") == nil {
                try session.execute("INSERT IGNORE INTO `\(database)`.task (id) VALUES (\(id))")
            }
        }
    }

    private static func create(_ session: Session, isMariaDB: Bool) throws(MySQLError) {
        if try session.value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(database)'") == nil {
            try session.execute("CREATE DATABASE IF NOT EXISTS `\(database)` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        }
        let present = try columns(session)
        for definition in definitions {
            let name = String(definition.prefix { $0 != " " })
            if present[name] != nil { continue }
            try session.execute(
                "CREATE TABLE IF NOT EXISTS `\(database)`.\(definition) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        }
        // Tables of an earlier version.
        for column in laterColumns {
            guard let known = present[column.table], !known.contains(column.name) else { continue }
            try session.execute("ALTER TABLE `\(database)`.\(column.table) ADD COLUMN \(column.name) \(column.definition)")
        }
        if try session.value("SELECT 1 FROM `\(database)`.heartbeat WHERE id = 1") == nil {
            try session.execute("INSERT IGNORE INTO `\(database)`.heartbeat (id, beat) VALUES (1, 0)")
        }
        if try session.value("SELECT 1 FROM `\(database)`.identity WHERE id = 1") == nil {
            let identity = isMariaDB ? "UUID()" : "@@GLOBAL.server_uuid"
            try session.execute("INSERT IGNORE INTO `\(database)`.identity (id, uuid) VALUES (1, \(identity))")
        }
        if try session.value("SELECT 1 FROM `\(database)`.member LIMIT 1") == nil {
            let server = isMariaDB ? "@@GLOBAL.server_id" : "@@GLOBAL.server_uuid"
            try session.execute("INSERT IGNORE INTO `\(database)`.member (server) VALUES (\(server))")
        }
    }

    /// Columns that tables of earlier versions do not have.
    private static let laterColumns: [(table: String, name: String, definition: String)] = [
        ("progress", "prepared", "LONGTEXT NULL"),
        ("progress", "source_server", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("progress", "known_file", "VARCHAR(512) NULL"), ("progress", "known_offset", "BIGINT UNSIGNED NULL"),
        ("progress", "known_server", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("progress", "joining", "TINYINT UNSIGNED NOT NULL DEFAULT 0"),
        ("progress", "ddl_not_carried", "BIGINT UNSIGNED NOT NULL DEFAULT 0"),
        ("progress", "daemon", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("progress", "daemon_host", "VARCHAR(255) NOT NULL DEFAULT ''"),
        ("progress", "daemon_started", "BIGINT UNSIGNED NOT NULL DEFAULT 0"),
        ("progress", "daemon_folder", "VARCHAR(512) NOT NULL DEFAULT ''"),
        ("statement", "file", "VARCHAR(512) NULL"), ("statement", "file_offset", "BIGINT UNSIGNED NULL"),
        ("statement", "source_server", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("statement", "target_file", "VARCHAR(512) NULL"), ("statement", "target_offset", "BIGINT UNSIGNED NULL"),
        ("statement", "target_server", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("statement", "definitions", "LONGTEXT NULL"), ("statement", "alike", "LONGTEXT NULL"),
        ("open_statement", "file", "VARCHAR(512) NULL"), ("open_statement", "file_offset", "BIGINT UNSIGNED NULL"),
        ("task", "target_uuid", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("task", "epoch", "BIGINT UNSIGNED NOT NULL DEFAULT 0"),
        ("task", "clashes", "BIGINT UNSIGNED NOT NULL DEFAULT 0"),
    ]

    /// By table. All of them at once: this is asked at each start of a task, on both servers.
    private static func columns(_ session: Session) throws(MySQLError) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for row in try session.rows(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '\(database)'")
        {
            if let table = row[0], let column = row[1] { result[table, default: []].insert(column) }
        }
        return result
    }

    static func hasColumn(_ name: String, of table: String, _ session: Session) throws(MySQLError) -> Bool {
        try session.value(
            """
            SELECT 1 FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = '\(table)' AND COLUMN_NAME = '\(name)'
            """) != nil
    }

    /// What ``remove(task:from:)`` does, for a person to do: the rows of the task, then the database if no task is left in it.
    package static func removal(of task: String) -> String {
        let rows = ofTasks.map { "DELETE FROM `\(database)`.`\($0)` WHERE task = \(quoteText(task))" }
        return (rows + ["DELETE FROM `\(database)`.`task` WHERE id = \(quoteText(task))"]).joined(separator: "; ")
            + "; and, when SELECT COUNT(*) FROM `\(database)`.`task` says 0: DROP DATABASE `\(database)`"
    }

    /// Removes the task's rows, and the whole database when no other task needs it.
    package static func remove(task: String, from session: Session) throws {
        for attempt in 1... {
            do {
                return try removeOnce(task: task, from: session)
            } catch let error as MySQLError where error.isLockFailure && attempt < 5 {
                // Tasks that go on write beside it, and a deadlock is decided against whoever the server likes.
                usleep(20_000)
            }
        }
    }

    private static func removeOnce(task: String, from session: Session) throws {
        try locked(session) { () throws(MySQLError) in
            let present = try tables(session)
            // Nothing but the task's own rows is locked then, and not the gaps in which tasks beside it write theirs.
            if try session.value("SELECT @@SESSION.binlog_format") != "STATEMENT" {
                try session.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
            }
            for table in Self.ofTasks where present.contains(table) {
                try session.execute("DELETE FROM `\(database)`.\(table) WHERE task = \(quoteText(task))")
            }
            guard present.contains("task") else { return }
            try session.execute("DELETE FROM `\(database)`.task WHERE id = \(quoteText(task))")
            if try session.value("SELECT 1 FROM `\(database)`.task LIMIT 1") == nil {
                try session.execute("DROP DATABASE IF EXISTS `\(database)`")
            }
        }
    }

    private static func tables(_ session: Session) throws(MySQLError) -> Set<String> {
        Set(
            try session.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'").compactMap { $0[0] })
    }

    /// One task at a time makes or removes what all of them share, or begins.
    package static func locked<E: Error>(_ session: Session, _ body: () throws(E) -> Void) throws {
        let name = "'\(database)'"
        guard try session.value("SELECT GET_LOCK(\(name), 60)") == "1" else {
            throw MySQLError(code: .lockWaitTimeout, message: "another session holds the lock \(name) (GET_LOCK) for a minute")
        }
        // Fails only when the connection is gone, and the lock with it.
        defer { _ = try? session.value("SELECT RELEASE_LOCK(\(name))") }
        try body()
    }

    /// Whether the task has begun to begin, on its source as well as on its target.
    package static func isNoted(_ task: String, _ session: Session) throws(MySQLError) -> Bool {
        try session.value("SELECT 1 FROM `\(database)`.task WHERE id = \(quoteText(task))") != nil
    }

    /// Whether the tables are there in the form that this version reads.
    package static func isCurrent(_ session: Session) throws(MySQLError) -> Bool {
        try hasColumn("source_server", of: "progress", session)
    }

    package static func isInstalled(_ session: Session) throws(MySQLError) -> Bool {
        try session.value(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = 'progress'") != nil
    }
}

/// Where in a row image of `progress` the reverse reader finds what it needs.
package enum MarkerColumn {
    package static let task = 0
    package static let lane = 1
    package static let batchTransactions = 3
    package static let origins = 4
    package static let sourceUUID = 8
    package static let gtid = 9
    package static let stage = 7
    /// Not NULL: the log still repeats what the load has copied.
    package static let windowFile = 12
    /// Not NULL: transactions are prepared and wait for their end.
    package static let prepared = 26
    /// Rows of tables that came later are still being copied; not there in rows of earlier versions.
    package static let joining = 31
    /// The checkpoint: NULL in lanes of loaders.
    package static let file = 10
    package static let fileOffset = 11
    /// Whose log that is.
    package static let sourceServer = 27
    /// A row image with fewer columns is of some other table.
    package static let minimumCount = 28
}
