package import SyncMySQL

/// Writing rows so that what is stored is what was sent, or an error.
extension Session {
    /// Sends a statement that writes rows.
    ///
    /// An ENUM value 0 is what a server stores for a text that is no member. In strict mode it takes none, and otherwise it
    /// warns once for each; so the statement goes without strict mode and any further warning is an error. So does one that
    /// strict mode refuses for what the target computes of the values.
    ///
    /// - Parameters:
    ///   - invalidMembers: ENUM values 0 in the statement, which assigns each of them once.
    ///   - computed: what the table's own expressions may complain of.
    ///   - table: for the message.
    /// - Returns: affected rows.
    /// - Throws: the server's error, or one of code ``MySQLError/Code/warning`` when the server stored something else.
    ///   The message leaves out the text of a warning, which may quote a value.
    @discardableResult
    package func write(
        _ sql: UnsafeRawBufferPointer,
        invalidMembers: Int = 0,
        computed: ComputedValues = .none,
        table: TableName
    ) throws(MySQLError) -> UInt64 {
        if invalidMembers == 0, let rows = try writeStrictly(sql, computed, table) {
            try refuseWarnings(table, computed)
            return rows
        }
        return try withoutStrictness { () throws(MySQLError) in
            let rows = try executeNaming(table, sql)
            try refuseWarnings(table, computed, invalidMembers: invalidMembers)
            return rows
        }
    }

    /// Sends a statement that only deletes rows, which servers may compute anew for that.
    ///
    /// - Returns: affected rows.
    @discardableResult
    package func delete(_ sql: UnsafeRawBufferPointer, computed: ComputedValues) throws(MySQLError) -> UInt64 {
        do {
            return try execute(sql)
        } catch {
            guard computed.concerns(error) else { throw error }
        }
        return try withoutStrictness { () throws(MySQLError) in try execute(sql) }
    }

    private func withoutStrictness(_ body: () throws(MySQLError) -> UInt64) throws(MySQLError) -> UInt64 {
        try execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
        let rows: UInt64
        do {
            rows = try body()
        } catch {
            // The session is used again after an error. When it is gone, so is its mode.
            _ = try? refuseOtherValues()
            throw error
        }
        try refuseOtherValues()
        return rows
    }

    /// - Returns: nil when the statement was refused, and has done nothing, for values that nobody sent.
    private func writeStrictly(_ sql: UnsafeRawBufferPointer, _ computed: ComputedValues, _ table: TableName) throws(MySQLError) -> UInt64? {
        do {
            return try executeNaming(table, sql)
        } catch {
            guard computed.concerns(error) else { throw error }
            return nil
        }
    }

    private func executeNaming(_ table: TableName, _ sql: UnsafeRawBufferPointer) throws(MySQLError) -> UInt64 {
        do {
            return try execute(sql)
        } catch {
            guard error.code == .packetTooLarge else { throw error }
            throw MySQLError(code: error.code, message: "a row of table \(table): \(error.message)", isMariaDB: error.isMariaDB)
        }
    }

    /// - Parameter invalidMembers: how often a cut value is to be expected.
    private func refuseWarnings(_ table: TableName, _ computed: ComputedValues, invalidMembers: Int = 0) throws(MySQLError) {
        // The server counts all warnings but keeps only the text of so many (max_error_count).
        var rest = warningCount - invalidMembers
        guard warningCount > 0 else { return }
        var unexpected: MySQLError.Code?
        for warning in try warnings() {
            // A note that a syntax is old says nothing of the values.
            if warning.code == .deprecatedSyntax || computed.concerns(warning) {
                rest -= 1
            } else if invalidMembers == 0 || warning.code != .dataTruncated {
                unexpected = unexpected ?? warning.code
            }
        }
        // The number is one of 16 bits: there may have been more.
        if unexpected == nil, rest > 0 || warningCount >= Int(UInt16.max) { unexpected = .dataTruncated }
        if let unexpected {
            throw MySQLError(
                code: .warning,
                message: "warning \(unexpected.rawValue): rows of table \(table) were not stored as they were sent"
            )
        }
    }
}

extension MySQLError.Code {
    fileprivate static let dataTruncated = Self(rawValue: 1265)
    fileprivate static let deprecatedSyntax = Self(rawValue: 1287)
}
