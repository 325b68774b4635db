import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// The main job: two servers that are both written to end up equal, whatever was there before.
    @Suite struct ScenarioTests {
        @Test(arguments: Integration.kinds, Scenario.allCases)
        func bothSidesEndEqual(kind: ServerKind, scenario: Scenario) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, scenario, in: scope)
                let writersA = try await pair.write(.a)
                try await writersA.commit(50)
                // Where both have data, both are written before; otherwise B only holds what comes after the start.
                let early = scenario == .bothHaveData ? try await pair.write(.b) : nil
                try await early?.commit(50)
                try await pair.start()
                let writersB = if let early { early } else { try await pair.write(.b) }
                try await pair.waitUntilIncremental()
                try await Task.sleep(for: .seconds(Integration.writingSeconds))
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
                try await everyTransactionCountsOnce(pair)
            }
        }

        /// From one quiet moment to the next, each direction applies exactly the transactions that writers committed.
        private func everyTransactionCountsOnce(_ pair: ShopPair) async throws {
            let before = try await pair.tasks()
            let writersA = try await pair.write(.a)
            let writersB = try await pair.write(.b)
            try await writersA.commit(100)
            try await writersB.commit(100)
            let fromA = Int(try await writersA.stop().transactions)
            let fromB = Int(try await writersB.stop().transactions)
            try await pair.waitUntilSettled()
            let after = try await pair.tasks()
            #expect(after.aToB.counts.transactions - before.aToB.counts.transactions == fromA)
            #expect(after.bToA.counts.transactions - before.bToA.counts.transactions == fromB)
            try await pair.requireEqual()
            try await pair.requireNoLoops()
        }
    }
}
