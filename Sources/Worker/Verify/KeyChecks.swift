import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Keys: what rows are recognised by, and what ties tables together.
enum KeyChecks {
    static let all: [Check] = [keyless, keylessRows, CascadeCheck.check, parents, autoIncrement, ZoneCheck.check]

    private static let keyless = Check(
        "tables-without-key",
        needs: [.source],
        "a primary key, or a unique key over NOT NULL columns"
    ) { scope in
        let found = try scope.keylessTables().map(\.description)
        let computed = try scope.tablesWithComputedKeys().map(\.description)
        if found.isEmpty, computed.isEmpty { return .pass("every table has one") }
        let provider = scope.spec.source.provider
        if !found.isEmpty, scope.wantsData, try provider == .aws || provider == .alibabaCloud && !scope.profile(.source).isAtLeast(5, 7) {
            return .fail(
                .unsupported,
                "without: \(listed(found)); to copy them the task has to lock them, which the provider may not let it do",
                remedy: "add primary keys, or take the tables out of the task's objects",
                risk: "the task stops with load-failed at the first of these tables if it may not lock it"
            )
        }
        let consequence =
            scope.pair == nil
            ? (found.isEmpty ? "" : "they are copied in one transaction each, and ") + "changes are slow to apply"
            : "rows have no identity in them: when both sides change such a table, equal rows cannot be told apart"
        // Images of the log need not hold them.
        let facts = [found.isEmpty ? nil : "without: \(listed(found))", computed.isEmpty ? nil : "with a generated column in it: \(listed(computed))"]
        return .alarm(
            "\(facts.compactMap(\.self).joined(separator: "; ")); \(consequence)",
            remedy: "add a primary key on both sides, an invisible one for instance"
        )
    }

    private static let keylessRows = Check(
        "keyless-target-empty",
        needs: [.source, .target],
        "tables without a key that are to be copied are empty on the target"
    ) { scope in
        guard scope.wantsData, try scope.checkpoint() == nil else { return .skip("nothing is to be copied") }
        let targets = Dictionary(
            try scope.selected().tables.map { ($0.source, $0.target) },
            uniquingKeysWith: { first, _ in first }
        )
        var found: [String] = []
        for table in try scope.keylessTables() {
            guard let target = targets[table], try TargetInspector.hasRows(table, try scope.session(.source)) else {
                continue
            }
            // Where both halves copy at once, not even an empty target stays empty until the rows come.
            if try scope.pair?.mergesData == true || TargetInspector.hasRows(target, try scope.session(.target)) {
                found.append(target.description)
            }
        }
        return found.isEmpty
            ? .pass("they are")
            : .fail(
                .targetExists,
                "rows of both sides could not be told apart: \(listed(found))",
                remedy: "empty them, add primary keys, or take them out of the task's objects"
            )
    }

    private static let parents = Check(
        "foreign-key-parents",
        needs: [.source],
        "tables that foreign keys refer to are selected too"
    ) { scope in
        let selected = Set(try scope.selected().tables.map(\.source))
        let found = try scope.session(.source).rows(
            """
            SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME
            FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL
            """
        ).compactMap { row -> String? in
            guard let database = row[0], let table = row[1], let parentDatabase = row[2], let parentTable = row[3]
            else { return nil }
            let parent = TableName(database: parentDatabase, table: parentTable)
            guard selected.contains(TableName(database: database, table: table)), !selected.contains(parent) else {
                return nil
            }
            return "\(database).\(table) refers to \(parent)"
        }
        return found.isEmpty
            ? .pass("they are")
            : .fail(
                .verificationFailed,
                "not selected: \(listed(found))",
                remedy: "select the tables that are referred to as well",
                risk:
                    "applications that write to these tables on the target are refused, unless the tables that are referred to are there too"
            )
    }

    private static let autoIncrement = Check(
        "auto-increment",
        needs: [.source, .target],
        "in a pair, sides that do not give out the same numbers"
    ) { scope in
        guard let pair = scope.pair else { return .skip("not a pair") }
        let isFirst = pair.direction == .aToB
        // In a database that the user may not read yet, anything may be.
        let probe = PrivilegeProbe(try scope.session(.source))
        var isUsed = false
        for database in scope.objects.databases where scope.objects.selection(database)?.tables == nil {
            if try !probe.has(.select, on: database) { isUsed = true }
        }
        for table in try scope.selected().tables
        where try scope.definition(table.source)?.columns.contains(where: \.isAutoIncrement) == true {
            isUsed = true
            break
        }
        guard isUsed else { return .pass("no AUTO_INCREMENT columns") }
        var steps: [Int] = []
        var offsets: [Int] = []
        for side in [Check.Side.source, .target] {
            steps.append(try scope.variable("auto_increment_increment", side).flatMap { Int($0) } ?? 1)
            offsets.append(try scope.variable("auto_increment_offset", side).flatMap { Int($0) } ?? 1)
        }
        let facts =
            "auto_increment_increment is \(steps[0]) and \(steps[1]), auto_increment_offset \(offsets[0]) and \(offsets[1])"
        return steps[0] == steps[1] && steps[0] > 1 && offsets[0] % steps[0] != offsets[1] % steps[0]
            ? .pass(facts)
            : .alarm(
                "\(facts): when both sides insert, they give out the same numbers",
                // Both halves of the pair say the same.
                mend: .setting(.source, scope, ["auto_increment_increment": "2", "auto_increment_offset": isFirst ? "1" : "2"])
                    + .setting(
                        .target, scope, ["auto_increment_increment": "2", "auto_increment_offset": isFirst ? "2" : "1"],
                        also: BinlogChecks.reconnect)
            )
    }
}
