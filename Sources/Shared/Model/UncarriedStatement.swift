/// A definition statement that the source executed on synced objects, and that the task does not carry over.
package struct UncarriedStatement: Sendable, Hashable, Codable {
    /// Counted per task, from 1.
    package var sequence: UInt64
    /// As a task selects it (``DDLKind``), or `other`.
    package var kind: String
    /// Its place in the source's log, as one word.
    package var place: String
    /// The statement without literals and comments, cut where it is long.
    package var text: String
    /// It took rows away on the source that the target keeps, or gave them another table's name.
    package var sidesDiffer: Bool
    /// When it ran on the source, microseconds since 1970 UTC.
    package var at: UInt64

    package init(sequence: UInt64 = 0, kind: String, place: String, text: String, sidesDiffer: Bool, at: UInt64) {
        self.sequence = sequence
        self.kind = kind
        self.place = place
        self.text = text
        self.sidesDiffer = sidesDiffer
        self.at = at
    }
}
