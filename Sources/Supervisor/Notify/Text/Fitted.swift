import SupervisorNotices

/// Notices in the form of a service, shortened and left out until they keep to its limits.
struct Fitted<Piece> {
    var pieces: [Piece]
    /// A sentence about the notices that had no place; nil when all have one.
    var left: String?

    /// Longer texts of all are cut first; where that is not enough, the worst and earliest ones stay.
    ///
    /// - Parameters:
    ///   - total: size of all pieces together at most, and of `left`.
    ///   - each: size of one piece at most.
    init(
        _ notices: [Notice], total: Int, each: Int = .max, count: Int = .max, size: (Piece) -> Int,
        render: (NoticeParts) -> Piece
    ) {
        for cap in [nil, 2000, 1000, 500, 250, 120, 60, 30] where notices.count <= count && Self.leastSize(notices, cap) <= total {
            let pieces = Message.parts(notices, cap: cap).map(render)
            let sizes = pieces.map(size)
            guard sizes.allSatisfy({ $0 <= each }), sizes.reduce(0, +) <= total else { continue }
            self.pieces = pieces
            return
        }
        let room = total - Self.reserve
        let worstFirst = notices.indices.sorted { (notices[$1].severity, $0) < (notices[$0].severity, $1) }
        var kept: [Int] = [], misses = 0
        pieces = []
        for index in worstFirst where kept.count < count && misses < 5 {
            let candidate = (kept + [index]).sorted()
            let rendered = Message.parts(candidate.map { notices[$0] }, cap: 120).map(render)
            let sizes = rendered.map(size)
            guard sizes.allSatisfy({ $0 <= each }), sizes.reduce(0, +) <= room else {
                misses += 1
                continue
            }
            kept = candidate
            pieces = rendered
        }
        let missing = notices.count - kept.count
        if missing > 0 { left = "… and \(missing) more: \(HeldBackText.remedy)" }
    }

    /// What the texts alone would take, to save writing out what is far too long.
    private static func leastSize(_ notices: [Notice], _ cap: Int?) -> Int {
        let cap = cap ?? .max
        return notices.reduce(0) { $0 + min(cap, $1.text.utf16.count) + min(cap, $1.remedy?.utf16.count ?? 0) }
    }

    /// Place for `left`.
    private static var reserve: Int { 120 }
}
