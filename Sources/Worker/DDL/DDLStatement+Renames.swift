package import WorkerSchema

/// What RENAME TABLE and ALTER TABLE … RENAME do to names.
extension DDLStatement {
    /// One step of a statement, which takes them one after the other: `a TO x, b TO a, x TO b`.
    struct Move {
        var from: TableName
        var to: TableName
        /// Its name before the statement.
        var old: TableName
    }

    var moves: [Move] {
        var result: [Move] = []
        var oldNames: [TableName: TableName] = [:]
        var subject: TableName?
        for reference in references {
            if reference.role == .subject { subject = reference.table }
            guard reference.role == .newName, let from = subject else { continue }
            let old = oldNames.removeValue(forKey: from) ?? from
            oldNames[reference.table] = old
            result.append(Move(from: from, to: reference.table, old: old))
        }
        return result
    }

    /// Tables that have another name after the statement, in its order; names that only serve within it are left out.
    package var renamed: [(old: TableName, new: TableName)] {
        let moves = moves
        return moves.indices.compactMap { place in
            let move = moves[place]
            let goesOn = moves[(place + 1)...].contains { $0.old == move.old }
            return goesOn || move.old == move.to ? nil : (move.old, move.to)
        }
    }

    /// Whether the table gets another name and another table gets its.
    package func takesOver(_ table: TableName) -> Bool {
        let renamed = renamed
        return renamed.contains { $0.old == table } && renamed.contains { $0.new == table }
    }

    /// A table that is not synced and gets the name of one that is: its rows have never been carried over.
    package func bringsIn(_ objects: ObjectMap) -> (old: TableName, new: TableName)? {
        renamed.first { objects.target(of: $0.old) == nil && objects.target(of: $0.new) != nil }
    }
}
