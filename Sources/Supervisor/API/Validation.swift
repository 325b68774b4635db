package import SyncModel

extension TaskRequest {
    /// What the daemon relies on, whoever made the request. The rest of a specification is checked against the servers.
    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) {
        try RequestRule.name(spec.name)
        try RequestRule.objects(spec.objects)
        try RequestRule.limits(spec.limits)
        try RequestRule.retryMinutes(spec.retryMinutes)
        try RequestRule.time(spec.runAt)
        try RequestRule.endpoint(spec.source, "source")
        try RequestRule.endpoint(spec.target, "target")
    }
}

extension PairRequest {
    /// What the daemon relies on, whoever made the request.
    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) {
        try RequestRule.name(spec.name, maximumLength: Naming.maximumPairLength)
        try RequestRule.objects(spec.objects)
        try RequestRule.limits(spec.limits)
        try RequestRule.retryMinutes(spec.retryMinutes)
        try RequestRule.endpoint(spec.a, "a")
        try RequestRule.endpoint(spec.b, "b")
    }
}

extension LimitRequest {
    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) {
        try RequestRule.require(
            rowsPerSecond != nil || loadThreads != nil || applyThreads != nil,
            "rows_per_second",
            "nothing",
            "at least one of rows_per_second, load_threads, apply_threads"
        )
        if let rowsPerSecond {
            try RequestRule.require(rowsPerSecond >= 0, "rows_per_second", "\(rowsPerSecond)", "0 or more")
        }
        if let loadThreads {
            try RequestRule.require((1...64).contains(loadThreads), "load_threads", "\(loadThreads)", "1 to 64")
        }
        if let applyThreads {
            try RequestRule.require((1...64).contains(applyThreads), "apply_threads", "\(applyThreads)", "1 to 64")
        }
    }
}

extension RenameRequest {
    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) { try RequestRule.name(name) }
}

extension SimilarRequest {
    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) {
        if let name { try RequestRule.name(name) }
    }
}

extension ReplaceStatementRequest {
    /// Room for any definition; small enough for a line to the worker, where each character may take six.
    package static let maximumSize = 128 << 10

    /// - Throws: `invalid-request`.
    package func validate() throws(Failure) {
        try RequestRule.require(sql.contains { !$0.isWhitespace }, "sql", "an empty text", "one definition statement")
        try RequestRule.require(
            sql.utf8.count <= Self.maximumSize,
            "sql",
            "\(sql.utf8.count) bytes",
            "at most \(Self.maximumSize) bytes"
        )
    }
}

/// Rules for fields of requests.
package enum RequestRule {
    package static func name(_ name: String, maximumLength: Int = Naming.maximumLength) throws(Failure) {
        try require(
            Naming.isValid(name, maximumLength: maximumLength),
            "name",
            "'\(name.prefix(80))'",
            Naming.rule(maximumLength: maximumLength)
        )
    }

    static func objects(_ objects: [ObjectSelection]) throws(Failure) {
        try require(!objects.isEmpty, "objects", "an empty list", "at least one database")
    }

    static func limits(_ limits: Limits) throws(Failure) {
        try require(limits.rowsPerSecond >= 0, "limits.rows_per_second", "\(limits.rowsPerSecond)", "0 or more")
        try require((1...64).contains(limits.loadThreads), "limits.load_threads", "\(limits.loadThreads)", "1 to 64")
        try require((1...64).contains(limits.applyThreads), "limits.apply_threads", "\(limits.applyThreads)", "1 to 64")
    }

    static func retryMinutes(_ minutes: Int) throws(Failure) {
        try require(minutes == 0 || (5...720).contains(minutes), "retry_minutes", "\(minutes)", "5 to 720, or 0")
    }

    static func time(_ time: String?) throws(Failure) {
        guard let time else { return }
        try require(Timestamp(time) != nil, "run.at", "'\(time.prefix(80))'", "a time such as 2026-12-01T02:00:00Z")
    }

    static func endpoint(_ endpoint: Endpoint, _ field: String) throws(Failure) {
        try require(endpoint.host != nil || endpoint.socket != nil, "\(field).host", "nothing", "host or socket")
        try require((1...65535).contains(endpoint.port), "\(field).port", "\(endpoint.port)", "1 to 65535")
        try require(!endpoint.user.isEmpty, "\(field).user", "an empty text", "a user of the database server")
    }

    package static func require(_ holds: Bool, _ field: String, _ found: String, _ allowed: String) throws(Failure) {
        guard !holds else { return }
        throw Failure(.invalidRequest, "\(field): found \(found); allowed: \(allowed)", remedy: "correct the request")
    }
}
