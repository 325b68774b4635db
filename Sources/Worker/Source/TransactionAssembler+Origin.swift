import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

/// Where a transaction comes from, as our own bookkeeping in it tells.
extension TransactionAssembler {
    mutating func takeHeartbeat(_ rows: RowsEvent) {
        if open?.origin == .undecided { open?.origin = .wanted }
        // id TINYINT, beat BIGINT: the image ends in the number.
        guard rows.rows.count >= 8 else { return }
        let beat = UInt64(littleEndian: rows.rows.loadUnaligned(fromByteOffset: rows.rows.count - 8, as: UInt64.self))
        open?.committedAt = beat
    }

    /// The first marker of a transaction decides where it came from.
    mutating func takeMarker(_ rows: RowsEvent, _ map: TableMap) throws {
        guard map.columns.count >= MarkerColumn.minimumCount, open != nil else { return }
        var cursor = try RowCursor(rows, layout: try RowLayout(map))
        while try cursor.next() {
            guard let image = cursor.after, let origins = image.value(MarkerColumn.origins),
                let batch = image.value(MarkerColumn.batchTransactions), batch.count == 8
            else { continue }
            // Another pair between the same servers has its own counts.
            let task = image.value(MarkerColumn.task).map { String(decoding: $0, as: UTF8.self) }
            let isReverse = context.reverseTask.map { $0 == task } ?? true
            let transactions = isReverse ? UInt64(littleEndian: batch.loadUnaligned(as: UInt64.self)) : 0
            if isReverse, image.text(MarkerColumn.sourceServer) == context.targetProfile.server,
                let known = image.position(file: MarkerColumn.file, offset: MarkerColumn.fileOffset)
            {
                router.learn(sourceIsAt: known)
            }
            if !isReverse || context.reverseTask == nil { noteArrival(image, by: task, joining: map.columns.count > MarkerColumn.joining ? image.value(MarkerColumn.joining) : nil) }
            let names = String(decoding: origins, as: UTF8.self)
            decide(names.split(separator: ",").map(String.init), transactions)
        }
    }

    /// A task brings its source's own changes here, and its marker says how far it is there.
    private mutating func noteArrival(_ image: RowImage, by task: String?, joining: UnsafeRawBufferPointer?) {
        // As long as rows are copied, or transactions are prepared, the place does not say what has come.
        guard let task, let origin = image.text(MarkerColumn.sourceUUID), !origin.isEmpty, origin != context.targetProfile.uuid,
            image.text(MarkerColumn.stage) == "incremental", image.value(MarkerColumn.windowFile) == nil,
            image.value(MarkerColumn.prepared) == nil, joining?.allSatisfy({ $0 == 0 }) ?? true,
            var position = image.position(file: MarkerColumn.file, offset: MarkerColumn.fileOffset)
        else { return }
        position.gtid = image.text(MarkerColumn.gtid)
        let server = image.text(MarkerColumn.sourceServer) ?? ""
        open?.arrivals.append(Arrival(origin: origin, feeder: task, server: server, position: position))
    }

    /// What a task that came to this server from further away says of it.
    mutating func takeArrival(_ rows: RowsEvent, _ map: TableMap) throws {
        guard map.columns.count >= ArrivalColumn.minimumCount, open != nil else { return }
        var cursor = try RowCursor(rows, layout: try RowLayout(map))
        while try cursor.next() {
            guard let image = cursor.after, let task = image.text(ArrivalColumn.task), task != context.reverseTask,
                let origin = image.text(ArrivalColumn.origin), origin != context.targetProfile.uuid,
                var position = image.position(file: ArrivalColumn.file, offset: ArrivalColumn.fileOffset)
            else { continue }
            position.gtid = image.text(ArrivalColumn.gtid)
            open?.arrivals.append(
                Arrival(origin: origin, feeder: task, server: image.text(ArrivalColumn.server) ?? "", position: position))
        }
    }

    mutating func decide(_ origins: [String], _ transactions: UInt64) {
        if case .looped = open?.origin {
            open?.origin = .looped(transactions: transactions)
        } else if open?.origin == .undecided, !origins.isEmpty {
            if origins.contains(context.targetProfile.uuid) {
                open?.origin = .looped(transactions: transactions)
            } else {
                // Forwarded: the next hop must know everybody who has it already.
                open?.origin = .wanted
                open?.segment.origins = (origins + [context.sourceProfile.uuid]).joined(separator: ",")
            }
        }
    }
}

extension RowImage {
    func text(_ column: Int) -> String? { value(column).map { String(decoding: $0, as: UTF8.self) } }

    /// A place in a log, kept in two columns of ours.
    func position(file: Int, offset: Int) -> BinlogPosition? {
        guard let name = value(file), let number = value(offset), number.count == 8 else { return nil }
        return BinlogPosition(
            file: String(decoding: name, as: UTF8.self),
            offset: UInt64(littleEndian: number.loadUnaligned(as: UInt64.self))
        )
    }
}
