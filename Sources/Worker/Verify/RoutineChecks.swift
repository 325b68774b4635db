import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether the target lets the task's user create procedures and functions.
struct RoutineChecks {
    private let scope: VerifyScope

    init(_ scope: VerifyScope) { self.scope = scope }

    /// nil: nothing is in the way.
    func obstacle(to routines: [StructureRehearsal.Routine]) throws -> Check.Verdict? {
        let account = try scope.account(.target)
        let databases = Set(routines.map(\.database)).sorted()
        let missing = try databases.filter { try !may("CREATE ROUTINE", on: $0, account) }
        if !missing.isEmpty {
            let grants = missing.map { "GRANT CREATE ROUTINE ON \(quoteIdentifier($0)).* TO \(account)" }
            // A role may give it, which is not seen from here.
            return .fail(
                .privilegeMissing,
                "\(account) may not create routines in \(listed(missing))",
                mend: Remedy(.target, grants),
                risk: risk
            )
        }
        guard try scope.isOn("log_bin", .target), try !scope.isOn("log_bin_trust_function_creators", .target) else {
            return nil
        }
        let functions = routines.filter(\.isFunction)
        let unsafe = functions.filter { !$0.isSafeForBinlog }.map(\.name)
        let remedy = Remedy.setting(.target, scope, ["log_bin_trust_function_creators": "ON"])
        if !unsafe.isEmpty {
            return .fail(
                .unsupported,
                "neither DETERMINISTIC, nor NO SQL, nor READS SQL DATA, which the target's binlog asks for: \(listed(unsafe))",
                mend: remedy
            )
        }
        if !functions.isEmpty, try !may("SUPER", on: "", account) {
            return .fail(
                .privilegeMissing,
                "\(account) may not create functions while the target writes a binlog",
                mend: remedy,
                risk: risk
            )
        }
        return nil
    }

    /// A role may give what is not seen from here.
    private var risk: String { "without the privilege, the task stops with load-failed when it makes the first routine" }

    private func may(_ privilege: String, on database: String, _ account: String) throws(MySQLError) -> Bool {
        let condition = "GRANTEE = \(quoteText(account)) AND PRIVILEGE_TYPE = '\(privilege)'"
        return try scope.session(.target).value(
            """
            SELECT 1 FROM information_schema.USER_PRIVILEGES WHERE \(condition)
            UNION SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES WHERE \(condition) AND \(quoteText(database)) LIKE TABLE_SCHEMA
            """
        ) != nil
    }
}
