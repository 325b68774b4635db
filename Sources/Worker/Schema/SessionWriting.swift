package import SyncMySQL

/// Writing rows so that what is stored is what was sent, or an error.
extension Session {
    /// Sends a statement that writes rows.
    ///
    /// An ENUM value 0 is what a server stores for a text that is no member. In strict mode it takes none, and otherwise it
    /// warns once for each; so the statement goes without strict mode and any further warning is an error.
    ///
    /// - Parameters:
    ///   - invalidMembers: ENUM values 0 in the statement, which assigns each of them once.
    ///   - table: for the message.
    /// - Returns: affected rows.
    /// - Throws: the server's error, or one of code ``MySQLError/Code/warning`` when the server stored something else.
    ///   The message leaves out the text of a warning, which may quote a value.
    @discardableResult
    package func write(
        _ sql: UnsafeRawBufferPointer,
        invalidMembers: Int = 0,
        table: TableName
    ) throws(MySQLError) -> UInt64 {
        guard invalidMembers > 0 else {
            let rows = try executeNaming(table, sql)
            try refuseWarnings(table, invalidMembers: 0)
            return rows
        }
        try execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'")
        let rows: UInt64
        do {
            rows = try executeNaming(table, sql)
            try refuseWarnings(table, invalidMembers: invalidMembers)
        } catch {
            // The session is used again after an error. When it is gone, so is its mode.
            _ = try? refuseOtherValues()
            throw error
        }
        try refuseOtherValues()
        return rows
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
    private func refuseWarnings(_ table: TableName, invalidMembers: Int) throws(MySQLError) {
        // The server counts all warnings but keeps only the text of the first ones.
        var rest = warningCount - invalidMembers
        guard warningCount > 0 else { return }
        var unexpected: MySQLError.Code?
        for warning in try warnings() {
            // A note that a syntax is old says nothing of the values.
            if warning.code == .deprecatedSyntax {
                rest -= 1
            } else if invalidMembers == 0 || warning.code != .dataTruncated {
                unexpected = unexpected ?? warning.code
            }
        }
        if unexpected == nil, rest > 0 { unexpected = .dataTruncated }
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
