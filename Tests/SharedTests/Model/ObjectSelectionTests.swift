import SyncModel
import Testing

/// Whether a change of objects selects more than before.
@Suite struct ObjectSelectionTests {
    private static func database(_ name: String = "shop", tables: [String]? = nil, views: [String]? = nil) -> ObjectSelection {
        ObjectSelection(database: name, tables: tables?.map { TableSelection(name: $0) }, views: views)
    }

    @Test func moreIsSelectedWhateverIsThere() {
        let some = [Self.database(tables: ["orders", "customers"])]
        #expect(some.growsTo([Self.database(tables: ["orders", "stock"])]))
        #expect(some.growsTo([Self.database()]))
        #expect(some.growsTo(some + [Self.database("crm", tables: ["t"])]))
        #expect([Self.database(views: ["v"])].growsTo([Self.database()]))
        #expect([Self.database(views: ["v"])].growsTo([Self.database(tables: ["orders"])]))
    }

    @Test func lessOrTheSameIsNot() {
        let some = [Self.database(tables: ["orders", "customers"])]
        #expect(!some.growsTo(some))
        #expect(!some.growsTo([Self.database(tables: ["orders"])]))
        #expect(!some.growsTo([]))
        #expect(![Self.database()].growsTo(some))
        #expect(![Self.database()].growsTo([Self.database()]))
        #expect(!some.growsTo([Self.database(views: ["v"])]))
    }
}
