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
                #expect(one.answers.count == FilterTable.rows)
                #expect(one.answers == (try table.answers(one.sql)), "\(one.text)\n  as \(one.sql)")
                // Text is compared by its collation there, and BIGINT overflows.
                if !one.comparesText, let wanted = try? table.answers(one.text) {
                    #expect(one.answers == wanted, "\(one.text)")
                }
            }
            try table.clean()
        }
    }
}
