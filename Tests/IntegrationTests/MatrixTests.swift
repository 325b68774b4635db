import TestSupport
import Testing

extension Integration {
    /// Every type of column, by every path on which values travel: load, insert, update, delete, and the comparison that
    /// finds conflicts.
    @Suite struct MatrixTests {
        struct Route: Sendable, CustomTestStringConvertible {
            var source: ServerKind
            var target: ServerKind

            var kinds: [ServerKind] { [source, target] }
            var testDescription: String { "\(source.rawValue) to \(target.rawValue)" }

            static let all = [
                Route(source: .mysql, target: .mysql), Route(source: .mariadb, target: .mariadb), Route(source: .mysql, target: .mariadb),
                Route(source: .mariadb, target: .mysql), Route(source: .mariadb11, target: .mariadb11),
                Route(source: .mariadb105, target: .mariadb105),
            ].filter { route in Integration.matrixKinds.isSuperset(of: route.kinds) }
        }

        @Test(arguments: Route.all)
        func everyTypeIsExact(_ route: Route) async throws {
            try await Scope.with { scope in
                let run = try await MatrixRun(route, in: scope)
                try await run.execute(\.before, on: run.source)
                try await run.execute(structures: \.before)
                try await run.start()
                try await run.requireEqual("the load")
                try await run.requireSameStructure()
                try await run.execute(\.forwards, on: run.source)
                try await run.requireEqual("inserts and updates")
                try await run.execute(structures: \.afterwards)
                try await run.execute(\.backwards, on: run.source)
                try await run.requireEqual("updates and deletions")
                try await run.expectConflicts([])
                try await run.execute(\.beforeConflicts, on: run.source)
                try await run.requireEqual("inserts")
                try await run.execute(\.conflictsOnTarget, on: run.target)
                try await run.execute(\.conflictsOnSource, on: run.source)
                try await run.requireEqual("overwriting")
                try await run.expectConflicts(run.scripts.flatMap(\.conflicts.values))
            }
        }

        /// What cannot be carried exactly is refused by name, while nothing has been made or written.
        @Test(arguments: Route.all)
        func whatIsNotExactIsRefused(_ route: Route) async throws {
            try await Scope.with { scope in
                let run = try await RefusalRun(route, in: scope)
                for line in try await run.unexpected(in: scope) { Issue.record("\(line)") }
            }
        }
    }
}
