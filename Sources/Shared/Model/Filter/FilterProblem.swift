/// What is wrong with a row filter, and where in its text.
package struct FilterProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    package enum Kind: Sendable, Hashable {
        /// The text, or what it compares, is a mistake.
        case invalid
        /// The server would take it, but it cannot be evaluated exactly outside of the server.
        case unsupported
    }

    package var kind: Kind
    package var message: String
    /// Characters before the place.
    package var offset: Int

    package init(_ kind: Kind, _ message: String, at offset: Int) {
        self.kind = kind
        self.message = message
        self.offset = offset
    }

    package var description: String { "at character \(offset + 1): \(message)" }
}
