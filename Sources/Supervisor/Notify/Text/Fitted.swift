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
        let caps: [Int?] = [nil, 2000, 1000, 500, 250, 120, 60, 30]
        for cap in caps where notices.count <= count {
            let pieces = Message.parts(notices, cap: cap).map(render)
            let sizes = pieces.map(size)
            guard sizes.allSatisfy({ $0 <= each }), sizes.reduce(0, +) <= total else { continue }
            self.pieces = pieces
            return
        }
        let room = total - Self.reserve
        let worstFirst = notices.indices.sorted { (notices[$1].severity, $0) < (notices[$0].severity, $1) }
        var kept: [Int] = []
        pieces = []
        for index in worstFirst where kept.count < count {
            let candidate = (kept + [index]).sorted()
            let rendered = Message.parts(candidate.map { notices[$0] }, cap: 120).map(render)
            let sizes = rendered.map(size)
            guard sizes.allSatisfy({ $0 <= each }), sizes.reduce(0, +) <= room else { continue }
            kept = candidate
            pieces = rendered
        }
        let missing = notices.count - kept.count
        if missing > 0 { left = "… and \(missing) more: \(HeldBackText.remedy)" }
    }

    /// Place for `left`.
    private static var reserve: Int { 120 }
}
