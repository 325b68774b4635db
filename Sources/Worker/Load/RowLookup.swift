import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// Finds and locks rows of the target by keys of the source's rows, within the target's open transaction.
struct RowLookup {
    private let context: TaskContext
    private let plan: CopyPlan
    private let key: KeyOrder

    init(_ context: TaskContext, plan: CopyPlan, key: KeyOrder) {
        self.context = context
        self.plan = plan
        self.key = key
    }

    /// Condition for the row with the key of `row`.
    func isAt(_ row: HeldRow) -> String { key.isAt(place(of: row)) }

    /// The target's row for each of these; nil where there is none.
    func lockRows(like rows: [HeldRow], _ target: Session) throws -> [HeldRow?] {
        let places = rows.map(place)
        var found = Dictionary(
            try lock(key.isAmong(places), target).map { (place(of: $0), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var result: [HeldRow?] = []
        for place in places { result.append(found.removeValue(forKey: place)) }
        // Equal by collation but of other bytes: only the server can say which belongs to which.
        if !found.isEmpty {
            for index in result.indices where result[index] == nil {
                result[index] = try lock(key.isAt(places[index]), target).first
            }
        }
        return result
    }

    /// Rows of other keys that hold a value which one of the row's further unique keys wants.
    func lockHolders(ofUniqueValuesIn row: HeldRow, _ target: Session) throws -> [HeldRow] {
        var holders: [HeldRow] = []
        for names in plan.otherUniqueKeys {
            var conditions: [String] = []
            for name in names {
                guard let index = plan.columns.firstIndex(where: { $0.target.lowercased() == name.lowercased() }),
                    let value = row.value(index)
                else { break }
                conditions.append(
                    "\(plan.columns[index].comparand(plan.columns[index].target)) = \(plan.columns[index].literal(value))"
                )
            }
            // A NULL is equal to nothing, and a generated column is found by no value of ours.
            guard conditions.count == names.count else { continue }
            conditions.append("NOT (\(isAt(row)))")
            for holder in try lock(conditions.joined(separator: " AND "), target) where !holders.contains(holder) {
                holders.append(holder)
            }
        }
        return holders
    }

    func delete(_ row: HeldRow, _ target: Session) throws {
        try context.write("removing a row of table \(plan.target)") {
            try target.execute("DELETE FROM \(plan.target.quoted) WHERE \(isAt(row))")
        }
    }

    private func place(of row: HeldRow) -> KeyOrder.Place { KeyOrder.Place(plan.keyPlaces.map { row.value($0) ?? [] }) }

    private func lock(_ condition: String, _ target: Session) throws -> [HeldRow] {
        var rows: [HeldRow] = []
        try context.write("reading rows of table \(plan.target)") {
            try target.query("\(plan.select(.target)) FROM \(plan.target.quoted) WHERE \(condition) FOR UPDATE") {
                rows.append(HeldRow($0))
            }
        }
        return rows
    }
}
