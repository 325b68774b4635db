/// One of the two servers of a pair. Each side writes only keys of its own, so that no two writers ever meet on a row.
package enum Side: String, Sendable, Hashable, CaseIterable {
    case a, b

    /// Remainder of this side's integer keys when divided by two.
    package var parity: UInt64 { self == .a ? 0 : 1 }

    /// Prefix of this side's text keys.
    package var prefix: String { "\(rawValue)-" }
}
