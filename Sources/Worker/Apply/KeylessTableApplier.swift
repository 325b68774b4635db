import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerSchema
import WorkerSource

/// Brings changes of a table without a key to the target, in order: a row is found by all its values, one at a time.
struct KeylessTableApplier {
    let session: Session
    let statements: TableStatements

    func apply(_ event: RowsEvent) throws {
        var cursor = try RowCursor(event, layout: statements.route.layout)
        var sql = SQLBuffer(capacity: 4096)
        while try cursor.next() {
            sql.removeAll()
            switch (cursor.before, cursor.after) {
            case (nil, let after?):
                sql.append(statements.insertHead)
                try statements.appendRow(after, to: &sql)
                _ = try write(sql, statements.route.invalidMembers(after))
            case (let before?, nil):
                sql.append("DELETE FROM ")
                sql.append(statements.route.target.quoted)
                try find(before, &sql)
                try expectOne(try run(sql), "deleted")
            case (let before?, let after?):
                sql.append("UPDATE ")
                sql.append(statements.route.target.quoted)
                sql.append(" SET ")
                try statements.appendAssignments(after, to: &sql)
                try find(before, &sql)
                try expectOne(try write(sql, statements.route.invalidMembers(after)), "updated")
            case (nil, nil): break
            }
        }
    }

    private func find(_ image: RowImage, _ sql: inout SQLBuffer) throws {
        sql.append(" WHERE ")
        try statements.appendFullMatch(image, to: &sql)
        sql.append(" LIMIT 1")
    }

    private func run(_ sql: borrowing SQLBuffer) throws -> UInt64 {
        try sql.withUnsafeBytes { (bytes) throws(MySQLError) in try session.delete(bytes, computed: statements.route.computed) }
    }

    private func write(_ sql: borrowing SQLBuffer, _ invalidMembers: Int) throws -> UInt64 {
        try sql.withUnsafeBytes { (bytes) throws(MySQLError) in
            try session.write(bytes, invalidMembers: invalidMembers, computed: statements.route.computed, table: statements.route.target)
        }
    }

    private func expectOne(_ found: UInt64, _ action: String) throws {
        guard found == 1 else {
            throw Failure(
                .conflictReported,
                "a row of \(statements.route.target), which has no key, was to be \(action) and is not there",
                remedy: "put the row back on the target as the source had it before that change, then retry the task; a primary key on both sides "
                    + "tells such rows apart")
        }
    }
}
