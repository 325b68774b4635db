package import SyncModel

extension FailureCode {
    /// A single row does not fit into the largest statement that the target takes.
    package static let rowTooLarge = FailureCode("row-too-large")
}
