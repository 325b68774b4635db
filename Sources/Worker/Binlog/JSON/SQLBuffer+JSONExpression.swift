/// Binary JSON as an SQL expression, for documents that would not survive as text.
extension JSONBinary {
    /// Whether the text of the document, parsed by a server, becomes the very same document.
    ///
    /// Not so: opaque values; numbers that a parser files under another type; doubles whose digits a parser without full
    /// precision may read wrongly (more than 2^53 or a power of ten beyond 22).
    func isExactAsText() throws(DecodeError) -> Bool {
        var budget = self.budget
        return try isExactAsText(&budget)
    }

    private func isExactAsText(_ budget: inout JSONBudget) throws(DecodeError) -> Bool {
        try budget.enter(self)
        defer { budget.leave() }
        switch kind {
        case .null, .boolean, .string: return true
        case .opaque: return false
        // The parser takes positive numbers above 32 bits as unsigned, all others as signed.
        case .signed: return Int64(bitPattern: bits) <= Int64(UInt32.max)
        case .unsigned: return bits > UInt64(UInt32.max)
        case .double:
            guard let number = DecimalDouble(Double(bitPattern: bits)) else { return false }
            return number.digits <= 1 << 53 && number.exponent.magnitude <= 22
        case .array, .object:
            for index in 0..<count where try !element(index).isExactAsText(&budget) { return false }
            return true
        }
    }
}

extension SQLBuffer {
    /// Appends an expression of type JSON whose value is exactly the document.
    ///
    /// - Throws: `DecodeError` (unsupported) for opaque values of a type that no expression can make.
    mutating func append(expression document: JSONBinary) throws(DecodeError) {
        var budget = document.budget
        guard document.kind == .array || document.kind == .object else {
            // Most functions would take a scalar for text.
            append("JSON_EXTRACT(JSON_ARRAY(")
            try append(part: document, &budget)
            append("), _utf8mb4'$[0]')")
            return
        }
        try append(part: document, &budget)
    }

    private mutating func append(part value: JSONBinary, _ budget: inout JSONBudget) throws(DecodeError) {
        try budget.enter(value)
        defer { budget.leave() }
        switch value.kind {
        case .null: append("NULL")
        case .boolean: append(value.bits == 0 ? "FALSE" : "TRUE")
        case .signed:
            append("CAST(")
            append(decimal: Int64(bitPattern: value.bits))
            append(" AS SIGNED)")
        case .unsigned:
            append("CAST(")
            append(decimal: value.bits)
            append(" AS UNSIGNED)")
        case .double:
            guard append(approximate: Double(bitPattern: value.bits)) else {
                throw DecodeError(.invalid, "JSON number", at: 0)
            }
        case .string: append(text: value.bytes)
        case .opaque: try append(opaque: try JSONOpaque(value))
        case .array:
            append("JSON_ARRAY(")
            for index in 0..<value.count {
                if index > 0 { append(byte: UInt8(ascii: ",")) }
                try append(part: try value.element(index), &budget)
            }
            append(byte: UInt8(ascii: ")"))
        case .object:
            append("JSON_OBJECT(")
            for index in 0..<value.count {
                if index > 0 { append(byte: UInt8(ascii: ",")) }
                let key = try value.key(index)
                try budget.take(key.count)
                append(text: key)
                append(byte: UInt8(ascii: ","))
                try append(part: try value.element(index), &budget)
            }
            append(byte: UInt8(ascii: ")"))
        }
    }

    private mutating func append(text bytes: UnsafeRawBufferPointer) {
        append("_utf8mb4")
        append(quoted: bytes)
    }

