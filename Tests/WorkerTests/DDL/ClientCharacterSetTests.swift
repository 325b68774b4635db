import SyncMySQL
import Testing
import WorkerDDL
import WorkerSchema

@testable import WorkerBinlog

/// Statements whose client did not write UTF-8 mean what its letters mean.
@Suite struct ClientCharacterSetTests {
    private static let server = ServerProfile(version: "9.7.0", uuid: "a")

    private func read(_ bytes: [UInt8], client: UInt16, mode: UInt64 = 0, to target: ServerProfile = server) -> StatementText {
        var session = QueryEvent.SessionVariables()
        session.sqlMode = mode
        session.characterSet = QueryEvent.CharacterSet(client: client, connection: 8, server: 9)
        return bytes.withUnsafeBytes { StatementText($0, StatementKind($0), session, source: Self.server, target: target) }
    }

    /// Each letter of the text is one byte, as in latin1.
    private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    @Test func namesAndTextsBecomeUTF8() throws {
        let text = read(bytes("CREATE TABLE größe (`maß` INT COMMENT 'ü' /* ä */, t VARCHAR(9) DEFAULT 'é')"), client: 8)
        #expect(text.doubt == nil && text.isUTF8)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "CREATE TABLE größe (`maß` INT COMMENT 'ü' /* ä */, t VARCHAR(9) DEFAULT 'é')")
        #expect(text.session.characterSet == QueryEvent.CharacterSet(client: 45, connection: 8, server: 9))
        // To another kind of server, too.
        #expect(read(bytes("ALTER TABLE größe ADD a INT"), client: 8, to: ServerProfile(version: "10.11.6", uuid: "b", isMariaDB: true)).doubt == nil)
        #expect(read(Array("ALTER TABLE t ADD a INT".utf8), client: 8).session.characterSet?.client == 8)
    }

    /// A text with an introducer is what its bytes are in that character set.
    @Test func textsWithIntroducersKeepTheirBytes() {
        let text = read(bytes("ALTER TABLE ö ADD a CHAR(9) DEFAULT _latin2'\u{B1}''\\'' COMMENT 'ö', ADD b CHAR(9) DEFAULT _utf8mb4 \"\u{C3}\u{B6}\""), client: 8)
        #expect(text.doubt == nil)
        #expect(text.bytes == Array("ALTER TABLE ö ADD a CHAR(9) DEFAULT _latin2'".utf8) + [0xB1] + Array("''\\'' COMMENT 'ö', ADD b CHAR(9) DEFAULT _utf8mb4 \"ö\"".utf8))
        for unclear in ["N'ö'", "n'ö'", "_latin1'a' 'ö'"] { #expect(read(bytes("ALTER TABLE t ADD a CHAR(9) DEFAULT \(unclear)"), client: 8).doubt != nil) }
        #expect(read(bytes("ALTER TABLE t ADD a CHAR(9) DEFAULT N'o' COMMENT 'ö'"), client: 8).doubt == nil)
    }

    /// Servers write some statements, or parts of them, themselves.
    @Test func whatServersWrite() {
        let head = Array("CREATE ALGORITHM=UNDEFINED DEFINER=`dts`@`%` SQL SECURITY DEFINER VIEW `ü`(`ö`) AS ".utf8)
        let view = read(head + bytes("select maß as ä from größe"), client: 8)
        #expect(String(decoding: view.bytes, as: UTF8.self).hasSuffix("VIEW `ü`(`ö`) AS select maß as ä from größe"))
        let made = "CREATE TABLE `ö` (\n  `ß` varchar(1) CHARACTER SET latin1 NOT NULL DEFAULT 'é'\n) START TRANSACTION"
        let text = read(Array(made.utf8), client: 8)
        #expect(String(decoding: text.bytes, as: UTF8.self) == made && text.doubt == nil && text.session.characterSet?.client == 45)
        // What a client wrote in that form is no UTF-8.
        #expect(String(decoding: read(bytes(made), client: 8).bytes, as: UTF8.self) == made)
    }

    @Test func theSpaceThatDoesNotBreak() {
        #expect(String(decoding: read(bytes("ALTER\u{A0}TABLE\u{A0}t COMMENT 'a\u{A0}b'"), client: 8).bytes, as: UTF8.self) == "ALTER TABLE t COMMENT 'a\u{A0}b'")
    }

    @Test func whatIsNoLetter() {
        // Hebrew has none there; a Swedish set has letters in the place of brackets.
        #expect(read(bytes("ALTER TABLE t COMMENT '\u{A1}'"), client: 16).doubt != nil)
        #expect(read(bytes("ALTER TABLE t COMMENT '['"), client: 10).doubt != nil)
        #expect(read(bytes("ALTER TABLE t ADD a INT"), client: 10).doubt == nil)
        // Sets of more bytes for a letter, none of which is punctuation.
        #expect(read(bytes("ALTER TABLE t COMMENT '\u{A4}\u{A2}'"), client: 12).doubt == nil)
        #expect(read(bytes("ALTER TABLE \u{A4}\u{A2} ADD a INT"), client: 12).doubt != nil)
    }

    /// What we know of letters is what servers do.
    @Test(arguments: [Route.mysql, .mariaDB])
    func lettersAreThoseOfServers(_ route: Route) throws {
        let session = try Session(route.source.options())
        let high = (UInt8(0x80)...0xFF).map { $0 }
        let digits = high.map { String($0, radix: 16) }.joined()
        var count = 0
        for row in try session.rows(
            """
            SELECT c.ID, c.CHARACTER_SET_NAME FROM information_schema.COLLATIONS c JOIN information_schema.CHARACTER_SETS s
            ON s.CHARACTER_SET_NAME = c.CHARACTER_SET_NAME WHERE s.MAXLEN = 1 AND c.ID IS NOT NULL AND s.CHARACTER_SET_NAME NOT IN ('ascii', 'binary', 'swe7')
            """)
        {
            let (id, name) = (try #require(row[0].flatMap { UInt16($0) }), try #require(row[1]))
            let letters = try #require(try session.value("SELECT CONVERT(_\(name) x'\(digits)' USING utf8mb4)"))
            for (byte, letter) in zip(high, letters.unicodeScalars) {
                let text = read(Array("ALTER TABLE t COMMENT '".utf8) + [byte] + Array("'".utf8), client: id)
                // None, or one that may end a text.
                if letter.value < 0x80 {
                    #expect(text.doubt != nil, "\(name) \(byte)")
                } else {
                    #expect(String(decoding: text.bytes, as: UTF8.self) == "ALTER TABLE t COMMENT '\(letter)'", "\(name) \(byte)")
                }
            }
            count += 1
        }
        #expect(count > 40)
    }
}
