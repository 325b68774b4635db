/// A statement in the log: transaction control, DDL, or a change in statement format.
///
/// Sources: MySQL internals manual, "QUERY_EVENT"; `Query_event` in `statement_events.h` for the status variables;
/// MariaDB's own variables (128 and up) in `sql/log_event.h`.
package struct QueryEvent {
    package let threadID: UInt32
    package let executionSeconds: UInt32
    /// The error the statement ended with on its first server; 0 for none.
    package let errorCode: UInt16
    package let database: String
    /// The text, in the character set `characterSet.client`.
    package let statement: UnsafeRawBufferPointer
    package let kind: StatementKind
    package let session: SessionVariables

    /// The session settings that the statement ran with, as far as the event tells.
    package struct SessionVariables: Sendable, Hashable {
        /// Bits of `OPTION_*`; see the accessors.
        package var flags2: UInt32?
        package var sqlMode: UInt64?
        /// Collation ids of `character_set_client`, `collation_connection`, `collation_server`.
        package var characterSet: CharacterSet?
        package var timeZone: String?
        package var databaseCollation: UInt16?
        package var explicitDefaultsForTimestamp: Bool?
        package var defaultCollationForUTF8MB4: UInt16?
        package var microseconds: UInt32?
        /// Number of the transaction in which this DDL committed (atomic DDL).
        package var ddlXID: UInt64?
        package var requirePrimaryKey: Bool?
        package var defaultTableEncryption: Bool?
        /// MariaDB: what its two-phase ALTER TABLE says with this event; nil for any other statement.
        package var alterPhase: AlterPhase?
        /// MariaDB's `character_set_collations`: collation ids of character sets' compiled-in defaults, and what the session
        /// had instead; nil where the event does not tell.
        package var characterSetCollations: [CollationChoice]?

        package init() {}

        /// MariaDB, where events have it among the options (`OPTION_EXPLICIT_DEF_TIMESTAMP`); by its version.
        package var explicitDefaultsOption: Bool? { flags2.map { $0 & 1 << 24 != 0 } }
        /// MariaDB: `sql_if_exists` was on (`OPTION_IF_EXISTS`).
        package var ifExistsOption: Bool { (flags2 ?? 0) & 1 << 28 != 0 }
        /// `foreign_key_checks` was off (`OPTION_NO_FOREIGN_KEY_CHECKS`).
        package var noForeignKeyChecks: Bool { (flags2 ?? 0) & 1 << 26 != 0 }
        /// `unique_checks` was off (`OPTION_RELAXED_UNIQUE_CHECKS`).
        package var relaxedUniqueChecks: Bool { (flags2 ?? 0) & 1 << 27 != 0 }
    }

    /// With `binlog_alter_two_phase`, MariaDB logs an ALTER TABLE when it begins and once more when it has ended. Only the
    /// end says whether it took effect.
    package enum AlterPhase: Sendable, Hashable {
        case started, committed, rolledBack
    }

    package struct CollationChoice: Sendable, Hashable {
        package let characterSet: UInt16
        package let collation: UInt16
    }

    package struct CharacterSet: Sendable, Hashable {
        package let client: UInt16
        package let connection: UInt16
        package let server: UInt16

        package init(client: UInt16, connection: UInt16, server: UInt16) {
            self.client = client
            self.connection = connection
            self.server = server
        }
    }

    /// The statement as text; for messages, and for DDL, which is UTF-8 or ASCII in practice.
    package var text: String { String(decoding: statement, as: UTF8.self) }

    /// Whether it may be a definition statement. One that begins with a comment may be told from the comment's words.
    package var mayBeDefinition: Bool {
        switch kind {
        case .ddl, .other, .dml: true
        default: statement.first.map { $0 < UInt8(ascii: "A") } ?? false
        }
    }

    /// - Parameter expand: turns the compressed statement of a MariaDB QUERY_COMPRESSED into the statement.
    init(
        reading reader: inout ByteReader,
        postHeaderLength: Int,
        expand: (UnsafeRawBufferPointer) throws(DecodeError) -> UnsafeRawBufferPointer = { $0 }
    ) throws(DecodeError) {
        threadID = try reader.readUInt32()
        executionSeconds = try reader.readUInt32()
        let databaseLength = Int(try reader.readUInt8())
        errorCode = try reader.readUInt16()
        let statusLength = postHeaderLength >= 13 ? Int(try reader.readUInt16()) : 0
        if postHeaderLength > 13 { try reader.skip(postHeaderLength - 13) }
        let origin = reader.origin + reader.offset
        var status = ByteReader(try reader.take(statusLength), context: "status variables", origin: origin)
        session = try SessionVariables(reading: &status)
        database = try reader.readString(databaseLength)
        try reader.skip(1)
        statement = try expand(reader.takeRest())
        kind = StatementKind(statement)
    }
}

extension QueryEvent.SessionVariables {
    /// Variables have no common length, so everything after an unknown one is passed over.
    init(reading reader: inout ByteReader) throws(DecodeError) {
        while !reader.isAtEnd {
            switch try reader.readUInt8() {
            case 0: flags2 = try reader.readUInt32()
            case 1: sqlMode = try reader.readUInt64()
            case 2: try reader.skip(Int(try reader.readUInt8()) + 1)
            case 3: try reader.skip(4)
            case 4:
                characterSet = QueryEvent.CharacterSet(
                    client: try reader.readUInt16(),
                    connection: try reader.readUInt16(),
                    server: try reader.readUInt16()
                )
            case 5: timeZone = try reader.readString(Int(try reader.readUInt8()))
            case 6: try reader.skip(Int(try reader.readUInt8()))
            case 7: try reader.skip(2)
            case 8: databaseCollation = try reader.readUInt16()
            case 9: try reader.skip(8)
            case 10: try reader.skip(4)
            case 11:
                try reader.skip(Int(try reader.readUInt8()))
                try reader.skip(Int(try reader.readUInt8()))
            case 12:
                let count = try reader.readUInt8()
                if count == 254 { break }  // too many to be named
                for _ in 0..<count { while try reader.readUInt8() != 0 {} }
            case 13, 128: microseconds = UInt32(try reader.readUInt(bytes: 3))
            case 16: explicitDefaultsForTimestamp = try reader.readUInt8() != 0
            case 17, 129: ddlXID = try reader.readUInt64()
            case 18: defaultCollationForUTF8MB4 = try reader.readUInt16()
            case 19: requirePrimaryKey = try reader.readUInt8() != 0
            case 20: defaultTableEncryption = try reader.readUInt8() != 0
            case 130:
                let flags = try reader.readUInt8()
                alterPhase = flags & 4 != 0 ? .committed : flags & 8 != 0 ? .rolledBack : flags & 2 != 0 ? .started : nil
                // Which statement it ends.
                if flags & 12 != 0 { try reader.skip(8) }
            case 131:
                var choices: [QueryEvent.CollationChoice] = []
                for _ in 0..<(try reader.readUInt8()) {
                    choices.append(.init(characterSet: try reader.readUInt16(), collation: try reader.readUInt16()))
                }
                characterSetCollations = choices
            default: return
            }
        }
    }
}
