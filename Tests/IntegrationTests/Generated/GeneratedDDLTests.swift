import TestSupport
import Testing

extension Integration {
    /// Definition statements that a seed makes, on A of a pair whose sides both write. Columns of a table have one type, so
    /// that a wrong idea of their order would put values into the wrong ones without an error; each value names its column.
    ///
    /// `DTS_SEED` repeats a run, `DTS_DDL_STATEMENTS` makes it longer or shorter, `DTS_DDL_METADATA=FULL` or `MINIMAL` leaves the
    /// other out, `DTS_DDL_KILLS=0` kills no worker, `DTS_DDL_TRY` (names of ``GeneratedForm`` or `all`) makes statements that
    /// are known to fail. `DTS_DDL_HISTORY` names the file that a run writes all of its statements to. Definitions and rows are compared
    /// after each statement; `DTS_DDL_STRETCH=4` compares after every fourth.
    @Suite struct GeneratedDDLTests {
        @Test(arguments: Integration.kinds, GeneratedOptions.metadata)
        func bothSidesFollow(kind: ServerKind, metadata: String) async throws {
            try await Scope.with { scope in
                let options = GeneratedOptions(kind: kind, metadata: metadata)
                print("DTS_SEED=\(options.seed) \(kind.rawValue) \(metadata): \(options.statements) statements")
                let run = try await GeneratedRun(options, in: scope)
                try await run.run()
            }
        }
    }
}
