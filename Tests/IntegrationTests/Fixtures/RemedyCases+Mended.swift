import TestSupport

extension RemedyCase {
    /// The cause is mended, and the same task goes on.
    static let mended: [RemedyCase] = [
        RemedyCase(
            code: "unknown-table", name: "a table that was not carried over",
            says: ["create ", " on the target as ", " is on the source", "then retry the task"],
            fails: { stage in try await stage.one.write("CREATE TABLE n (id INT PRIMARY KEY, a INT)", "INSERT INTO n VALUES (1, 1), (2, 2)") },
            obey: { stage, _ in
                let definition = try await stage.one.source.rows("SHOW CREATE TABLE `\(stage.one.database)`.n")[0][1] ?? ""
                try await stage.one.writeTarget(definition)
                try await stage.retry()
            }),
        RemedyCase(
            code: "unknown-table", name: "a table that somebody dropped on the target",
            tables: ["CREATE TABLE d (id INT PRIMARY KEY, a INT)", "INSERT INTO d VALUES (1, 1), (2, 2)"],
            says: ["create ", " on the target as ", " is on the source", "with the rows that it had there if somebody dropped it", "then retry the task"],
            fails: { stage in
                try await stage.one.writeTarget("CREATE TABLE backup_of_d LIKE d", "INSERT INTO backup_of_d SELECT * FROM d", "DROP TABLE d")
                try await stage.one.write("INSERT INTO d VALUES (3, 3)", "UPDATE d SET a = 20 WHERE id = 2")
            },
            obey: { stage, _ in
                try await stage.one.writeTarget("RENAME TABLE backup_of_d TO d")
                try await stage.retry()
            }),
        RemedyCase(
            code: "schema-mismatch", name: "a column that somebody renamed on the target",
            says: ["give ", " the column as the source has it, with the values of its rows, then retry the task"],
            fails: { stage in
                try await stage.one.writeTarget("ALTER TABLE t CHANGE a other INT")
                try await stage.one.write("INSERT INTO t VALUES (10, 10, 'ten')")
            },
            obey: { stage, _ in
                try await stage.one.writeTarget("ALTER TABLE t CHANGE other a INT")
                try await stage.retry()
            }),
        RemedyCase(
            code: "apply-failed", name: "a trigger of the target refuses rows",
            says: ["read the server's message", "mend the cause", "retry the task"],
            fails: { stage in
                try await stage.one.writeTarget(
                    "CREATE TRIGGER no_rows BEFORE INSERT ON t FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no rows today'")
                try await stage.one.write("INSERT INTO t VALUES (20, 20, 'twenty')")
            },
            obey: { stage, _ in
                try await stage.one.writeTarget("DROP TRIGGER no_rows")
                try await stage.retry()
            }),
        RemedyCase(
            code: "privilege-missing", name: "a privilege that was taken away",
            says: ["grant the missing privilege to the task's user on the target", "retry the task"],
            fails: { stage in
                try await stage.whilePaused {
                    try await stage.one.target.execute("REVOKE INSERT ON *.* FROM '\(stage.account.user)'@'%'")
                    try await stage.one.write("INSERT INTO t VALUES (30, 30, 'thirty')")
                }
            },
            obey: { stage, failure in
                guard let privilege = failure.missingPrivilege else { throw Trouble("it names no privilege: \(failure.message)") }
                try await stage.one.target.execute("GRANT \(privilege) ON *.* TO '\(stage.account.user)'@'%'")
                try await stage.retry()
            }),
        RemedyCase(
            code: "access-denied", name: "a password that was changed",
            says: ["check user and password of the target", "'task configure'", "retry the task"],
            fails: { stage in
                try await stage.whilePaused {
                    try await stage.one.target.execute("ALTER USER '\(stage.account.user)'@'%' IDENTIFIED BY 'Another-1'")
                    try await stage.one.write("INSERT INTO t VALUES (40, 40, 'forty')")
                }
            },
            obey: { stage, _ in
                try await stage.run("task", "configure", stage.task, "-f", try stage.file(password: "Another-1"))
                try await stage.retry()
            }),
        RemedyCase(
            code: "conflict-reported", name: "a row that was changed on the target",
            says: ["see 'conflict list'", "'conflict resolve ID --take source|target'", "resume the task"],
            fails: { stage in
                try await stage.one.writeTarget("UPDATE t SET b = 'own' WHERE id = 1")
                try await stage.one.write("UPDATE t SET b = 'new' WHERE id = 1")
            },
            obey: { stage, _ in
                struct List: Decodable {
                    struct Conflict: Decodable { var id: String }
                    var conflicts: [Conflict]
                }
                let list = try await stage.one.supervisor.json(List.self, "conflict", "list", stage.task, "--unresolved")
                for conflict in list.conflicts { try await stage.run("conflict", "resolve", conflict.id, "--take", "source") }
                try await stage.run("task", "resume", stage.task)
            }),
        RemedyCase(
            code: "conflict-reported", name: "a row without a key that is gone on the target",
            tables: ["CREATE TABLE k (a INT)", "INSERT INTO k VALUES (1), (2)"],
            says: ["put the row back on the target as the source had it before that change, then retry the task"],
            fails: { stage in
                try await stage.one.writeTarget("DELETE FROM k WHERE a = 2")
                try await stage.one.write("UPDATE k SET a = 20 WHERE a = 2", "INSERT INTO k VALUES (3)")
            },
            obey: { stage, _ in
                try await stage.one.writeTarget("INSERT INTO k VALUES (2)")
                try await stage.retry()
            }),
        RemedyCase(
            code: "ddl-failed", name: "the target is as the statement makes it",
            says: ["leave it out with 'task skip-statement', and no row is lost"],
            fails: { stage in
                try await stage.one.writeTarget("ALTER TABLE t ADD INDEX i (b)")
                try await stage.one.write("ALTER TABLE t ADD INDEX i (b)", "INSERT INTO t VALUES (50, 50, 'fifty')")
            },
            obey: { try await $0.runQuoted("skip-statement", $1) }),
        RemedyCase(
            code: "ddl-failed", name: "rows of the target are in the statement's way",
            tables: ["CREATE TABLE u (id INT PRIMARY KEY, a INT)", "INSERT INTO u VALUES (1, 1)"],
            says: ["mend what the server's message says and retry the task"],
            fails: { stage in
                try await stage.one.writeTarget("INSERT INTO u VALUES (7, 1)")
                try await stage.one.write("ALTER TABLE u ADD UNIQUE INDEX i (a)", "INSERT INTO u VALUES (2, 2)")
            },
            obey: { stage, _ in
                // "Duplicate entry '1'"
                try await stage.one.writeTarget("DELETE FROM u WHERE id = 7")
                try await stage.retry()
            }),
        RemedyCase(
            code: "ddl-unsupported", name: "partitions change places with a table",
            tables: [
                "CREATE TABLE p (id INT PRIMARY KEY, a INT) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN MAXVALUE)",
                "CREATE TABLE x (id INT PRIMARY KEY, a INT)", "INSERT INTO p VALUES (1, 1), (200, 2)", "INSERT INTO x VALUES (5, 5)",
            ],
            says: ["execute that there by hand and leave the statement out with 'task skip-statement'"],
            fails: { stage in
                try await stage.one.write("ALTER TABLE p EXCHANGE PARTITION low WITH TABLE x", "INSERT INTO x VALUES (6, 6)", "UPDATE p SET a = 50 WHERE id = 5")
            },
            obey: { stage, failure in
                try await stage.one.writeTarget("ALTER TABLE p EXCHANGE PARTITION low WITH TABLE x")
                try await stage.runQuoted("skip-statement", failure)
            }),
    ]
}
