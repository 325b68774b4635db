import Testing
import WorkerDDL

/// Statements in messages: no row data, no passwords, nothing that a terminal would obey.
@Suite struct ToldStatementTests {
    @Test(arguments: [
        ("TRUNCATE TABLE t", "TRUNCATE TABLE t"),
        ("ALTER TABLE `a b` COMMENT  'secret' /* secret */, ALGORITHM=INPLACE", "ALTER TABLE `a b` COMMENT '?' , ALGORITHM=INPLACE"),
        ("CREATE TABLE t (a VARCHAR(9) DEFAULT \"secret\")", "CREATE TABLE t (a VARCHAR(9) DEFAULT '?')"),
        ("/* secret */ DROP TABLE t -- secret\n", "DROP TABLE t …"),
        // Where NO_BACKSLASH_ESCAPES holds, the first text ends at its second quote.
        (#"ALTER TABLE t ADD a INT COMMENT 'x\', ADD b INT COMMENT 'secret'"#, "ALTER TABLE t ADD a INT COMMENT '?' …"),
        ("DROP TABLE `a\u{1B}[2J\u{202E}b`", "DROP TABLE `a?[2J?b`"),
        ("DROP TABLE ürün", "DROP TABLE ürün"),
    ])
    func literalsAreLeftOut(statement: String, told: String) {
        #expect(ToldStatement.text(of: Array(statement.utf8)) == told)
    }

    @Test func whatIsNoTextIsCutThere() {
        #expect(ToldStatement.text(of: Array("DROP TABLE a, ".utf8) + [0x83, 0x5C] + Array(" 'secret'".utf8)) == "DROP TABLE a, …")
    }

    @Test func longOnesAreCut() {
        let text = ToldStatement.text(of: Array("DROP TABLE \((0..<500).map { "t\($0)" }.joined(separator: ", "))".utf8))
        #expect(text.count < 600 && text.hasSuffix(" …"))
    }
}
