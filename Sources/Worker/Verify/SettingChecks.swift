import SyncModel
import SyncMySQL
import WorkerSchema

/// Settings of the two servers that have to go together.
enum SettingChecks {
    static let all: [Check] = [lowerCaseTableNames, readOnly, packet]

    private static let lowerCaseTableNames = Check(
        "lower-case-table-names",
        needs: [.source, .target],
        "lower_case_table_names equal on both sides"
    ) { scope in
        let source = try scope.variable("lower_case_table_names", .source) ?? "0"
        let target = try scope.variable("lower_case_table_names", .target) ?? "0"
        return source == target
            ? .pass("\(source) on both sides")
            : .fail(
                .verificationFailed,
                "\(source) on the source, \(target) on the target: names would be compared differently",
                remedy:
                    "use servers with the same lower_case_table_names; since MySQL 8.0 it is chosen when the data folder is made"
            )
    }

    private static let readOnly = Check(
        "target-read-only",
        needs: [.target],
        "the target accepts writes of the task's user"
    ) { scope in
        let isSuperReadOnly = try scope.isOn("super_read_only", .target)
        let value = try scope.variable("read_only", .target) ?? "OFF"
        let isReadOnly = value != "OFF" && value != "0" && value != "NO_LOCK" || isSuperReadOnly
        guard isReadOnly else { return .pass("read_only is OFF") }
        if !isSuperReadOnly, value == "ON" || value == "1", try mayWriteAnyway(scope) {
            return .pass("read_only is ON, but the user may write")
        }
        return .fail(
            .verificationFailed,
            isSuperReadOnly ? "super_read_only is ON" : "read_only is \(value)",
            remedy: isSuperReadOnly
                ? "SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF" : "SET GLOBAL read_only = OFF"
        )
    }

    private static func mayWriteAnyway(_ scope: VerifyScope) throws(MySQLError) -> Bool {
        let powers = ["ALL PRIVILEGES ON *.*", "SUPER", "CONNECTION_ADMIN", "READ_ONLY ADMIN", "READ ONLY ADMIN"]
        return try scope.session(.target).rows("SHOW GRANTS").contains { row in
            let grant = (row[0] ?? "").uppercased()
            return grant.contains(" ON *.* ") && powers.contains { grant.contains($0) }
        }
    }

    private static let packet = Check(
        "max-allowed-packet",
        needs: [.source, .target],
        "max_allowed_packet of the target not below the source's"
    ) { scope in
        let source = try scope.profile(.source).maxAllowedPacket
        let target = try scope.profile(.target).maxAllowedPacket
        return target >= source
            ? .pass("\(source) on the source, \(target) on the target")
            : .alarm(
                "\(source) on the source, \(target) on the target: a row may be too large for it",
                remedy: "SET GLOBAL max_allowed_packet = 1073741824 on the target, in my.cnf too"
            )
    }
}