    private mutating func append(opaque value: JSONOpaque) throws(DecodeError) {
        switch value {
        case .decimal(let format, let digits): try append(decimalPart: digits, format)
        case .date(let temporal):
            append("DATE'")
            append(date: temporal)
            append(byte: UInt8(ascii: "'"))
        case .time(let temporal):
            append("TIME'")
            append(time: temporal, fraction: 6)
            append(byte: UInt8(ascii: "'"))
        case .dateTime(let temporal):
            append("TIMESTAMP'")
            append(dateTime: temporal, fraction: 6)
            append(byte: UInt8(ascii: "'"))
        case .timestamp(let temporal):
            append("(SELECT v FROM JSON_TABLE(_utf8mb4'[\"")
            append(dateTime: temporal, fraction: 6)
            append("\"]',_utf8mb4'$[*]' COLUMNS(v TIMESTAMP(6) PATH _utf8mb4'$')) t)")
        case .bytes(let type, let data): try append(opaqueBytes: data, type)
        }
    }

    /// The document keeps a precision beside the digits: a literal gives the digits it has, arithmetic and columns give
    /// whole groups of nine before the point. Either way the value and its scale are the same.
    private mutating func append(decimalPart digits: UnsafeRawBufferPointer, _ format: DecimalFormat)
        throws(DecodeError)
    {
        guard format.scale <= 30 else {
            throw DecodeError(.unsupported, "JSON decimal with \(format.scale) digits after the point", at: 0)
        }
        let start = count
        guard append(decimal: digits, format) else { throw DecodeError(.invalid, "JSON decimal", at: 2) }
        let isNegative = byte(at: start) == UInt8(ascii: "-")
        let first = start + (isNegative ? 1 : 0)
        let fraction = format.scale > 0 ? format.scale + 1 : 0
        if count - first - fraction == format.integerDigits {
            if fraction == 0 { append(byte: UInt8(ascii: ".")) }
        } else if format.integerDigits == 0, byte(at: first) == UInt8(ascii: "0") {
            // `.5`: not even a zero before the point.
            truncate(to: start)
            if isNegative { append(byte: UInt8(ascii: "-")) }
            let point = count
            _ = append(decimal: digits, format)
            removeBytes(from: point, count: isNegative ? 2 : 1)
        } else {
            truncate(to: start)
            append("CAST('")
            _ = append(decimal: digits, format)
            append("' AS DECIMAL(")
            append(decimal: UInt64(min(format.precision, 65)))
            append(byte: UInt8(ascii: ","))
            append(decimal: UInt64(format.scale))
            append("))")
        }
    }

    /// Bytes keep the type of the column that they came from, so they have to come from such a column again: of a
    /// table that JSON_TABLE makes. For BLOB, a union with no row of it gives the type.
    private mutating func append(opaqueBytes data: UnsafeRawBufferPointer, _ type: ColumnType) throws(DecodeError) {
        switch type {
        case .varchar: append(hexString: data)
        case .blob:
            append("(SELECT ")
            append(hexString: data)
            append(
                " UNION ALL SELECT v FROM JSON_TABLE(_utf8mb4'[]',_utf8mb4'$[*]' COLUMNS(v BLOB PATH _utf8mb4'$')) t)"
            )
        case .string where !data.isEmpty && data.count <= 255:
            append("(SELECT v FROM JSON_TABLE(JSON_ARRAY(")
            append(hexString: data)
            append("),_utf8mb4'$[*]' COLUMNS(v BINARY(")
            append(decimal: UInt64(data.count))
            append(") PATH _utf8mb4'$')) t)")
        case .bit where !data.isEmpty && data.count <= 8:
            append("(SELECT v FROM JSON_TABLE(_utf8mb4'[")
            append(decimal: data.bigEndian(at: 0, count: data.count))
            append("]',_utf8mb4'$[*]' COLUMNS(v BIT(")
            append(decimal: UInt64(data.count * 8))
            append(") PATH _utf8mb4'$')) t)")
        default: throw DecodeError(.unsupported, "JSON value made of a column \(type)", at: 0)
        }
    }

    private mutating func append(hexString data: UnsafeRawBufferPointer) {
        append("x'")
        append(hex: data)
        append(byte: UInt8(ascii: "'"))
    }
}
