package import SyncModel

extension Fleet {
    /// Creates both tasks of a pair; verifies nothing and starts nothing.
    /// - Parameter secrets: `source` is the password of A, `target` that of B.
    package func createPair(_ spec: PairSpec, secrets: Secrets) async throws(Failure) -> PairCoordinator {
        let plan = PairPlan(spec, scenario: spec.scenario)
        for half in [plan.aToB, plan.bToA] { try half.checkLength() }
        let names = [spec.name, plan.aToB.name, plan.bToA.name]
        try reserve(names)
        defer { release(names) }
        let now = environment.now()
        let aToB = Self.newID()
        let bToA = Self.newID()
        let forward = TaskRecord(
            id: aToB,
            name: plan.aToB.name,
            pair: plan.role(.aToB, of: spec.name, reverse: bToA),
            spec: plan.aToB,
            secrets: secrets,
            createdAt: now
        )
        let backward = TaskRecord(
            id: bToA,
            name: plan.bToA.name,
            pair: plan.role(.bToA, of: spec.name, reverse: aToB),
            spec: plan.bToA,
            secrets: secrets.reversed,
            createdAt: now
        )
        let record = PairRecord(
            spec: spec,
            secrets: secrets,
            scenario: spec.scenario,
            aToB: aToB,
            bToA: bToA,
            createdAt: now
        )
        try await environment.store.create(record, tasks: [forward, backward])
        let pair = makePair(record, makeTask(forward), makeTask(backward))
        tasks[forward.name] = pair.aToB
        tasks[backward.name] = pair.bToA
        pairs[spec.name] = pair
        hub.notify()
        return pair
    }

    /// Replaces a pair's settings and passwords, see ``PairCoordinator/configure(spec:secrets:)``.
    package func configurePair(_ name: String, spec: PairSpec, secrets: Secrets) async throws(Failure) -> PairCoordinator {
        let pair = try pair(name)
        var spec = spec
        spec.name = name
        try await pair.configure(spec: spec, secrets: secrets)
        return pair
    }

    /// - Returns: what of the tasks was left in the databases, and why.
    package func deletePair(_ name: String) async throws(Failure) -> [Failure] {
        if let record = unreadablePairs[name] { return try await deleteUnreadable(pair: record) }
        let pair = try pair(name)
        try await pair.delete()
        return [PairRole.Direction.aToB, .bToA].compactMap { direction in
            cleanUpFailures.removeValue(forKey: "\(name)-\(direction.rawValue)")
        }
    }
}
