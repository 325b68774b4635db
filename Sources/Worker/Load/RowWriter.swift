import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

/// Why a chunk has to be tried again in another way or later. Never leaves this room.
enum ChunkTrouble: Error {
    /// A row of this table is there already.
    case duplicateKey
    /// Another transaction was in the way.
    case locked(MySQLError)
    /// The target stored rows otherwise than they were sent, and does not say why.
    case notAsSent
    /// A row was changed on the target after the chunk was read (``MergeGuard``).
    case changedMeanwhile
}

/// Puts rows together into statements and writes them within the target's open transaction.
///
/// Values go from the source's row straight into the statement; nothing is allocated per value or row. The buffer is
/// used again for the next statement, chunk and table.
struct RowWriter: RowSink, ~Copyable {
    /// A statement is sent when it is at least this long.
    private static let statementSize = 1 << 20
    /// Rows that need a lenient mode, in one statement; few, so that every warning can be looked at.
    private static let lenientRows = 50

    private let context: TaskContext
    private let plan: CopyPlan
    private let statementLimit: Int
    private let head: String
    private let forms: [ValueForm]
    /// Under a ceiling of rows per second, statements stay short so that a new ceiling is felt soon.
    private var rowLimit = Int.max
    private var statement: SQLBuffer
    private var rows = 0
    /// Rows with an ENUM of number 0, which only a mode without STRICT lets in.
    private var lenient = SQLBuffer(capacity: 64)
    private var lenientRowCount = 0
    private var lenientValues = 0
    private(set) var written: UInt64 = 0
    private(set) var bytes = 0

    init(_ plan: CopyPlan, context: TaskContext) {
        self.context = context
        self.plan = plan
        head = plan.insertHead
        forms = plan.columns.map(\.form)
        statementLimit = max(context.targetProfile.maxAllowedPacket - 1024, 1024)
        statement = SQLBuffer(capacity: min(Self.statementSize + (64 << 10), statementLimit))
    }

    mutating func add(_ row: borrowing some CopiedRow & ~Copyable, to target: Session) throws {
        if rows == 0 { Self.begin(&statement, head) }
        let start = statement.count
        if rows > 0 { statement.append(byte: UInt8(ascii: ",")) }
        let invalidMembers = try append(row)
        if invalidMembers > 0 {
            try setAside(from: start, invalidMembers, to: target)
            return
        }
        rows += 1
        if statement.count > statementLimit {
            try cut(at: start, to: target)
        } else if statement.count >= Self.statementSize || rows >= rowLimit {
            try flush(to: target)
        }
    }

    /// Gives the target's row of this key the values of `row`.
    mutating func replace(_ row: HeldRow, where condition: String, in target: Session) throws {
        statement.removeAll()
        statement.append("UPDATE \(plan.target.quoted) SET ")
        var invalidMembers = 0
        for (index, column) in plan.columns.enumerated() {
            if index > 0 { statement.append(byte: UInt8(ascii: ",")) }
            statement.append(identifier: column.target)
            statement.append(byte: UInt8(ascii: "="))
            invalidMembers += try append(row, index)
        }
        statement.append(" WHERE " + condition)
        try send(statement, rows: 1, lenientValues: invalidMembers, to: target)
        statement.removeAll()
    }

    mutating func finish(to target: Session) throws {
        try flush(to: target)
        try flushLenient(to: target)
    }

    mutating func reset() {
        statement.removeAll()
        lenient.removeAll()
        rows = 0
        lenientRowCount = 0
        lenientValues = 0
        written = 0
        bytes = 0
        let ceiling = context.control.limits.rowsPerSecond
        rowLimit = ceiling > 0 ? max(ceiling / 4, 1) : .max
    }

    private static func begin(_ statement: inout SQLBuffer, _ head: String) {
        statement.removeAll()
        statement.append(head)
    }

    /// - Returns: number of ENUM values 0 in the row.
    private mutating func append(_ row: borrowing some CopiedRow & ~Copyable) throws -> Int {
        var invalidMembers = 0
        statement.append(byte: UInt8(ascii: "("))
        for index in forms.indices {
            if index > 0 { statement.append(byte: UInt8(ascii: ",")) }
            invalidMembers += try append(row, index)
        }
        statement.append(byte: UInt8(ascii: ")"))
        return invalidMembers
    }

