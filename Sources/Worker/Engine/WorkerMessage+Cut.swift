import SyncModel
import SyncWire

extension WorkerMessage {
    /// The message as one line of the protocol. What makes it too long is cut: texts, and values of rows in a conflict, of which the
    /// target has the whole.
    /// - Parameter limit: bytes, the newline included.
    func line(limit: Int = LineLimit.fromWorker) throws -> [UInt8] {
        let whole = try LineCodec.encode(self)
        if whole.count <= limit { return whole }
        for cap in [65_536, 16_384, 4096, 1024, 256, 64, 16] {
            guard let shorter = cut(texts: cap, columns: .max) else { return whole }
            let line = try LineCodec.encode(shorter)
            if line.count <= limit { return line }
        }
        for columns in [1024, 256, 64] {
            guard let shorter = cut(texts: 64, columns: columns) else { return whole }
            let line = try LineCodec.encode(shorter)
            if line.count <= limit { return line }
        }
        return whole
    }

    /// nil when it has nothing that may be cut.
    private func cut(texts cap: Int, columns: Int) -> WorkerMessage? {
        switch self {
        case .conflict(var record):
            record.key = record.key.cut(cap, columns)
            record.before = record.before?.cut(cap, columns)
            record.after = record.after?.cut(cap, columns)
            record.current = record.current?.cut(cap, columns)
            return .conflict(record)
        case .error(let failure): return .error(failure.cut(cap))
        case .answer(var answer):
            guard let failure = answer.failure else { return nil }
            answer.failure = failure.cut(cap)
            return .answer(answer)
        case .checkItem(var item):
            item.facts = item.facts.cut(cap)
            item.remedy = item.remedy.cut(cap)
            return .checkItem(item)
        default: return nil
        }
    }
}

extension Failure {
    fileprivate func cut(_ cap: Int) -> Failure {
        var failure = self
        failure.message = message.cut(cap)
        failure.remedy = remedy.cut(cap)
        return failure
    }
}

extension [NamedValue] {
    fileprivate func cut(_ cap: Int, _ columns: Int) -> [NamedValue] {
        var result = prefix(columns).map { NamedValue(column: $0.column, value: $0.value?.cut(cap)) }
        if count > columns { result.append(NamedValue(column: "…", value: "\(count - columns) more columns")) }
        return result
    }
}

extension String {
    /// With the number of bytes that are left out.
    fileprivate func cut(_ cap: Int) -> String {
        guard utf8.count > cap else { return self }
        let kept = String(decoding: utf8.prefix(cap), as: UTF8.self)
        return "\(kept)… (\(utf8.count - cap) more bytes)"
    }
}
