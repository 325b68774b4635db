/// What keeps a test from going on, in words.
package struct Trouble: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
