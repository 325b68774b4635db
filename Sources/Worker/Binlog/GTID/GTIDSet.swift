/// A set of MySQL transaction identifiers, with tags, kept as exact intervals.
///
/// Source: MySQL manual, "GTID Sets" and "GTID tags"; `Gtid_set` in `sql/rpl_gtid_set.cc`.
package struct GTIDSet: Sendable, Hashable {
    /// A source and a tag: each has numbers of its own.
    package struct Origin: Sendable, Hashable, Comparable {
        package let source: ServerUUID
        /// Lower case, empty for none.
        package let tag: String

        package init(source: ServerUUID, tag: String = "") {
            self.source = source
            self.tag = tag
        }

        package static func < (left: Origin, right: Origin) -> Bool {
            (left.source, left.tag) < (right.source, right.tag)
        }
    }

    private var members: [Origin: IntervalSet] = [:]

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    /// How many transactions are in the set.
    package var count: UInt64 { members.values.reduce(0) { $0 &+ $1.count } }

    /// Sorted by source and tag.
    package var origins: [Origin] { members.keys.sorted() }

    package var hasTags: Bool { members.keys.contains { !$0.tag.isEmpty } }

    package func intervals(of origin: Origin) -> [Range<Int64>] { members[origin]?.ranges ?? [] }

    package func contains(_ gtid: GTID) -> Bool {
        members[Origin(source: gtid.source, tag: gtid.tag)]?.contains(gtid.number) ?? false
    }

    package mutating func insert(_ gtid: GTID) {
        guard gtid.number > 0, gtid.number < Int64.max else { return }
        insert(gtid.number..<(gtid.number + 1), of: Origin(source: gtid.source, tag: gtid.tag))
    }

    package mutating func insert(_ range: Range<Int64>, of origin: Origin) {
        guard !range.isEmpty else { return }
        members[origin, default: IntervalSet()].insert(range)
    }

    package mutating func formUnion(_ other: GTIDSet) {
        for (origin, intervals) in other.members { members[origin, default: IntervalSet()].formUnion(intervals) }
    }

    package func union(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.formUnion(other)
        return result
    }

    package mutating func subtract(_ other: GTIDSet) {
        for (origin, intervals) in other.members {
            guard var mine = members[origin] else { continue }
            mine.subtract(intervals)
            members[origin] = mine.isEmpty ? nil : mine
        }
    }

    package func subtracting(_ other: GTIDSet) -> GTIDSet {
        var result = self
        result.subtract(other)
        return result
    }

    package func intersection(_ other: GTIDSet) -> GTIDSet { subtracting(subtracting(other)) }

    package func isSubset(of other: GTIDSet) -> Bool {
        members.allSatisfy { origin, intervals in
            other.members[origin].map { intervals.isSubset(of: $0) } ?? false
        }
    }
}
