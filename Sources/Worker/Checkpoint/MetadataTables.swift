package import SyncMySQL
import WorkerSchema

/// The tables of ours on each server. Columns are only ever added, at the end: the reverse task's reader takes the
/// first ones of `progress` by their place in the row image (``MarkerColumn``).
package enum MetadataTables {
    private static let database = metadataDatabase

    private static let definitions: [String] = [
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
            PRIMARY KEY (task, sequence)
        )
        """,
    ]

    /// Makes what is missing. Harmless when another task does the same at the same moment.
    ///
    /// - Parameter isMariaDB: MariaDB has no identity of its own that lasts, so it gets one.
    package static func install(_ session: Session, isMariaDB: Bool) throws(MySQLError) {
        // Only when it is missing: even a statement that changes nothing is logged and makes every reader look again.
        if try session.value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(database)'") == nil {
            try session.execute("CREATE DATABASE IF NOT EXISTS `\(database)` DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        }
        let present = Set(
            try session.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'").compactMap { $0[0] })
        var wanted = definitions
        if isMariaDB { wanted.append("identity (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, uuid VARCHAR(64) NOT NULL)") }
        for definition in wanted {
            let name = String(definition.prefix { $0 != " " })
            if present.contains(name) { continue }
            try session.execute(
                "CREATE TABLE IF NOT EXISTS `\(database)`.\(definition) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        }
        if try session.value("SELECT 1 FROM `\(database)`.heartbeat WHERE id = 1") == nil {
            try session.execute("INSERT IGNORE INTO `\(database)`.heartbeat (id, beat) VALUES (1, 0)")
        }
        if isMariaDB, try session.value("SELECT 1 FROM `\(database)`.identity WHERE id = 1") == nil {
            try session.execute("INSERT IGNORE INTO `\(database)`.identity (id, uuid) VALUES (1, UUID())")
        }
    }

    package static func isInstalled(_ session: Session) throws(MySQLError) -> Bool {
        try session.value(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = 'progress'") != nil
    }

    /// Removes a task's rows, and the whole database when no task has a row left and no task reads here.
    ///
    /// - Parameter asTarget: this server is the task's target (its rows are here) rather than its source.
    package static func remove(task: String, from session: Session) throws(MySQLError) {
        // Another task may be making the tables at this moment.
        let present = Set(
            try session.rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)'").compactMap { $0[0] })
        for table in ["progress", "load_state", "load_chunk", "conflict"] where present.contains(table) {
            try session.execute("DELETE FROM `\(database)`.\(table) WHERE task = \(quoteText(task))")
        }
    }

    /// Drops the database when no task has a checkpoint here.
    package static func dropIfUnused(_ session: Session) throws(MySQLError) {
        guard try isInstalled(session) else { return }
        if try session.value("SELECT 1 FROM `\(database)`.progress LIMIT 1") == nil {
            try session.execute("DROP DATABASE IF EXISTS `\(database)`")
        }
    }
}

/// Where in a row image of `progress` the reverse reader finds what it needs.
package enum MarkerColumn {
    package static let task = 0
    package static let lane = 1
    package static let batchTransactions = 3
    package static let origins = 4
    /// A row image with fewer columns is of some other table.
    package static let minimumCount = 6
}
