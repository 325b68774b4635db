import SupervisorConfig
import SyncModel
import Testing

@Suite struct PairFileTests {
    @Test func leftOutFieldsHaveTheDefaultsOfTheContract() throws {
        let file = try PairFile(ConfigTexts.source(ConfigTexts.smallestPair))
        let expected = PairSpec(
            name: "shop",
            a: Endpoint(host: "a", user: "u"),
            b: Endpoint(host: "b", user: "u"),
            objects: [ObjectSelection(database: "shop")]
        )
        #expect(file.spec == expected)
        #expect(file.secrets == Secrets(source: "pa", target: "pb"))
    }

    @Test func everyFieldIsRead() throws {
        let text =
            ConfigTexts.smallestPair + """

                prevails: a
                ddl: a-to-b
                sql: [insert, delete]
                scenario: both-have-data
                limits: {rows_per_second: 7}
                retry_minutes: 5
                billing: monthly-subscription
                owner: {email: ops@example.com}
                """
        let spec = try PairFile(ConfigTexts.source(text)).spec
        #expect(spec.prevails == .a && spec.ddl == .aToB && spec.scenario == .bothHaveData)
        #expect(spec.insert && !spec.update && spec.delete)
        #expect(spec.limits.rowsPerSecond == 7 && spec.retryMinutes == 5 && spec.ownerEmail == "ops@example.com")
    }

    @Test(arguments: [
        ("a", PairSpec.Prevails.a), ("b", .b), ("none", .none), ("{newest: commit-time}", .newestCommitTime),
        ("{newest: v}", .newest(column: "v")),
    ])
    func prevailsForms(_ form: String, _ prevails: PairSpec.Prevails) throws {
        #expect(
            try PairFile(ConfigTexts.source(ConfigTexts.smallestPair + "\nprevails: \(form)")).spec.prevails == prevails
        )
    }

    @Test(arguments: [
        BadFile(
            "no name",
            ConfigTexts.smallestPair.replacing("name: shop\n", with: ""),
            "t.yml:1:1: name: missing; required: a name for the pair"
        ),
        BadFile(
            "a name too long for its tasks",
            ConfigTexts.smallestPair.replacing("name: shop", with: "name: \(String(repeating: "x", count: 59))"),
            "t.yml:1:7: name: found '\(String(repeating: "x", count: 59))'; allowed: 1 to 57 of the letters A-Z and a-z, digits, "
                + "'.', '_' and '-', starting with a letter, a digit or '_'"
        ),
        BadFile(
            "ddl among the statements",
            ConfigTexts.smallestPair + "\nsql: [insert, ddl]\nddl: both\nprevails: c\nscenario: none",
            "t.yml:5:15: sql[1]: found 'ddl'; allowed: insert, update, delete",
            "t.yml:6:6: ddl: found 'both'; allowed: a-to-b, b-to-a, none",
            "t.yml:7:11: prevails: found 'c'; allowed: a, b, none, {newest: COLUMN}, {newest: commit-time}",
            "t.yml:8:11: scenario: found 'none'; allowed: auto, b-empty, b-structure-only, both-have-data, in-sync"
        ),
        BadFile(
            "columns that one side would lose",
            ConfigTexts.smallestPair.replacing("[{database: shop}]", with: "[{database: shop, tables: [{name: t, columns: [id]}]}]"),
            "t.yml:4:56: objects[0].tables[0].columns: found a list of columns; not allowed in a pair: a row whose key changes on one side "
                + "would lose the values of the columns that it leaves out on the other; 'rename' gives columns other names"
        ),
        BadFile(
            "a task's file",
            ConfigTexts.smallest,
            "t.yml:1:1: a: missing; required: an endpoint",
            "t.yml:1:1: b: missing; required: an endpoint",
            "t.yml:2:1: source: unknown field; allowed: \(PairFile.allowed.joined(separator: ", "))",
            "t.yml:3:1: target: unknown field; allowed: \(PairFile.allowed.joined(separator: ", "))"
        ),
    ])
    func everyProblemIsToldWithItsPlace(_ file: BadFile) {
        let error = #expect(throws: InvalidFile.self) { try PairFile(ConfigTexts.source(file.text)) }
        #expect(error?.description.split(separator: "\n").map(String.init) == file.problems)
    }
}
