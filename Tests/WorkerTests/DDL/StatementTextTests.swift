import Testing
import WorkerDDL
import WorkerSchema

@testable import WorkerBinlog

/// What servers make of a statement's text: comments of versions, quotes by mode, letters by character set.
@Suite struct StatementTextTests {
    private static let mysql = ServerProfile(version: "9.7.0", uuid: "a")
    private static let oldMySQL = ServerProfile(version: "8.0.30", uuid: "b")
    private static let mariaDB = ServerProfile(version: "10.11.6", uuid: "c", isMariaDB: true)

    private func read(
        _ bytes: [UInt8], mode: UInt64 = 0, client: UInt16 = 45, _ source: ServerProfile = mysql, _ target: ServerProfile = mysql
    ) -> StatementText {
        var session = QueryEvent.SessionVariables()
        session.sqlMode = mode
        session.characterSet = QueryEvent.CharacterSet(client: client, connection: client, server: client)
        return bytes.withUnsafeBytes { StatementText($0, StatementKind($0), session, source: source, target: target) }
    }

    private func words(_ text: StatementText) -> String {
        String(decoding: text.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(arguments: [
        ("CREATE TABLE t (id INT) /*!50100 PARTITION BY HASH (id) */", "CREATE TABLE t (id INT) PARTITION BY HASH (id)"),
        ("CREATE DATABASE /*!32312 IF NOT EXISTS*/ d /*!40100 DEFAULT CHARACTER SET utf8mb4 */", "CREATE DATABASE IF NOT EXISTS d DEFAULT CHARACTER SET utf8mb4"),
        ("/*!99999 CREATE TABLE x */ ALTER TABLE /*!99999 hidden, */ t ADD a INT", "ALTER TABLE t ADD a INT"),
        ("ALTER TABLE t /* plain /*! */ ADD a INT /*!*/", "ALTER TABLE t /* plain /*! */ ADD a INT"),
        ("ALTER TABLE t COMMENT '/*!99999 x */', ADD a INT -- /*!99999 x */", "ALTER TABLE t COMMENT '/*!99999 x */', ADD a INT -- /*!99999 x */"),
        ("ALTER TABLE t ADD a INT DEFAULT (2*/* c */3)", "ALTER TABLE t ADD a INT DEFAULT (2*/* c */3)"),
    ])
    func commentsThatAllReadAlike(statement: String, read expected: String) {
        let text = read(Array(statement.utf8))
        #expect(words(text) == expected && text.doubt == nil)
        if case .ddl = text.kind {} else { Issue.record("\(text.kind)") }
    }

    @Test func whoeverExecutesAComment() {
        let statement = Array("ALTER TABLE t ADD a INT /*!80000 INVISIBLE */".utf8)
        #expect(words(read(statement, Self.mysql, Self.oldMySQL)) == "ALTER TABLE t ADD a INT INVISIBLE")
        // MariaDB passes over those of MySQL 5.7 and later.
        #expect(words(read(statement, Self.mariaDB, Self.mariaDB)) == "ALTER TABLE t ADD a INT")
        #expect(read(statement, Self.mysql, Self.mariaDB).doubt != nil)
        let later = Array("ALTER TABLE t ADD a INT /*!90500 INVISIBLE */".utf8)
        #expect(read(later, Self.mysql, Self.oldMySQL).doubt != nil)
        let own = Array("ALTER TABLE t ADD a INT /*M!100500 INVISIBLE */".utf8)
        #expect(words(read(own, Self.mariaDB, Self.mariaDB)) == "ALTER TABLE t ADD a INT INVISIBLE")
        #expect(read(own, Self.mariaDB, Self.mariaDB).doubt == nil)
        #expect(words(read(own, Self.mysql, Self.mysql)) == "ALTER TABLE t ADD a INT")
        #expect(read(own, Self.mariaDB, Self.mysql).doubt != nil)
        #expect(read(Array("CREATE DATABASE d /*!80016 */".utf8), Self.mysql, Self.mariaDB).doubt == nil)
    }

    @Test(arguments: ["ALTER TABLE t /*!123 x */ ADD a INT", "ALTER TABLE t /*!50100 ADD /* c */ a INT */", "ALTER TABLE t ADD a INT /*!50100 "])
    func commentsThatNobodyIsSureOf(statement: String) {
        #expect(read(Array(statement.utf8)).doubt != nil)
    }

    @Test func quotesByMode() throws {
        let statement = Array(#"ALTER TABLE t COMMENT 'a\', ADD b INT COMMENT 'c'"#.utf8)
        func parsed(_ mode: UInt64) throws -> DDLStatement {
            let text = read(statement, mode: mode)
            guard case .ddl(let kind) = text.kind else { throw MissingKind() }
            return try #require(DDLStatement(text.bytes, kind: kind, sessionDatabase: "d", dialect: text.dialect))
        }
        #expect(try parsed(1 << 20).tokens.contains { $0.text == "ADD" })
        #expect(try !parsed(0).tokens.contains { $0.text == "ADD" })
        let ansi = read(Array(#"CREATE TABLE "t ""x\" ("a b" INT)"#.utf8), mode: 1 << 2)
        guard case .ddl(let kind) = ansi.kind else { throw MissingKind() }
        let named = try #require(DDLStatement(ansi.bytes, kind: kind, sessionDatabase: "d", dialect: ansi.dialect))
        #expect(named.references.map(\.table.table) == [#"t "x\"#])
    }

    private struct MissingKind: Error {}

    @Test func lettersByCharacterSet() {
        let ascii = Array("ALTER TABLE t ADD a INT COMMENT 'c'".utf8)
        for client: UInt16 in [1, 8, 13, 28, 95, 248, 1052] { #expect(read(ascii, client: client).doubt == nil) }
        // The letter's second byte is a backslash.
        let wide = Array("ALTER TABLE t COMMENT '".utf8) + [0x81, 0x5C] + Array("', ADD a INT".utf8)
        for client: UInt16 in [13, 28, 95, 248, 1052] {
            let text = read(wide, client: client)
            #expect(text.doubt != nil)
            // Whoever takes the backslash for one sees no further column.
            #expect(SQLToken.all(of: text.bytes).contains { $0.text == "ADD" })
        }
        #expect(read(wide, client: 1).doubt != nil)
        // No byte of a letter in ujis is a quote.
        let text = Array("ALTER TABLE t COMMENT '".utf8) + [0xA4, 0xA2] + Array("'".utf8)
        #expect(read(text, client: 12).doubt == nil)
        #expect(read(text, client: 12, Self.mysql, Self.mariaDB).doubt != nil)
        #expect(read(Array("ALTER TABLE ".utf8) + [0xA4, 0xA2] + Array(" ADD a INT".utf8), client: 12).doubt != nil)
        for client: UInt16 in [33, 45, 255, 63, 2304] { #expect(read(Array("ALTER TABLE größe COMMENT 'ü'".utf8), client: client).doubt == nil) }
    }
}
