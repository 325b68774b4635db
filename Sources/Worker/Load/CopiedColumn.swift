import SyncModel
import WorkerSchema

/// A column whose values are copied.
struct CopiedColumn: Sendable {
    var name: String
    /// The name on the target, which may differ in case.
    var target: String
    var form: ValueForm
    /// Character set of the values; nil for anything but character columns.
    private let characterSet: String?
    /// The values are bytes and not text.
    private let isBinary: Bool
    /// What the numbers of an ENUM or SET stand for.
    private let members: Members?
    /// Members of a SET that are too many for a DOUBLE, as which servers compare it with a number.
    private let isWideSet: Bool
    /// Of the target's column.
    let ceiling: FloatCeiling?

    init(_ column: TableDefinition.Column, of table: TableName, target: String, ceiling: FloatCeiling? = nil) throws(Failure) {
        self.ceiling = ceiling
        name = column.name
        self.target = target
        form = try ValueForm(column, of: table)
        characterSet = form == .bytes ? column.characterSet : nil
        members = Members(column)
        isWideSet = column.dataType == "set" && column.columnType.count { $0 == "," } >= 32
        let binaryTypes = ["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector"]
        isBinary = characterSet == "binary" || binaryTypes.contains(column.dataType)
    }

    /// The source's column for a comparison with a ``literal(_:)``.
    var comparand: String { comparand(name) }

    func comparand(_ name: String) -> String { isWideSet ? "(\(quoteIdentifier(name)) | 0)" : quoteIdentifier(name) }

    /// A value, as the server printed it, for a comparison with this column.
    ///
    /// What is no value of the column's type is some binary string: equal to nothing, and no SQL.
    func literal(_ value: [UInt8]) -> String {
        guard value.withUnsafeBytes(form.allows) else { return "x'\(hexadecimal(value))'" }
        switch form {
        case .number, .bits, .enumeration: return String(decoding: value, as: UTF8.self)
        case .double:
            let digits = String(decoding: value, as: UTF8.self)
            return digits.contains("e") ? digits : digits + "e0"
        case .text: return "_utf8mb4 x'\(hexadecimal(value))'"
        case .bytes:
            if isBinary { return "x'\(hexadecimal(value))'" }
            if let characterSet { return "_\(characterSet) x'\(hexadecimal(value))'" }
            // Temporal: digits and signs only, and not hexadecimal, which some comparisons would take for a number.
            guard value.withUnsafeBytes(\.isTemporal) else { return "x'\(hexadecimal(value))'" }
            return "'\(String(decoding: value, as: UTF8.self))'"
        }
    }

    /// A value for a person: text where it is text in UTF-8, members of ENUM and SET, else `0x…`.
    func readable(_ value: Slice<UnsafeRawBufferPointer>) -> String {
        if !isBinary, let text = String(validating: value, as: UTF8.self) { return members.map { $0.text(text) } ?? text }
        return "0x" + hexadecimal([UInt8](value))
    }
}

/// Two digits per byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
