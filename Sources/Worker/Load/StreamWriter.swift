import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

/// Writes rows with `LOAD DATA LOCAL`, which spares the target the parsing of statements: about a quarter of its work on
/// MySQL, a seventh on MariaDB.
///
/// LOCAL makes the server go on after errors: a row that is there already is left out, a value that does not fit is bent,
/// and both only warn. So any warning at all means that the chunk is rolled back and written with ``RowWriter``, which
/// stops at the first error and says what it is.
struct StreamWriter: RowSink, ~Copyable {
    /// Bytes of one statement.
    private static let statementSize = 1 << 20

    private let context: TaskContext
    private let plan: CopyPlan
    private let statement: String
    private let columnCount: Int
    private var data = SQLBuffer(capacity: statementSize + (64 << 10))
    private var rows = 0
    private var rowLimit = Int.max
    private(set) var written: UInt64 = 0
    private(set) var bytes = 0

    init(_ plan: CopyPlan, context: TaskContext) {
        self.context = context
        self.plan = plan
        columnCount = plan.columns.count
        let columns = plan.columns.map { quoteIdentifier($0.target) }.joined(separator: ", ")
        // Values are given as bytes; tab, line feed and backslash are escaped by a backslash.
        statement =
            "LOAD DATA LOCAL INFILE 'rows' INTO TABLE \(plan.target.quoted) CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (\(columns))"
    }

    /// Whether values of all columns are the same to the server from a file as from a statement. Numbers of members and
    /// bits are not, and JSON wants its character set said.
    static func canWrite(_ plan: CopyPlan) -> Bool {
        !plan.columns.isEmpty
            && plan.columns.allSatisfy { column in
                switch column.form {
                case .number, .double, .bytes: true
                case .bits, .enumeration, .text: false
                }
            }
    }

    mutating func add(_ row: borrowing some CopiedRow & ~Copyable, to target: Session) throws {
        for index in 0..<columnCount {
            if index > 0 { data.append(byte: UInt8(ascii: "\t")) }
            row.withValue(index) { value in
                if let value { data.append(escaping: value) } else { data.append("\\N") }
            }
        }
        data.append(byte: UInt8(ascii: "\n"))
        rows += 1
        if data.count >= Self.statementSize || rows >= rowLimit { try flush(to: target) }
    }

    mutating func finish(to target: Session) throws { try flush(to: target) }

    mutating func reset() {
        data.removeAll()
        rows = 0
        written = 0
        bytes = 0
        let ceiling = context.control.limits.rowsPerSecond
        rowLimit = ceiling > 0 ? max(ceiling / 4, 1) : .max
    }

    private mutating func flush(to target: Session) throws {
        guard rows > 0 else { return }
        try context.control.wait(beforeWriting: rows)
        let stored = try context.write("writing rows of table \(plan.target)") {
            try data.withUnsafeBytes { (bytes) throws(MySQLError) in try target.load(statement, data: bytes) }
        }
        guard target.warningCount == 0, stored == UInt64(rows) else { throw ChunkTrouble.notAsSent }
        written += UInt64(rows)
        bytes += data.count
        rows = 0
        data.removeAll()
    }
}

extension SQLBuffer {
    /// Appends a value for a file whose fields end with tabs, lines with line feeds, and whose escape is the backslash.
    fileprivate mutating func append(escaping value: UnsafeRawBufferPointer) {
        var start = 0
        var index = 0
        while index < value.count {
            let byte = value[index]
            if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") {
                append(UnsafeRawBufferPointer(rebasing: value[start..<index]))
                append(byte: UInt8(ascii: "\\"))
                start = index
            }
            index &+= 1
        }
        append(UnsafeRawBufferPointer(rebasing: value[start...]))
    }
}
