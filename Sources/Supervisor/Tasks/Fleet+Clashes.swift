package import SyncModel

/// Whose row wins a reported conflict.
package enum ConflictWinner: String, Sendable, Hashable, CaseIterable {
    /// By the direction of the task that found it.
    case source, target
    /// By the side of the pair.
    case a, b
}

/// Decisions that are for both halves of a pair: where both sides have changed a row, each half finds the clash on its target.
extension Fleet {
    /// Decides a conflict; with a side of the pair, what the other half has found of the same row too.
    /// - Returns: the conflicts that were decided, the one that was asked for first.
    package func resolveConflict(_ id: Int64, for winner: ConflictWinner) async throws(Failure) -> [StoredConflict] {
        let found = try await conflict(id)
        let takesSource = try await takesSource(winner, found)
        let other = winner == .a || winner == .b ? try await counterpart(of: found) : nil
        let first = try await resolveConflict(id, takingSource: takesSource)
        guard let other else { return [first] }
        do throws(Failure) {
            return [first, try await resolveConflict(other.id, takingSource: !takesSource)]
        } catch {
            throw Failure(
                error.code, "conflict \(id) is decided, but not conflict \(other.id), the same clash on the other side: \(error.message)",
                remedy: "conflict resolve \(other.id) --take \(winner.rawValue)", kind: error.kind)
        }
    }

    /// Decides all conflicts of a task or pair that await a decision, the oldest first.
    /// - Parameter table: `table` or `database.table`, names on the target.
    /// - Returns: the conflicts that were decided.
    /// - Throws: at the first that cannot be decided; it says how many were.
    package func resolveConflicts(
        of name: String, kind: ConflictClass?, table: String?, for winner: ConflictWinner
    ) async throws(Failure) -> [StoredConflict] {
        if pairs[name] != nil, winner == .source || winner == .target {
            throw Failure(
                .notAllowed, "'\(winner.rawValue)' is another side for each half of pair '\(name)'", remedy: "take a, or b")
        }
        var decided: [StoredConflict] = []
        while true {
            let page = try await conflicts(of: name, undecidedOnly: true, kind: kind, table: table, limit: 1000, before: nil)
            if page.isEmpty { return decided }
            // The other half's conflict may be on the same page.
            for open in page.reversed() where !decided.contains(where: { $0.id == open.id }) {
                do throws(Failure) {
                    decided += try await resolveConflict(open.id, for: winner)
                } catch {
                    throw Failure(
                        error.code, "\(decided.count) were decided, then conflict \(open.id) could not be: \(error.message)",
                        remedy: error.remedy, kind: error.kind)
                }
            }
        }
    }

    private func takesSource(_ winner: ConflictWinner, _ conflict: StoredConflict) async throws(Failure) -> Bool {
        switch winner {
        case .source: return true
        case .target: return false
        case .a, .b:
            guard let role = await tasks.values.first(where: { $0.id == conflict.task })?.role else {
                throw Failure(
                    .notAllowed, "conflict \(conflict.id) is one of a task that belongs to no pair, which has no side \(winner.rawValue)",
                    remedy: "take source, or target")
            }
            return (winner == .a) == (role.direction == .aToB)
        }
    }

    /// What the other half of the pair has found of the same row and what awaits a decision; nil when there is nothing.
    private func counterpart(of conflict: StoredConflict) async throws(Failure) -> StoredConflict? {
        guard let task = tasks.values.first(where: { $0.id == conflict.task }), let role = await task.role, let record = conflict.record
        else { return nil }
        let row = ClashingRow(record, onSourceOf: await task.spec.objects)
        var page = ConflictSelection(tasks: [role.reverseTask], undecidedOnly: true, database: row.database, table: row.table, limit: 1000)
        while true {
            let open = try await environment.store.conflicts(page)
            if let found = open.first(where: { $0.record.map(ClashingRow.init) == row }) { return found }
            guard open.count == page.limit, let last = open.last else { return nil }
            page.before = last.id
        }
    }
}

/// A row by its table and key, wherever a conflict has met it.
struct ClashingRow: Hashable {
    let database: String
    let table: String
    /// Texts by the names of their columns, in lower case.
    private let key: [String: String?]

    /// By the names of the target, as the record has them.
    init(_ record: ConflictRecord) {
        database = record.database
        table = record.table
        key = Self.key(record) { $0 }
    }

    /// By the names of the source, which is the target of the other half.
    init(_ record: ConflictRecord, onSourceOf objects: [ObjectSelection]) {
        let object = objects.first { ($0.mappedTo ?? $0.database) == record.database }
        let selection = object?.tables?.first { ($0.mappedTo ?? $0.name) == record.table }
        database = object?.database ?? record.database
        table = selection?.name ?? record.table
        let names = Dictionary(
            (selection?.rename ?? [:]).map { ($0.value.lowercased(), $0.key) }, uniquingKeysWith: { first, _ in first })
        key = Self.key(record) { names[$0.lowercased()] ?? $0 }
    }

    private static func key(_ record: ConflictRecord, _ name: (String) -> String) -> [String: String?] {
        Dictionary(record.key.map { (name($0.column).lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}
