import Testing
import WorkerBinlog

@Suite struct StatementKindTests {
    @Test(arguments: [
        ("BEGIN", StatementKind.begin), ("begin", .begin), ("/* x */ COMMIT", .commit), ("START TRANSACTION", .begin),
        ("ROLLBACK", .rollback), ("ROLLBACK TO `s1`", .rollbackToSavepoint),
        ("ROLLBACK TO SAVEPOINT s", .rollbackToSavepoint),
        ("ROLLBACK WORK TO s", .rollbackToSavepoint), ("SAVEPOINT `s`", .savepoint),
        ("RELEASE SAVEPOINT s", .releaseSavepoint),
        ("XA START X'67',X'',1", .xaStart), ("XA END X'67',X'',1", .xaEnd), ("XA PREPARE X'67'", .xaPrepare),
        ("XA COMMIT X'67',X'',1", .xaCommit), ("XA ROLLBACK X'67'", .xaRollback),
        ("INSERT INTO t VALUES (1)", .dml), ("-- note\nUPDATE t SET a=1", .dml), ("# note\n delete from t", .dml),
        ("--5", .other), ("", .other), ("/* only */", .other), ("/* open", .other), ("'", .other), ("`", .other),
        ("GRANT ALL ON *.* TO u", .other), ("FLUSH TABLES", .other), ("SET PASSWORD FOR u = 'x'", .other),
        (
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET @a=1 */",
            .ddl(DDLKind(.create, .trigger))
        ),
        ("/*M!100100 DROP */ TABLE t", .ddl(DDLKind(.drop, .table))),
        ("SET STATEMENT max_statement_time=5 FOR ALTER TABLE t ADD c INT", .ddl(DDLKind(.alter, .table))),
        ("CREATE TABLE t (a INT)", .ddl(DDLKind(.create, .table))),
        ("create or replace table t (a int)", .ddl(DDLKind(.create, .table))),
        ("CREATE TEMPORARY TABLE t (a INT)", .ddl(DDLKind(.create, .temporaryTable))),
        ("DROP /*!40005 TEMPORARY */ TABLE IF EXISTS `t`", .ddl(DDLKind(.drop, .temporaryTable))),
        ("TRUNCATE t", .ddl(DDLKind(.truncate, .table))), ("TRUNCATE TABLE t", .ddl(DDLKind(.truncate, .table))),
        ("RENAME TABLE a TO b", .ddl(DDLKind(.rename, .table))),
        ("RENAME TABLES a TO b", .ddl(DDLKind(.rename, .table))),
        ("CREATE UNIQUE INDEX i ON t (a)", .ddl(DDLKind(.create, .index))),
        ("DROP INDEX i ON t", .ddl(DDLKind(.drop, .index))),
        (
            "CREATE ALGORITHM=UNDEFINED DEFINER=`table`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1",
            .ddl(DDLKind(.create, .view))
        ),
        ("ALTER SCHEMA d CHARSET utf8mb4", .ddl(DDLKind(.alter, .database))),
        ("CREATE DEFINER='a'@'b' PROCEDURE p() BEGIN END", .ddl(DDLKind(.create, .procedure))),
        ("DROP DATABASE IF EXISTS d", .ddl(DDLKind(.drop, .database))),
        ("CREATE USER u", .ddl(DDLKind(.create, .user))),
        ("ALTER EVENT e DISABLE", .ddl(DDLKind(.alter, .event))),
    ])
    func isToldFromTheFirstWords(_ statement: String, _ kind: StatementKind) {
        #expect(Array(statement.utf8).withUnsafeBytes { StatementKind($0) } == kind)
    }

    @Test func wordsForTheUser() {
        #expect(DDLKind(.create, .table).description == "create-table")
        #expect(DDLKind(.drop, .temporaryTable).description == "drop-temporary-table")
    }

    @Test func tokens() {
        let text = Array("ALTER/**/TABLE `a``b`.\"c\" /*!80000 ADD */ x'00' , 'it''s \\'x' --\n;".utf8)
        text.withUnsafeBytes { bytes in
            var scanner = SQLScanner(bytes)
            var found: [String] = []
            while let token = scanner.next() {
                switch token {
                case .word(let range): found.append("word \(scanner.text(range))")
                case .name(let range): found.append("name \(scanner.text(range))")
                case .string(let range): found.append("string \(scanner.text(range))")
                case .punctuation(let byte): found.append(String(UnicodeScalar(byte)))
                }
            }
            #expect(
                found == [
                    "word ALTER", "word TABLE", "name a``b", ".", "string c", "word ADD", "word x", "string 00", ",",
                    "string it''s \\'x", ";",
                ]
            )
        }
    }
}