    @inline(__always)
    private mutating func append(_ row: borrowing some CopiedRow & ~Copyable, _ index: Int) throws -> Int {
        try row.withValue(index) { value in
            guard let value else {
                statement.append("NULL")
                return 0
            }
            if let place = plan.typePlaces[index] {
                try append(json: value, typesOf: row, at: place, index)
                return 0
            }
            if let ceiling = plan.columns[index].ceiling, let number = Double(String(decoding: value, as: UTF8.self)),
                let written = ceiling.written(for: number), statement.append(approximate: written)
            {
                return 0
            }
            let form = forms[index]
            guard form.append(value, to: &statement) else { throw plan.columns[index].refusal(of: plan.source) }
            return form == .enumeration && value.isZeroDigit ? 1 : 0
        }
    }

    private mutating func append(
        json value: UnsafeRawBufferPointer,
        typesOf row: borrowing some CopiedRow & ~Copyable,
        at place: Int,
        _ index: Int
    ) throws {
        do {
            try row.withValue(place) { types in
                try statement.append(json: value, types: types ?? UnsafeRawBufferPointer(start: nil, count: 0))
            }
        } catch {
            throw Failure(
                .typeUnsupported,
                "column \(plan.columns[index].name) of table \(plan.source) holds a JSON value that cannot be carried over exactly",
                remedy:
                    "look for values made of other columns' types (JSON_TYPE OPAQUE, BLOB), or take the table out of the task's objects"
            )
        }
    }

    private mutating func flush(to target: Session) throws {
        guard rows > 0 else { return }
        try send(statement, rows: rows, lenientValues: 0, to: target)
        written += UInt64(rows)
        bytes += statement.count
        rows = 0
    }

    private mutating func flushLenient(to target: Session) throws {
        guard lenientRowCount > 0 else { return }
        try send(lenient, rows: lenientRowCount, lenientValues: lenientValues, to: target)
        written += UInt64(lenientRowCount)
        bytes += lenient.count
        lenientRowCount = 0
        lenientValues = 0
    }

    /// The last row made the statement longer than the target takes: sends what was before it, then the row alone.
    private mutating func cut(at start: Int, to target: Session) throws {
        var alone = SQLBuffer(capacity: statement.count - start + head.utf8.count)
        Self.begin(&alone, head)
        let comma = rows > 1 ? 1 : 0
        statement.withUnsafeBytes { alone.append(UnsafeRawBufferPointer(rebasing: $0[(start + comma)...])) }
        if rows > 1 {
            statement.truncate(to: start)
            rows -= 1
            try flush(to: target)
        }
        rows = 0
        try send(alone, rows: 1, lenientValues: 0, to: target)
        written += 1
        bytes += alone.count
    }

    /// Moves the last row from the statement to the lenient one.
    private mutating func setAside(from start: Int, _ invalidMembers: Int, to target: Session) throws {
        let comma = rows > 0 ? 1 : 0
        if lenient.count + statement.count - start > statementLimit { try flushLenient(to: target) }
        if lenientRowCount == 0 { Self.begin(&lenient, head) }
        if lenientRowCount > 0 { lenient.append(byte: UInt8(ascii: ",")) }
        statement.withUnsafeBytes { lenient.append(UnsafeRawBufferPointer(rebasing: $0[(start + comma)...])) }
        statement.truncate(to: start)
        lenientRowCount += 1
        lenientValues += invalidMembers
        if lenientRowCount >= Self.lenientRows || lenient.count >= Self.statementSize { try flushLenient(to: target) }
    }

    private func send(_ statement: borrowing SQLBuffer, rows: Int, lenientValues: Int, to target: Session) throws {
        guard statement.count <= statementLimit else {
            throw Failure(
                .rowTooLarge,
                "a row of table \(plan.source) needs a statement of \(statement.count) bytes, which is larger than the target's max_allowed_packet of "
                    + "\(context.targetProfile.maxAllowedPacket) bytes",
                remedy: "raise it on the target (SET GLOBAL max_allowed_packet = 1073741824, and in its my.cnf), then retry the task"
            )
        }
        try context.control.wait(beforeWriting: rows)
        try context.write("writing rows of table \(plan.target)") {
            try statement.withUnsafeBytes { (bytes) throws(MySQLError) in
                try target.write(bytes, invalidMembers: lenientValues, computed: plan.computed, table: plan.target)
            }
        }
    }
}
