package import SyncMySQL

/// Session settings under which values travel unchanged, on top of those that every session begins with.
extension Session {
    /// For reading rows and definitions: values come as the column's own bytes, times in UTC.
    package func prepareForReading() throws(MySQLError) {
        try setCommon()
        try execute("SET SESSION net_write_timeout = 3600")
        // Zero dates in conditions are dates.
        try execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
    }

    /// For writing rows: literals are bytes, nothing is adjusted silently, what the source held is accepted.
    ///
    /// - Parameter lockWait: seconds to wait for a row lock; the applier yields to applications.
    package func prepareForWriting(lockWait: Int = 5) throws(MySQLError) {
        try setCommon()
        try refuseOtherValues()
        // All warnings of a statement are looked at. MySQL keeps enough of them, and asks for a privilege to keep more.
        try execute("SET SESSION foreign_key_checks = 0 /*M! , max_error_count = 65535 */")
        try execute("SET SESSION innodb_lock_wait_timeout = \(lockWait)")
        // For the triggers of users: `IF @dts_applying IS NULL THEN …`.
        try execute("SET @dts_applying = 1")
        // To change them takes a privilege, which is not asked of those who do not need it. CHECK constraints, where a session may leave them
        // out (MariaDB), have been checked by the source, or left out there, too.
        let unwanted = ["sql_require_primary_key", "sql_generate_invisible_primary_key", "check_constraint_checks"]
        for row in try rows("SHOW VARIABLES WHERE Variable_name IN (\(unwanted.map { "'\($0)'" }.joined(separator: ", ")))") {
            if let name = row[0], row[1]?.uppercased() == "ON" { try execute("SET SESSION \(name) = 0") }
        }
    }

    /// STRICT: a value that does not fit is an error, not another value. Zero and invalid dates and the id 0 are values
    /// like any other.
    func refuseOtherValues() throws(MySQLError) {
        try execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
    }

    private func setCommon() throws(MySQLError) {
        try execute("SET NAMES binary")
        try execute("SET SESSION character_set_results = NULL")
        try execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    }
}
