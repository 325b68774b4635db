import SyncModel
package import WorkerBinlog
package import WorkerDDL
import WorkerFilter
package import WorkerSchema

/// How the rows of one source table reach its target: made once for each definition in the log, shared by its rows.
package final class TableRoute: Sendable {
    /// A column that is carried over.
    package struct Column: Sendable, Hashable {
        /// Place in the row images.
        package var index: Int
        /// Name on the target.
        package var name: String
        package var layout: ColumnLayout
        /// Character set of the target's column; nil for anything but text.
        package var characterSet: String?
        /// `enum`, `set`, `bit`, `year`, `float`, … of the target's column, in lower case.
        package var targetType: String
        /// The server pads the number with zeros when it prints it.
        package var isZerofill: Bool
        /// What the numbers of an ENUM or SET stand for, on the source and on the target; nil for other types.
        package var members: Members?
        package var targetMembers: Members?
        /// Of the target's column.
        package var ceiling: FloatCeiling?
    }

    package let source: TableName
    package let target: TableName
    package let layout: RowLayout
    package let columns: [Column]
    /// Places in `columns` that identify a row; nil when the target table has no key.
    package let key: [Int]?
    /// Places in `columns` that belong to further unique keys.
    package let otherUnique: Set<Int>
    /// Places in `columns` that foreign keys of the target refer to and follow (CASCADE, SET NULL), where the source does not
    /// log what its own change.
    package let referenced: Set<Int>
    /// Columns that only the target has and that an INSERT must name, with what they get.
    package let fillings: [(name: String, literal: String)]
    /// Columns that only the target has and that it must not touch by itself (ON UPDATE CURRENT_TIMESTAMP) when a row changes.
    package let unchanging: [String]
    /// Names of columns that only the target has: its rows must not be deleted to be inserted anew without them.
    package let otherColumns: [String]
    /// What the target computes by itself.
    package let computed: ComputedValues
    /// Places in row images of ENUM columns.
    private let enumerations: [Int]
    /// Names of the columns of row images; nil for those that nobody reads: the target computes them itself, or has none.
    private let needed: [String?]
    /// Which rows are synced; nil: all.
    let filter: CompiledFilter?
    /// Whether columns of the source are left out, so that a row may change without a change on the target.
    let leavesOutColumns: Bool

    /// - Throws: ``Failure`` `schema-mismatch` when the log's columns are not those of the source's table, or cannot all
    ///   be written to the target's.
    ///
    /// - Parameter lineage: what became of the source's columns on the target, where it is ahead of the source.
    /// - Parameter referencing: see ``referenced``.
    /// - Parameter filter: which rows are synced, in SQL; nil: all.
    package init(
        _ map: TableMap, source: TableDefinition, target: TableDefinition, lineage: TableLineage.Table? = nil,
        referencing: [CascadingKey] = [], selected: ColumnMap = .all, filter: String? = nil
    ) throws {
        self.source = source.name
        self.target = target.name
        try Self.check(selected, source, lineage)
        try Self.checkZones(source, target)
        leavesOutColumns = selected.isPartial
        layout = try RowLayout(
            map, unsigned: map.hasSignedness ? nil : source.columns.map(\.isUnsigned),
            collations: map.hasCharacterSets ? nil : source.columns.map(Self.collation),
            forms: source.columns.indices.map { index in
                Self.form(
                    source.columns[index],
                    Self.name(of: index, source, lineage, selected).flatMap { target.index(ofColumn: $0) }.map { target.columns[$0] })
            })
        self.filter = try Self.filter(filter, source, layout)
        var columns: [Column] = []
        for (index, column) in source.columns.enumerated() {
            guard let name = Self.name(of: index, source, lineage, selected) else { continue }
            let place = target.index(ofColumn: name)
            if column.isGenerated, place.map({ target.columns[$0].isGenerated }) ?? true { continue }
            guard let place else {
                throw Self.mismatch(
                    source.name, "column \(column.name) is missing in \(target.name) on the target",
                    remedy: "give \(target.name) the column as the source has it, with the values of its rows, then retry the task")
            }
            let written = target.columns[place]
            guard !written.isGenerated else {
                throw Self.mismatch(
                    source.name, "column \(column.name) is generated in \(target.name) on the target but not on the source",
                    remedy: "make both definitions equal, then retry the task")
            }
            try Self.check(column, fits: written, source.name, target.name)
            if lineage != nil { try Self.check(column, layout.columns[index], isComparableTo: written, source.name, target.name) }
            columns.append(
                Column(
                    index: index, name: written.name, layout: layout.columns[index], characterSet: written.characterSet,
                    targetType: written.dataType,
                    isZerofill: written.columnType.lowercased().contains("zerofill"), members: Members(column),
                    targetMembers: Members(written), ceiling: FloatCeiling(written)))
        }
        self.columns = columns
        computed = ComputedValues(of: target)
        needed = source.columns.indices.map { index in
            let place = Self.name(of: index, source, lineage, selected).flatMap { target.index(ofColumn: $0) }
            let isComputed = source.columns[index].isGenerated && place.map { target.columns[$0].isGenerated } ?? true
            return isComputed ? nil : source.columns[index].name
        }
        try Self.check(lineage, source.name, target)
        let named = Set(columns.map(\.name))
        let others = target.columns.filter { !named.contains($0.name) && !$0.isGenerated }
        fillings = try Self.fillings(others, source.name, target.name, lineage)
        unchanging = others.filter { Self.added($0, lineage) != nil }.map(\.name)
        otherColumns = others.map(\.name)
        let byName = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = target.keyColumns?.map { target.columns[$0].name }
        // A key over a generated column cannot be compared with a row image; such a table is treated as one without.
        let places = names?.compactMap { byName[$0] }
        key = places?.count == names?.count ? places : nil
        let followed = Set(referencing.flatMap(\.parentColumns).map { $0.lowercased() })
        referenced = Set(columns.indices.filter { followed.contains(columns[$0].name.lowercased()) })
        enumerations = columns.filter { $0.targetType == "enum" }.map(\.index)
        // A generated column may depend on any other.
        let unique = target.otherUniqueColumns.map { byName[target.columns[$0].name] }
        otherUnique = unique.contains(nil) ? Set(columns.indices) : Set(unique.compactMap(\.self))
    }

    package var hasOtherColumns: Bool { !otherColumns.isEmpty }

    /// Whether the table has ENUM columns.
    package var hasMembers: Bool { !enumerations.isEmpty }

    /// The columns that images of the event lack, apart from those that the target computes itself.
    ///
    /// MariaDB 11.8 logs generated columns with INSERT only, also with `binlog_row_image=FULL`.
    package func missingColumns(in event: RowsEvent) -> [String] {
        if event.isFull { return [] }
        return needed.indices.compactMap { index in
            let isThere = (event.kind == .insert || event.isPresentBefore(index)) && (event.kind == .delete || event.isPresentAfter(index))
            return isThere ? nil : needed[index]
        }
    }

    /// How many ENUM values of the row are 0, which stands for a text that is no member.
    package func invalidMembers(_ image: RowImage) -> Int {
        enumerations.count { index in image.value(index)?.allSatisfy { $0 == 0 } ?? false }
    }

    /// The values of such a column are not carried over: the target computes them, in the zone of our session.
    private static func checkZones(_ source: TableDefinition, _ target: TableDefinition) throws {
        guard let column = target.columns.first(where: { $0.isComputedInZone == true }) else { return }
        throw Failure(
            .typeUnsupported,
            "table \(source.name): column \(column.name) of \(target.name) on the target stores what it computes of a TIMESTAMP in the time zone of "
                + "whoever writes the row, so that both sides would have other values",
            remedy: "drop the column on the target and add it again as VIRTUAL, without an index, or as a column that is not generated; then retry the "
                + "task, and do the same on the source")
    }

    /// What statements propose is proven by what the server has that has executed them.
    private static func check(_ lineage: TableLineage.Table?, _ source: TableName, _ target: TableDefinition) throws {
        guard let column = lineage?.added.first(where: { target.index(ofColumn: $0.name) == nil }) else { return }
        throw mismatch(
            source, "rows were written before the target added column \(column.name), which it does not have",
            remedy: "delete the pair and create it anew with 'scenario: both-have-data'; execute such statements while nobody writes into the table")
    }

    /// What the target calls a column of the source; nil when it has dropped it, or it is not synced.
    private static func name(
        of index: Int, _ source: TableDefinition, _ lineage: TableLineage.Table?, _ selected: ColumnMap
    ) -> String? {
        guard let lineage else { return selected.target(of: source.columns[index].name) }
        return lineage.columns[index]
    }

    /// Columns that only the target has must be able to stay away from an INSERT, unless the source is about to add them:
    /// then it will give its rows what an ALTER TABLE gives them.
    private static func fillings(
        _ others: [TableDefinition.Column], _ source: TableName, _ target: TableName, _ lineage: TableLineage.Table?
    ) throws -> [(name: String, literal: String)] {
        var result: [(name: String, literal: String)] = []
        for column in others {
            let added = added(column, lineage)
            if let time = added?.filledAt {
                guard let literal = literal(time, column) else {
                    throw mismatch(
                        source,
                        "the source wrote rows before column \(column.name) was added, whose values come of the statement's time",
                        remedy: "delete the pair and create it anew with 'scenario: both-have-data'; execute such statements while nobody writes into the table")
                }
                result.append((column.name, literal))
                continue
            }
            if column.isOptional { continue }
            guard added != nil, let literal = implicitDefault(column) else {
                throw mismatch(
                    source, "column \(column.name) of \(target) on the target has no default and does not exist on the source",
                    remedy: "give the column a default, then retry the task")
            }
            result.append((column.name, literal))
        }
        return result
    }

    private static func added(_ column: TableDefinition.Column, _ lineage: TableLineage.Table?) -> TableLineage.Added? {
        lineage?.added.first { $0.name.lowercased() == column.name.lowercased() }
    }

    /// CURRENT_TIMESTAMP as of the statement; nil for what only the server can compute.
    private static func literal(_ time: StatementTime, _ column: TableDefinition.Column) -> String? {
        let digits = column.columnType.firstMatch(of: #/\((\d)\)/#).flatMap { Int($0.output.1) } ?? 0
        let moment = "FROM_UNIXTIME(\(time.literal(digits: digits)))"
        switch (column.dataType, time.zone) {
        case ("timestamp", _): return moment
        case ("datetime", let zone?): return "CONVERT_TZ(\(moment), '+00:00', \(quoteText(zone)))"
        default: return nil
        }
    }

    /// What rows get for a column that ALTER TABLE adds NOT NULL and without a default; nil where that depends.
    ///
    /// Source: MySQL 9 reference manual, "Data Type Default Values".
    private static func implicitDefault(_ column: TableDefinition.Column) -> String? {
        switch column.dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year": "0"
        case "char", "varchar", "binary", "varbinary", "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob",
            "mediumblob", "longblob", "set":
            "''"
        case "enum": "1"
        default: nil
        }
    }

    /// Bytes and numbers are carried over as they are, so both sides must mean the same by them.
    private static func check(
        _ column: TableDefinition.Column, fits written: TableDefinition.Column, _ source: TableName, _ target: TableName
    ) throws {
        let isText = column.characterSet != nil && written.characterSet != nil
        let sameText = !isText || characterSet(column) == characterSet(written) || form(column, written) == .utf8Text
        let hasMembers = column.dataType == "enum" || column.dataType == "set"
        // Between them, the server converts by the session's time zone.
        let sameClock = (column.dataType == "timestamp") == (written.dataType == "timestamp")
        let losesText = written.dataType == "json" && column.dataType != "json"
        // Bytes in another order there.
        let isAddress = ["uuid", "inet4", "inet6"].contains(written.dataType) && column.characterSet == nil && column.dataType != written.dataType
        guard sameText, sameClock, !losesText, !isAddress, !hasMembers || Members(column) == Members(written) else {
            throw mismatch(
                source,
                "column \(column.name) is \(column.columnType) \(column.characterSet ?? "") on the source and "
                    + "\(written.columnType) \(written.characterSet ?? "") in \(target) on the target",
                remedy: "make both definitions equal, then retry the task")
        }
    }

    /// A row on its way is compared with the target's as text, so a type that has changed there must still print the same.
    private static func check(
        _ column: TableDefinition.Column, _ logged: ColumnLayout, isComparableTo written: TableDefinition.Column, _ source: TableName,
        _ target: TableName
    ) throws {
        let numbers = written.columnType.matches(of: #/\d+/#).compactMap { Int($0.output) }
        let isSame: Bool
        switch (family(column.dataType), column.dataType) {
        case (.integer, _), (.text, _): isSame = family(column.dataType) == family(written.dataType)
        case (_, "decimal"): isSame = written.dataType == "decimal" && numbers.count > 1 && numbers[1] == Int(logged.meta & 255)
        case (_, "datetime"), (_, "timestamp"), (_, "time"):
            isSame = written.dataType == column.dataType && (numbers.first ?? 0) == Int(logged.meta)
        default: isSame = written.dataType == column.dataType
        }
        guard isSame else {
            throw mismatch(
                source,
                "the source wrote column \(column.name) as \(column.columnType), and \(target) has \(written.columnType) by now: how its "
                    + "values compare cannot be told",
                remedy: "delete the pair and create it anew with 'scenario: both-have-data'; execute such statements while nobody writes into the table")
        }
    }

    private enum Family { case integer, text, other }

    private static func family(_ type: String) -> Family {
        switch type {
        case "tinyint", "smallint", "mediumint", "int", "bigint": .integer
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": .text
        default: .other
        }
    }

    private static func characterSet(_ column: TableDefinition.Column) -> String {
        CharacterSetName.folded(column.characterSet ?? "")
    }

    private static func form(
        _ column: TableDefinition.Column, _ written: TableDefinition.Column?
    ) -> ColumnLayout.LiteralForm {
        guard let written else { return .native }
        switch (column.dataType, written.dataType) {
        case ("json", let other) where other != "json": return .utf8Text
        case ("uuid", _): return .mariaDBUUID
        case ("inet4", _), ("inet6", _): return .mariaDBAddress
        default: return .native
        }
    }

    private static func collation(_ column: TableDefinition.Column) -> UInt16 {
        // Only whether it is binary matters for reading an image.
        column.characterSet == nil ? ColumnLayout.binaryCollation : 0
    }

    static func mismatch(_ table: TableName, _ found: String, remedy: String) -> Failure {
        Failure(.schemaMismatch, "table \(table): \(found)", remedy: remedy)
    }
}

extension ColumnType {
    /// Whether a column of this SQL type is logged as this type.
    func canHold(_ dataType: String) -> Bool {
        switch dataType {
        case "tinyint": self == .tiny
        case "smallint": self == .short
        case "mediumint": self == .int24
        case "int", "integer": self == .long
        case "bigint": self == .longLong
        case "decimal", "numeric": self == .decimal || self == .oldDecimal
        case "float": self == .float
        case "double", "real": self == .double
        case "bit": self == .bit
        case "year": self == .year
        case "date": self == .date || self == .newDate
        case "time": self == .time || self == .time2
        case "datetime": self == .dateTime || self == .dateTime2
        case "timestamp": self == .timestamp || self == .timestamp2
        case "char", "binary": self == .string
        case "varchar", "varbinary": self == .varchar || self == .varString || self == .varcharCompressed
        case "enum": self == .enumeration
        case "set": self == .set
        case "json": self == .json
        case "vector": self == .vector || self == .varchar
        case "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob":
            self == .blob || self == .tinyBlob || self == .mediumBlob || self == .longBlob || self == .blobCompressed
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
            "geomcollection":
            self == .geometry
        // MariaDB: types made of bytes.
        case "uuid", "inet4", "inet6": self == .string
        default: false
        }
    }
}
