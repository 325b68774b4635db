package import SyncModel

/// A file that cannot be used, with everything that is wrong with it.
package struct InvalidFile: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake and where it is. Never holds a password.
    package struct Problem: Sendable, Hashable {
        /// Both count from 1; columns are Unicode scalars.
        package var line: Int
        package var column: Int
        /// Path of the field, e.g. `source.tls.mode`; empty when the file as a whole is meant.
        package var field: String
        /// What was found and what is allowed.
        package var message: String
    }

    /// Name of the file as the user gave it.
    package var file: String
    /// In the order of the file; never empty.
    package var problems: [Problem]

    /// One line for each problem: `FILE:LINE:COLUMN: field: what was found; what is allowed`.
    package var description: String {
        problems.map { problem in
            let field = problem.field.isEmpty ? "" : "\(problem.field): "
            return "\(file):\(problem.line):\(problem.column): \(field)\(problem.message)"
        }.joined(separator: "\n")
    }

    package var failure: Failure {
        Failure(
            .invalidFile,
            problems.count == 1 ? description : "\(problems.count) problems\n\(description)",
            remedy: "correct the file and run the command again")
    }
}
