package import WorkerCheckpoint

/// Makes the selected databases, tables and views on the target, as the source has them.
///
/// Can be run again after a crash at any point: what this task has made before is recognised by its rows in
/// `__dts__.load_state`. Everything that the target cannot hold exactly is refused before anything is made.
package struct StructureInitializer {
    private let context: TaskContext

    package init(_ context: TaskContext) { self.context = context }

    /// Blocks until all is made.
    ///
    /// - Throws: `Stopped`; ``Failure`` `target-exists`, `unsupported`, `unknown-database`, `unknown-table` or what the
    ///   servers answered.
    package func run() throws {}
}
