import SyncModel
import Testing

/// The other half of a pair sees the same rows, by the names that they have there.
@Suite struct ReversedTests {
    @Test func filterAndColumnsAreMapped() throws {
        let table = TableSelection(
            name: "orders", mappedTo: "sales", filter: "Id > 5 AND `total` = 1 OR note = 'id total' AND kind IN (id, 2)",
            columns: ["ID", "total", "note", "kind"], rename: ["id": "order id", "total": "a`b"])
        let reversed = table.reversed
        #expect(reversed.name == "sales" && reversed.mappedTo == "orders")
        #expect(reversed.filter == "`order id` > 5 AND `a``b` = 1 OR note = 'id total' AND kind IN (`order id`, 2)")
        #expect(reversed.columns == ["order id", "a`b", "note", "kind"])
        #expect(reversed.rename == ["order id": "id", "a`b": "total"])
        let again = try RowFilter(try #require(reversed.reversed.filter))
        #expect(again.columns == ["id", "total", "note", "kind"])
    }

    @Test func routinesAndViewsStay() {
        let object = ObjectSelection(database: "a", mappedTo: "b", views: ["v"], routines: .all)
        #expect(object.reversed == ObjectSelection(database: "b", mappedTo: "a", views: ["v"], routines: .all))
    }
}
