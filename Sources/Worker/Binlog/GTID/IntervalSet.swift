/// A set of positive numbers as sorted half-open intervals that neither touch nor overlap.
package struct IntervalSet: Sendable, Hashable {
    package private(set) var ranges: [Range<Int64>]

    package init() { ranges = [] }

    package init(_ range: Range<Int64>) { ranges = range.isEmpty ? [] : [range] }

    package var isEmpty: Bool { ranges.isEmpty }

    /// Index of the first range that ends at or after `value`.
    private func firstIndex(endingAtOrAfter value: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func contains(_ value: Int64) -> Bool {
        let index = firstIndex(endingAtOrAfter: value)
        // A range that ends exactly at the value does not hold it, but the next one may.
        return index < ranges.count && ranges[index].contains(value)
            || index + 1 < ranges.count && ranges[index + 1].contains(value)
    }

    package mutating func insert(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        let first = firstIndex(endingAtOrAfter: range.lowerBound)
        var last = first
        var merged = range
        while last < ranges.count, ranges[last].lowerBound <= range.upperBound {
            merged = min(merged.lowerBound, ranges[last].lowerBound)..<max(merged.upperBound, ranges[last].upperBound)
            last += 1
        }
        ranges.replaceSubrange(first..<last, with: CollectionOfOne(merged))
    }

    package mutating func remove(_ range: Range<Int64>) {
        guard !range.isEmpty else { return }
        let first = firstIndex(endingAtOrAfter: range.lowerBound)
        var last = first
        var kept: [Range<Int64>] = []
        while last < ranges.count, ranges[last].lowerBound < range.upperBound {
            let old = ranges[last]
            if old.lowerBound < range.lowerBound { kept.append(old.lowerBound..<min(old.upperBound, range.lowerBound)) }
            if old.upperBound > range.upperBound { kept.append(max(old.lowerBound, range.upperBound)..<old.upperBound) }
            last += 1
        }
        ranges.replaceSubrange(first..<last, with: kept)
    }

    package mutating func formUnion(_ other: IntervalSet) {
        for range in other.ranges { insert(range) }
    }

    package mutating func subtract(_ other: IntervalSet) {
        for range in other.ranges { remove(range) }
    }

    package func isSubset(of other: IntervalSet) -> Bool {
        var index = 0
        for range in ranges {
            while index < other.ranges.count, other.ranges[index].upperBound < range.upperBound { index += 1 }
            guard index < other.ranges.count, other.ranges[index].lowerBound <= range.lowerBound else { return false }
        }
        return true
    }

    /// How many numbers are in the set.
    package var count: UInt64 { ranges.reduce(0) { $0 &+ UInt64($1.upperBound - $1.lowerBound) } }
}
