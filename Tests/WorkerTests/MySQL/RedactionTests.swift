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
        ])
    func values(code: UInt32, text: String, expected: String) {
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
