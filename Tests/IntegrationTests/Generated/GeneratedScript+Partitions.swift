import WorkloadKit

/// Clauses of partitions.
extension GeneratedScript {
    /// How a new table is parted by its key.
    mutating func scheme(_ key: String, _ family: GeneratedValue.Family?) -> [String] {
        let column = list([name(key)])
        switch (family, random.number(0...5)) {
        case (.number, 0): return ["PARTITION BY", random.pick(["HASH", "LINEAR HASH"]), column, "PARTITIONS", "3"]
        case (.number, 1):
            let notes = random.chance(30) ? " " + random.pick(["COMMENT = 'a, b'", "ENGINE = InnoDB", "MAX_ROWS = 10", "COMMENT 'FIRST' MIN_ROWS 2"]) : ""
            return [
                "PARTITION BY RANGE", column,
                "(PARTITION p0 VALUES LESS THAN (100000)\(notes), PARTITION p1 VALUES LESS THAN (100000000), PARTITION p2 VALUES LESS THAN (100000001))",
            ]
        case (.number, 2):
            return [
                "PARTITION BY RANGE COLUMNS", column, "(PARTITION p0 VALUES LESS THAN (100000), PARTITION `p,1` VALUES LESS THAN (MAXVALUE))",
            ]
        case (.number, 3):
            return [
                "PARTITION BY RANGE", column, "SUBPARTITION BY", random.pick(["HASH", "LINEAR HASH"]), column, "SUBPARTITIONS", "2",
                "(PARTITION p0 VALUES LESS THAN (50000), PARTITION p1 VALUES LESS THAN MAXVALUE)",
            ]
        case (.number, 4):
            let values = (0..<4).map(String.init)
            return [
                "PARTITION BY LIST", "(\(name(key)) % 4)",
                "(PARTITION p0 VALUES IN (\(values[0]), \(values[1])), PARTITION p1 VALUES IN (2, 3, NULL))",
            ]
        case (.text, 1), (.text, 2):
            return [
                "PARTITION BY RANGE COLUMNS", column, "(PARTITION p0 VALUES LESS THAN ('a9'), PARTITION p1 VALUES LESS THAN (MAXVALUE))",
            ]
        case (.time, 1), (.time, 2):
            return [
                "PARTITION BY RANGE COLUMNS", column,
                "(PARTITION p0 VALUES LESS THAN ('2001-09-10 00:00:00'), PARTITION p1 VALUES LESS THAN (MAXVALUE))",
            ]
        default:
            let algorithm = random.chance(20) ? ["ALGORITHM", random.pick(["= 1", "= 2"])] : []
            return ["PARTITION BY", random.pick(["KEY", "LINEAR KEY"])] + algorithm + [random.chance(20) ? "()" : column] + ["PARTITIONS", "2"]
        }
    }

    mutating func partitions(_ table: GeneratedTable) -> Piece {
        let begin = ["ALTER TABLE", name(table)]
        guard let method = table.partitionMethod, !table.partitions.isEmpty else {
            guard let key = table.primary.first, let column = table.columns.first(where: { $0.name == key }) else { return truncate(table) }
            return Piece(begin + scheme(key, column.family), quiet: true)
        }
        let part = name(random.pick(table.partitions))
        let isRange = method.hasPrefix("RANGE"), isPlain = method == "RANGE"
        switch random.number(0...9) {
        case 0: return Piece(begin + ["REMOVE PARTITIONING"])
        case 1 where isPlain:
            let exists = isMariaDB && random.chance(20) ? ["IF NOT EXISTS"] : []
            return Piece(
                begin + ["ADD PARTITION"] + exists + ["(PARTITION p\(counter) VALUES LESS THAN (\(100_000_000 + counter * 1000)))"], quiet: true)
        case 1 where method.hasPrefix("LIST"):
            return Piece(begin + ["ADD PARTITION", "(PARTITION p\(counter) VALUES IN (\(100 + counter)))"], quiet: true)
        case 1: return Piece(begin + ["ADD PARTITION PARTITIONS", "1"])
        case 2 where isPlain && options.makes(.listsOfNames) && table.partitions.count > 2:
            let first = table.partitions.prefix(2).map { name($0) }.joined(separator: ", ")
            if random.chance(50) { return Piece(begin + ["DROP PARTITION", first], quiet: true) }
            return Piece(
                begin + ["REORGANIZE PARTITION", first, "INTO", "(PARTITION q\(counter) VALUES LESS THAN (100000000))"], quiet: true)
        case 2 where isRange:
            let exists = isMariaDB && random.chance(20) ? ["IF EXISTS"] : []
            return Piece(begin + ["DROP PARTITION"] + exists + [exists.isEmpty || random.chance(50) ? part : "none"], quiet: true)
        case 2: return Piece(begin + ["COALESCE PARTITION", "1"])
        case 3: return Piece(begin + ["TRUNCATE PARTITION", random.chance(20) ? "ALL" : part], quiet: true)
        case 4: return Piece(begin + [random.pick(["REBUILD PARTITION", "CHECK PARTITION", "REPAIR PARTITION"]), random.chance(30) ? "ALL" : part])
        case 5: return Piece(begin + ["ANALYZE PARTITION", part])
        case 6 where !isRange && !method.hasPrefix("LIST"): return Piece(begin + ["REORGANIZE PARTITION"])
        case 7:
            guard let key = table.primary.first, let column = table.columns.first(where: { $0.name == key }) else { fallthrough }
            return Piece(begin + scheme(key, column.family), quiet: true)
        default: return Piece(begin + ["OPTIMIZE PARTITION ALL"])
        }
    }
}
