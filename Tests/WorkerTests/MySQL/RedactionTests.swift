import SyncMySQL
import SyncModel
import Testing

@Suite("What errors of the server tell")
struct RedactionTests {
    @Test(
        "Values of rows are not in the message",
        arguments: [
            (1062, "Duplicate entry 'secret'-'7' for key 'orders.PRIMARY'", "Duplicate entry '…' for key 'orders.PRIMARY'"),
            (
                1064, "You have an error in your SQL syntax; check the manual near 'secret','x')' at line 1",
                "You have an error in your SQL syntax; check the manual near '…' at line 1"
            ),
            (1366, "Incorrect string value: 'secret' for column `d`.`t`.`c` at row 1", "Incorrect string value: '…' for column `d`.`t`.`c` at row 1"),
            (1292, "Incorrect datetime value: 'secret", "Incorrect datetime value: '…"),
            (1526, "Table has no partition for value secret", "Table has no partition for value …"),
            (1690, "BIGINT UNSIGNED value is out of range in '(`d`.`t`.`a` - secret)'", "BIGINT UNSIGNED value is out of range in '…'"),
            (1557, "Upholding … table 't', entry 'secret', key 2 would lead to a duplicate entry", "Upholding … table '…', key … would lead to a duplicate entry"),
            (1762, "Foreign key constraint for table 't', record 'secret' would lead to a duplicate entry", "Foreign key constraint for table '…' would lead to a duplicate entry"),
            (1367, "Illegal double 'secret' value found during parsing", "Illegal double '…' value found during parsing"),
            (1300, "Invalid utf8mb4 character string: 'secret'", "Invalid utf8mb4 character string: '…'"),
            (1569, "ALTER TABLE causes auto_increment resequencing, resulting in duplicate entry 'secret' for key 'k'", "ALTER TABLE causes auto_increment resequencing, resulting in duplicate entry '…'"),
            (1741, "Key value 'secret' was not found in table 'd.t'", "Key value '…'"),
            (1917, "Truncated value 'secret' when converting to INT", "Truncated value '…' when converting to INT"),
            (3854, "Cannot convert string 'secret' from utf8mb4 to binary", "Cannot convert string '…' from utf8mb4 to binary"),
            (4153, "Incorrect integer value: 'secret' for column 'c' at row 7 in file 'f'", "Incorrect integer value: '…'"),
            // Of nobody's list: nothing that may be a value.
            (9999, "It can't be \"secret\" or 'secret' or 4711", "It can't be \"…\" or '…' or …"),
        ])
    func values(code: UInt32, text: String, expected: String) {
        expectRedacted(code, text, expected)
    }

    @Test("What a trigger has put together is not shown")
    func signals() {
        let error = MySQLError(code: .init(rawValue: 1644), message: "customer secret may not be changed")
        #expect(!error.description.contains("secret"))
        #expect(error.redactedMessage.contains("trigger"))
    }

    @Test("Texts that name objects only stay as they are", arguments: [
        (1146, "Table 'shop.orders' doesn't exist"), (1054, "Unknown column 'x' in 'field list'"), (1045, "Access denied for user 'dts'@'h' (using password: YES)"),
        (1406, "Data too long for column 'note' at row 1"), (1264, "Out of range value for column 'n' at row 1"),
        (1452, "Cannot add or update a child row: a foreign key constraint fails (`d`.`c`, CONSTRAINT `f` FOREIGN KEY (`p`) REFERENCES `p` (`id`))"),
        (1205, "Lock wait timeout exceeded; try restarting transaction"), (3819, "Check constraint 'c' is violated."), (2013, "Lost connection to server"),
        (4025, "CONSTRAINT `c` failed for `d`.`t`"),
    ])
    func harmless(code: UInt32, text: String) {
        #expect(MySQLError(code: .init(rawValue: code), message: text).redactedMessage == text)
    }

    @Test("Nothing in a message moves a cursor or makes a line of its own")
    func controls() {
        let error = MySQLError(code: .unknownTable, message: "Table 'a\u{1B}[2J\u{202E}\nerror: all is well' doesn't exist")
        #expect(error.redactedMessage == "Table 'a\u{FFFD}[2J\u{FFFD} error: all is well' doesn't exist")
    }

    private func expectRedacted(_ code: UInt32, _ text: String, _ expected: String) {
        let error = MySQLError(code: .init(rawValue: code), message: text)
        #expect(error.redactedMessage == expected)
        #expect(!error.description.contains("secret"))
        #expect(!error.failure(role: "target", address: "h:1", doing: "applying rows").message.contains("secret"))
    }

    @Test("Other messages stay as they are")
    func others() {
        let error = MySQLError(code: .unknownTable, message: "Table 'shop.orders' doesn't exist")
        #expect(error.redactedMessage == "Table 'shop.orders' doesn't exist")
    }
}
