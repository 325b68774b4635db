import SyncModel
import SyncMySQL

/// Settings beside those that replication needs, under which servers answer slowly or make other tables than they are told.
enum PeripheralChecks {
    static let all: [Check] = [statsOnMetadata, explicitTimestamps, rocksDB]

    private static let statsOnMetadata = Check("stats-on-metadata", needs: [.source], "innodb_stats_on_metadata = OFF") { scope in
        guard try scope.variable("innodb_stats_on_metadata", .source) != nil else { return .skip("the source does not know it") }
        return try !scope.isOn("innodb_stats_on_metadata", .source)
            ? .pass("OFF")
            : .fail(
                .verificationFailed, "innodb_stats_on_metadata is ON: each look at the definitions computes statistics anew",
                mend: .setting(.source, scope, ["innodb_stats_on_metadata": "OFF"]),
                risk: "the source slows down while definitions are read, the more the more tables it has")
    }

    private static let explicitTimestamps = Check(
        "explicit-timestamps", needs: [.target], "explicit_defaults_for_timestamp = ON where tables are made, and left so"
    ) { scope in
        guard scope.makesTables else { return .skip("the task makes no tables") }
        if try scope.isOn("explicit_defaults_for_timestamp", .target) { return .pass("ON") }
        if try scope.maySet("explicit_defaults_for_timestamp = 1", .target) { return .pass("OFF, but the task's session sets it") }
        return .fail(
            .verificationFailed, "OFF, and the task's user may not set it: columns of type TIMESTAMP would get defaults that they do not have",
            mend: .setting(.target, scope, ["explicit_defaults_for_timestamp": "ON"]),
            risk: "a table with TIMESTAMP columns may be made otherwise than it is on the source, and the task then stops with schema-mismatch")
    }

    private static let rocksDB = Check("rocksdb-unique-check", needs: [.target], "rocksdb_skip_unique_check_tables is NULL") { scope in
        guard let found = try scope.variable("rocksdb_skip_unique_check_tables", .target) else { return .skip("the target has no RocksDB") }
        return found.isEmpty || found == "NULL"
            ? .pass("it is")
            : .fail(
                .verificationFailed, "rocksdb_skip_unique_check_tables is \(found): rows with the same key would both be kept",
                mend: .setting(.target, scope, ["rocksdb_skip_unique_check_tables": "''"]))
    }
}
