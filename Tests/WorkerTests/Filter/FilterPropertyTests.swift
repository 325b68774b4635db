import SyncMySQL
import Testing
import WorkerFilter

/// A filter chooses the same rows in the log as the server does, whatever it says and whatever the rows hold.
@Suite struct FilterPropertyTests {
    private struct Case {
        var text: String
        var sql: String
        var comparesText: Bool
        var answers: [Bool?] = []
    }

    /// Servers compare text by its collation, take -1 in a list for the greatest unsigned number, times between strings as
    /// strings, a rest of negative zero for another number than zero, and a number of two digits beside a YEAR for one of this or the last
    /// century. (Where BIGINT overflows, they do not answer.)
    private static func meansTheSameToServers(_ one: Case) -> Bool {
        !one.comparesText && !one.text.contains(" IN (") && !(one.text.contains("BETWEEN") && one.text.contains("'"))
            && !one.text.contains("%") && !one.text.contains("MOD") && !one.text.contains(#/\by\b/#)
    }

    private static func difference(_ one: Case, _ server: [Bool?]) -> String? {
        guard one.answers.count == server.count else { return "\(one.answers.count) rows, not \(server.count)" }
        return server.indices.first { one.answers[$0] != server[$0] }.map { row in
            "\(one.text): row \(row + 1) is \(one.answers[row].map(String.init) ?? "NULL"), the server says \(server[row].map(String.init) ?? "NULL")"
        }
    }

    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func evaluatesAsTheServerDoes(_ server: TestServer) async throws {
        let options = try server.options()
        try await blocking {
            var random = SeededGenerator.printing("evaluatesAsTheServerDoes")
            let table = try FilterTable(options, "filter_property_\(server)".lowercased(), &random)
            var maker = RandomFilter(random)
            var cases: [Case] = []
            var refused = 0
            while cases.count < 600 {
                let text = maker.next()
                do {
                    let filter = try CompiledFilter(text, of: table.definition)
                    cases.append(Case(text: text, sql: filter.sql, comparesText: maker.comparesText))
                } catch {
                    refused += 1
                }
            }
            // What is made at random is mostly what users write.
            #expect(refused < cases.count * 2, "\(refused) of \(cases.count + refused) were refused")
            var compiled: [CompiledFilter] = []
            try table.write(&random) { _, row, layout in
                if compiled.isEmpty { compiled = try cases.map { try CompiledFilter($0.text, of: table.definition, layout: layout) } }
                for place in cases.indices { cases[place].answers.append(try compiled[place].expression.holds(row)) }
            }
            for one in cases {
                #expect(Self.difference(one, try table.answers(one.sql)) == nil, "as \(one.sql)")
                let chosen = one.answers.indices.filter { one.answers[$0] == true }.map { $0 + 1 }
                #expect(try table.found(by: one.sql) == chosen, "\(one.text)\n  as \(one.sql)")
                if Self.meansTheSameToServers(one), let wanted = try? table.answers(one.text) {
                    #expect(Self.difference(one, wanted) == nil, "as it is written")
                }
            }
            try table.clean()
        }
    }
}
