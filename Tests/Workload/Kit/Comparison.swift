import SyncMySQL

/// Whether two servers hold the same rows in every table of some databases.
package struct Comparison: Sendable {
    package struct TableResult: Sendable, Hashable, Codable {
        package var database: String
        package var table: String
        package var rows: UInt64 = 0
        package var different: UInt64 = 0
        package var onlyInA: UInt64 = 0
        package var onlyInB: UInt64 = 0
        /// The first rows that differ, as people can read them.
        package var examples: [String] = []

        package var isEqual: Bool { different == 0 && onlyInA == 0 && onlyInB == 0 }
    }

    package struct Result: Sendable, Hashable, Codable {
        package var tables: [TableResult] = []
        /// Tables that are not the same on both sides: missing, or with other columns.
        package var structure: [String] = []

        package var isEqual: Bool { structure.isEmpty && tables.allSatisfy(\.isEqual) }
        /// What differs, for people; empty when all is equal.
        package var summary: String {
            let tables = tables.filter { !$0.isEqual }.flatMap { table in
                ["\(table.table): \(table.different) differ, \(table.onlyInA) only on A, \(table.onlyInB) only on B"] + table.examples
            }
            return (structure + tables).joined(separator: "\n")
        }

        package var rows: UInt64 { tables.reduce(0) { $0 + $1.rows } }
        package var differences: UInt64 { tables.reduce(0) { $0 + $1.different + $1.onlyInA + $1.onlyInB } }
    }

    package var a: ServerAddress
    package var b: ServerAddress

    package init(_ a: ServerAddress, _ b: ServerAddress) {
        self.a = a
        self.b = b
    }

    /// Reads both sides. Writers should rest meanwhile.
    ///
    /// - Parameter names: databases of A and what they are called on B.
    package func run(
        _ names: [(a: String, b: String)], progress: @escaping @Sendable (TableResult) -> Void = { _ in }
    ) async throws -> Result {
        try await WorkerThread.run("compare") {
            var result = Result()
            for name in names { try compare(name, &result, progress) }
            return result
        }
    }

    private func compare(_ name: (a: String, b: String), _ result: inout Result, _ progress: (TableResult) -> Void) throws {
        let left = try TableShape.all(in: name.a, try a.connect())
        let right = try TableShape.all(in: name.b, try b.connect())
        for table in right where !left.contains(where: { $0.name == table.name }) {
            result.structure.append("\(name.b).\(table.name) is only on B")
        }
        if left.isEmpty, right.isEmpty { result.structure.append("\(name.a) has no table on either side") }
        for table in left {
            guard let other = right.first(where: { $0.name == table.name }) else {
                result.structure.append("\(name.a).\(table.name) is only on A")
                continue
            }
            guard other.columns.map(\.name) == table.columns.map(\.name) else {
                result.structure.append("\(name.a).\(table.name) has other columns on B")
                continue
            }
            let compared = try compare(table, other, name)
            progress(compared)
            result.tables.append(compared)
        }
    }

    private func compare(_ left: TableShape, _ right: TableShape, _ name: (a: String, b: String)) throws -> TableResult {
        var result = TableResult(database: name.a, table: left.name)
        if try isEqual(left, right, name, &result.rows) { return result }
        return try differences(left, right, name)
    }

    /// Row by row, in step.
    private func isEqual(
        _ left: TableShape, _ right: TableShape, _ name: (a: String, b: String), _ rows: inout UInt64
    ) throws -> Bool {
        let leftRows = RowBlocks(a, query: left.query(name.a))
        let rightRows = RowBlocks(b, query: right.query(name.b))
        defer {
            leftRows.cancel()
            rightRows.cancel()
        }
        while true {
            let leftBlock = try leftRows.next()
            let rightBlock = try rightRows.next()
            if leftBlock != rightBlock { return false }
            guard let leftBlock else { return true }
            rows += UInt64(leftBlock.count)
        }
    }
}

extension Comparison {
    private static let mostExamples = 6

    /// What exactly differs. Holds both sides in memory: it only runs when something is wrong.
    private func differences(_ left: TableShape, _ right: TableShape, _ name: (a: String, b: String)) throws -> TableResult {
        var result = TableResult(database: name.a, table: left.name)
        var leftRows = try all(a, left.query(name.a), &result.rows)
        var rightRows = try all(b, right.query(name.b), &result.rows)
        for (key, rows) in leftRows {
            guard let others = rightRows[key] else { continue }
            // The rows of a table without a key share the empty key: equal ones cancel each other out, one for one.
            let (onlyLeft, onlyRight) = Self.cancelled(rows, others)
            leftRows[key] = onlyLeft.isEmpty ? nil : onlyLeft
            rightRows[key] = onlyRight.isEmpty ? nil : onlyRight
        }
        let keys = Set(leftRows.keys).union(rightRows.keys).sorted { $0.lexicographicallyPrecedes($1) }
        for key in keys {
            let onlyLeft = leftRows[key] ?? []
            let onlyRight = rightRows[key] ?? []
            if left.key.isEmpty {
                result.onlyInA += UInt64(onlyLeft.count)
                result.onlyInB += UInt64(onlyRight.count)
            } else if onlyRight.isEmpty {
                result.onlyInA += 1
            } else if onlyLeft.isEmpty {
                result.onlyInB += 1
            } else {
                result.different += 1
            }
            result.addExamples(onlyLeft, "A", most: Self.mostExamples)
            result.addExamples(onlyRight, "B", most: Self.mostExamples)
        }
        return result
    }

    private func all(_ address: ServerAddress, _ query: String, _ rows: inout UInt64) throws -> [[UInt8]: [[UInt8]]] {
        var found: [[UInt8]: [[UInt8]]] = [:]
        var count: UInt64 = 0
        let blocks = RowBlocks(address, query: query)
        while let block = try blocks.next() {
            count += UInt64(block.count)
            for row in block { found[row.key, default: []].append(row.whole) }
        }
        rows = max(rows, count)
        return found
    }

    private static func cancelled(_ left: [[UInt8]], _ right: [[UInt8]]) -> ([[UInt8]], [[UInt8]]) {
        var surplus: [[UInt8]: Int] = [:]
        for row in left { surplus[row, default: 0] += 1 }
        for row in right { surplus[row, default: 0] -= 1 }
        var onlyLeft: [[UInt8]] = []
        var onlyRight: [[UInt8]] = []
        for (row, count) in surplus where count != 0 {
            if count > 0 {
                onlyLeft += Array(repeating: row, count: count)
            } else {
                onlyRight += Array(repeating: row, count: -count)
            }
        }
        return (onlyLeft, onlyRight)
    }
}

extension Comparison.TableResult {
    fileprivate mutating func addExamples(_ rows: [[UInt8]], _ side: String, most: Int) {
        for row in rows where examples.count < most {
            examples.append("\(side): \(String(decoding: row.prefix(200), as: UTF8.self))")
        }
    }
}
