/// The longest lines of the protocol, bytes without the newline.
package enum LineLimit {
    /// Whatever a worker says: it cuts what may be longer, as its supervisor must not be filled.
    package static let fromWorker = 1 << 20
    /// Whatever a worker is told. A task may name tens of thousands of tables.
    package static let toWorker = 16 << 20
    /// Of ``toWorker``, for what is told with a specification: routes, passwords, the place in a pair.
    package static let roomBesideSpecification = 1 << 20
}
