import GRDB

/// The tables, as steps that are only ever appended to. A released step never changes.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tasks, pairs, conflicts, notices") { database in
            try database.execute(sql: first)
        }
        migrator.registerMigration("2 tasks of pairs whose sides both have data") { database in
            try database.execute(sql: "ALTER TABLE task ADD COLUMN merges_data INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("3 tasks whose other half carries definition statements") { database in
            try database.execute(sql: "ALTER TABLE task ADD COLUMN reverse_ddl INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("4 notices with facts, alarms, outbox") { database in
            try database.execute(sql: notices)
        }
        migrator.registerMigration("5 billing") { database in
            try database.execute(sql: billing)
        }
        migrator.registerMigration("6 pairs that start at a time") { database in
            try database.execute(sql: "ALTER TABLE pair ADD COLUMN start_at INTEGER")
        }
        migrator.registerMigration("7 conflicts by time") { database in
            try database.execute(sql: conflictTimes)
        }
        return migrator
    }

    /// Conflicts are shown by when they were found: two tasks of a pair do not tell theirs at the same pace.
    private static let conflictTimes = """
        ALTER TABLE conflict ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
        UPDATE conflict SET at = coalesce(CASE WHEN json_valid(body) THEN json_extract(body, '$.at') END, 0);
        CREATE INDEX conflict_at ON conflict(task, at, id);
        """

    /// Usage stays when its task is deleted. What tasks have done before there was usage is not part of it.
    private static let billing = """
        CREATE TABLE billing_notice (
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            stage TEXT NOT NULL,
            due_date TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (subject, kind, stage, due_date)
        ) STRICT;

        CREATE TABLE billing_isolation (
            task TEXT NOT NULL PRIMARY KEY REFERENCES task(id) ON DELETE CASCADE,
            until TEXT NOT NULL,
            since INTEGER NOT NULL,
            was_up INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE usage (
            task TEXT NOT NULL,
            name TEXT NOT NULL,
            owner TEXT,
            mode TEXT NOT NULL,
            day TEXT NOT NULL,
            milliseconds INTEGER NOT NULL,
            row_count INTEGER NOT NULL,
            byte_count INTEGER NOT NULL,
            PRIMARY KEY (task, day, mode)
        ) STRICT;
        CREATE INDEX usage_day ON usage(day);

        CREATE TABLE usage_mark (
            task TEXT NOT NULL PRIMARY KEY REFERENCES task(id) ON DELETE CASCADE,
            applied INTEGER NOT NULL,
            loaded INTEGER NOT NULL
        ) STRICT;
        INSERT INTO usage_mark (task, applied, loaded)
        SELECT
            task,
            COALESCE(json_extract(body, '$.counts.inserts'), 0) + COALESCE(json_extract(body, '$.counts.updates'), 0)
                + COALESCE(json_extract(body, '$.counts.deletes'), 0),
            COALESCE(json_extract(body, '$.load.rowsDone'), 0)
        FROM progress WHERE json_valid(body);
        """

    private static let first = """
        CREATE TABLE pair (
            name TEXT NOT NULL PRIMARY KEY,
            spec TEXT NOT NULL,
            secrets BLOB NOT NULL,
            scenario TEXT NOT NULL,
            desired TEXT NOT NULL,
            gate TEXT NOT NULL,
            a_to_b TEXT NOT NULL,
            b_to_a TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE task (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            pair TEXT,
            direction TEXT,
            reverse_task TEXT,
            spec TEXT NOT NULL,
            secrets BLOB NOT NULL,
            state TEXT NOT NULL,
            desired TEXT NOT NULL,
            phase TEXT,
            failure TEXT,
            failed_at INTEGER,
            restarts INTEGER NOT NULL,
            start_at INTEGER,
            left_traces INTEGER NOT NULL,
            skipped_items TEXT NOT NULL,
            source TEXT,
            target TEXT,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE progress (
            task TEXT NOT NULL PRIMARY KEY REFERENCES task(id) ON DELETE CASCADE,
            body TEXT NOT NULL
        ) STRICT;

        CREATE TABLE check_item (
            task TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (task, number)
        ) STRICT;

        CREATE TABLE conflict (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            task TEXT NOT NULL REFERENCES task(id) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            decision TEXT NOT NULL,
            decided INTEGER NOT NULL,
            body TEXT NOT NULL,
            UNIQUE (task, sequence)
        ) STRICT;
        CREATE INDEX conflict_undecided ON conflict(task) WHERE decided = 0;

        CREATE TABLE notice (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            subject TEXT,
            body TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_read INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE setting (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        """

    /// The words of the old notices stay; what they did not know is left out.
    private static let notices = """
        ALTER TABLE notice RENAME TO old_notice;
        CREATE TABLE notice (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            event TEXT NOT NULL,
            severity TEXT NOT NULL,
            task TEXT,
            at INTEGER NOT NULL,
            is_read INTEGER NOT NULL DEFAULT 0,
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX notice_unread ON notice(number) WHERE is_read = 0;
        CREATE INDEX notice_at ON notice(at);
        INSERT INTO notice (number, id, event, severity, task, at, is_read, body)
        SELECT id, uuid, event, severity, subject, at, is_read,
            json_object('id', uuid, 'event', event, 'severity', severity, 'task', subject, 'text', body, 'facts', json_array(), 'at', at)
        FROM (
            SELECT id, subject, body, at, is_read,
                'old-' || printf('%016x', id) AS uuid,
                CASE kind WHEN 'interrupted' THEN 'retrying' WHEN 'conflict' THEN 'conflict-reported' ELSE kind END AS event,
                CASE kind WHEN 'recovered' THEN 'info' WHEN 'failed' THEN 'critical' WHEN 'conflict' THEN 'critical' ELSE 'warning' END AS severity
            FROM old_notice
        );
        DROP TABLE old_notice;

        CREATE TABLE alarm (
            key TEXT NOT NULL PRIMARY KEY,
            since INTEGER NOT NULL,
            cause TEXT NOT NULL,
            repeats INTEGER NOT NULL DEFAULT 0,
            destinations TEXT NOT NULL
        ) STRICT;

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            notice INTEGER NOT NULL REFERENCES notice(number) ON DELETE CASCADE,
            channel TEXT NOT NULL,
            recipient TEXT
        ) STRICT;
        CREATE INDEX outbox_channel ON outbox(channel, id);
        CREATE INDEX outbox_notice ON outbox(notice);

        CREATE TABLE message (
            id TEXT NOT NULL PRIMARY KEY,
            channel TEXT NOT NULL,
            recipient TEXT,
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL,
            blocks INTEGER NOT NULL DEFAULT 0,
            answer TEXT,
            body TEXT NOT NULL
        ) STRICT;
        CREATE INDEX message_channel ON message(channel, state, next_at);
        CREATE INDEX message_at ON message(channel, at);
        """
}
