import TestSupport
import Testing

extension RemedyCase {
    /// What no remedy but a new beginning brings right, word by word.
    static let anew = "delete the task, drop its tables on the target, and create it anew with 'initialization: [structure, data]'"
    static let pairAnew = "of a pair: delete the pair and create it anew with 'scenario: both-have-data'"

    /// The task begins anew.
    static let begunAnew: [RemedyCase] = [
        RemedyCase(
            code: "statement-format", name: "a session logs statements",
            says: ["SET binlog_format = ROW in every session that writes", anew],
            fails: { stage in try await stage.one.write("SET binlog_format = STATEMENT", "UPDATE t SET a = a + 1") },
            obey: { stage, _ in
                try await stage.one.write("SET binlog_format = ROW", "INSERT INTO t VALUES (60, 60, 'sixty')")
                try await stage.startOver()
            }),
        RemedyCase(
            code: "binlog-format", name: "a session logs parts of rows",
            says: ["SET GLOBAL binlog_row_image = FULL on the source and in its sessions", anew],
            fails: { stage in try await stage.one.write("SET binlog_row_image = MINIMAL", "UPDATE t SET a = a + 1") },
            obey: { stage, _ in
                try await stage.one.source.execute("SET GLOBAL binlog_row_image = FULL")
                try await stage.startOver()
            }),
        RemedyCase(
            code: "metadata-missing", name: "somebody changed what the task has noted",
            says: [anew],
            fails: { stage in
                try await stage.whilePaused {
                    try await stage.one.target.execute("UPDATE `__dts__`.progress SET prepared = 'nonsense' WHERE lane = 0")
                    try await stage.one.write("INSERT INTO t VALUES (70, 70, 'seventy')")
                }
            },
            obey: { stage, _ in try await stage.startOver() }),
        RemedyCase(
            code: "binlog-purged", name: "the source has purged what was not read",
            says: ["changes are lost for this task", anew],
            fails: { stage in
                try await stage.whilePaused {
                    try await stage.one.write("INSERT INTO t VALUES (80, 80, 'eighty')", "DELETE FROM t WHERE id = 1", "FLUSH BINARY LOGS")
                    let last = try await stage.one.source.rows("SHOW BINARY LOGS").last?[0] ?? ""
                    try await eventually("the server has noticed that its reader has gone, and purges") {
                        try await stage.one.source.execute("PURGE BINARY LOGS TO '\(last)'")
                        return try await stage.one.source.rows("SHOW BINARY LOGS").first?[0] == last
                    }
                }
            },
            obey: { stage, _ in try await stage.startOver() }),
        RemedyCase(
            code: "unsupported", name: "a distributed transaction from before the task's beginning",
            says: ["while XA RECOVER on the source shows no transaction", anew],
            fails: { stage in
                try await stage.one.write("XA START 'early'", "INSERT INTO t VALUES (90, 90, 'ninety')", "XA END 'early'", "XA PREPARE 'early'")
                try await stage.startOver()
                try await stage.one.catchUp()
                try await eventually("the session that prepared it has gone") {
                    try await stage.one.source.execute("XA COMMIT 'early'")
                    return true
                }
            },
            obey: { stage, _ in
                #expect(try await stage.one.source.rows("XA RECOVER").isEmpty)
                try await stage.startOver()
            }),
    ]
}
