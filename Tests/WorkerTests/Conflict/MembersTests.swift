import SyncModel
import Testing
import WorkerSchema

/// ENUM and SET for people.
@Suite struct MembersTests {
    private func members(_ type: String) throws -> Members {
        let dataType = type.hasPrefix("set") ? "set" : "enum"
        return try #require(
            Members(
                TableDefinition.Column(
                    name: "c", dataType: dataType, columnType: type, isNullable: true, isUnsigned: false, characterSet: "utf8mb4",
                    collation: nil, isGenerated: false, isOptional: true, isAutoIncrement: false)))
    }

    @Test(arguments: [
        ("enum('small','it''s','a,b')", "1", "small"), ("enum('small','it''s','a,b')", "2", "it's"), ("enum('small','it''s','a,b')", "3", "a,b"),
        ("enum('small')", "0", "0"), ("enum('small')", "2", "2"), ("enum('')", "1", ""), (#"enum('a\\b','c\nd')"#, "1", #"a\b"#),
        (#"enum('a\\b','c\nd')"#, "2", "c\nd"), ("set('x','y','z')", "0", ""), ("set('x','y','z')", "5", "x,z"), ("set('x','y','z')", "8", "8"),
        ("set('x','y','z')", "no number", "no number"),
    ])
    func numbersBecomeMembers(type: String, number: String, text: String) throws {
        #expect(try members(type).text(number) == text)
    }

    @Test func theSixtyFourthMemberOfASet() throws {
        let type = "set(" + (1...64).map { "'m\($0)'" }.joined(separator: ",") + ")"
        #expect(try members(type).text(UInt64(1) << 63 | 1) == "m1,m64")
    }
}
