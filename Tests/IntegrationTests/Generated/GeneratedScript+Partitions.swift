import WorkloadKit

/// Clauses of partitions.
extension GeneratedScript {
    /// How a new table is parted by its key.
    mutating func scheme(_ key: String, _ family: GeneratedValue.Family?) -> [String] {
        switch (family, random.number(0...2)) {
        case (.number, 0): ["PARTITION BY HASH", "(\(name(key)))", "PARTITIONS", "3"]
        case (.number, 1):
            [
                "PARTITION BY RANGE", "(\(name(key)))",
                "(PARTITION p0 VALUES LESS THAN (100000), PARTITION p1 VALUES LESS THAN (100000000), PARTITION p2 VALUES LESS THAN (100000001))",
            ]
        default: ["PARTITION BY KEY", "(\(name(key)))", "PARTITIONS", "2"]
        }
    }

    mutating func partitions(_ table: GeneratedTable) -> Piece {
        let begin = ["ALTER TABLE", name(table)]
        guard let method = table.partitionMethod, !table.partitions.isEmpty else {
            guard let key = table.primary.first, let column = table.columns.first(where: { $0.name == key }) else { return truncate(table) }
            return Piece(begin + scheme(key, column.family), quiet: true)
        }
        let part = name(random.pick(table.partitions))
        switch random.number(0...6) {
        case 0: return Piece(begin + ["REMOVE PARTITIONING"])
        case 1 where method == "RANGE":
            return Piece(
                begin + ["ADD PARTITION", "(PARTITION p\(counter) VALUES LESS THAN (\(100_000_000 + counter * 1000)))"], quiet: true)
        case 1: return Piece(begin + ["ADD PARTITION PARTITIONS", "1"])
        case 2 where method == "RANGE" && options.makes(.listsOfNames) && table.partitions.count > 2:
            let first = table.partitions.prefix(2).map { name($0) }.joined(separator: ", ")
            if random.chance(50) { return Piece(begin + ["DROP PARTITION", first], quiet: true) }
            return Piece(
                begin + ["REORGANIZE PARTITION", first, "INTO", "(PARTITION q\(counter) VALUES LESS THAN (100000000))"], quiet: true)
        case 2 where method == "RANGE": return Piece(begin + ["DROP PARTITION", part], quiet: true)
        case 2: return Piece(begin + ["COALESCE PARTITION", "1"])
        case 3: return Piece(begin + ["TRUNCATE PARTITION", part], quiet: true)
        case 4: return Piece(begin + ["REBUILD PARTITION", part])
        case 5: return Piece(begin + ["ANALYZE PARTITION", part])
        default: return Piece(begin + ["OPTIMIZE PARTITION ALL"])
        }
    }
}
