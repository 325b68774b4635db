import WorkerBinlog

/// JSON documents as SQL expressions that give exactly the document, with the types of all its values.
extension SQLBuffer {
    /// Why a document cannot be written.
    struct UnknownValue: Error {}

    /// Appends a document. Where its text says all, it is the text; else the values that text cannot hold are set anew.
    ///
    /// - Throws: ``JSONText/Mismatch``, ``UnknownValue`` for an opaque value of a type that no expression can make, and for
    ///   a value that its type cannot have.
    mutating func append(json text: UnsafeRawBufferPointer, types: UnsafeRawBufferPointer) throws {
        // Strings, booleans, nulls and containers are the most: nothing to take apart.
        if types.allSatisfy(Self.isPlain) {
            append(utf8: text)
            return
        }
        let document = try JSONText(text, types: types)
        let special = document.nodes.indices.filter { !document.isExactAsText(document.nodes[$0]) }
        if special.isEmpty {
            append(utf8: text)
        } else if special == [0] {
            // Most functions would take a lone value for text.
            append("JSON_EXTRACT(JSON_ARRAY(")
            try append(document.nodes[0], of: document)
            append("), _utf8mb4'$[0]')")
        } else {
            append("JSON_SET(")
            append(utf8: text)
            for index in special {
                append(byte: UInt8(ascii: ","))
                append(pathTo: index, in: document)
                append(byte: UInt8(ascii: ","))
                try append(document.nodes[index], of: document)
            }
            append(byte: UInt8(ascii: ")"))
        }
    }

    private static func isPlain(_ letter: UInt8) -> Bool {
        switch JSONTypes.Letter(rawValue: letter) {
        case .null, .boolean, .string, .object, .array: true
        case nil: letter == UInt8(ascii: ",")
        default: false
        }
    }

    mutating func append(utf8 text: UnsafeRawBufferPointer) {
        append("_utf8mb4")
        append(quoting: text)
    }

    private mutating func append(pathTo index: Int, in document: JSONText) {
        var legs: [JSONText.Node] = []
        var at = index
        while at > 0 {
            legs.append(document.nodes[at])
            at = document.nodes[at].parent
        }
        var path = SQLBuffer(capacity: 64)
        path.append(byte: UInt8(ascii: "$"))
        for leg in legs.reversed() {
            if let key = leg.key {
                path.append(byte: UInt8(ascii: "."))
                path.append(document.bytes(key))
            } else {
                path.append("[\(leg.place)]" as String)
            }
        }
        path.withUnsafeBytes { append(utf8: $0) }
    }

    private mutating func append(_ node: JSONText.Node, of document: JSONText) throws {
        let text = document.bytes(node.range)
        switch node.type {
        case .integer: try append(cast: text, "SIGNED")
        case .unsigned: try append(cast: text, "UNSIGNED")
        case .double:
            guard text.isDouble else { throw UnknownValue() }
            append(text)
            if !text.contains(UInt8(ascii: "e")) { append("e0") }
        case .decimal:
            let digits = text.count { (48...57).contains($0) }
            let scale = text.firstIndex(of: UInt8(ascii: ".")).map { text.count - $0 - 1 } ?? 0
            guard digits <= 65, scale <= 30 else { throw UnknownValue() }
            try append(cast: text, "DECIMAL(\(digits),\(scale))")
        case .date: try append(temporal: "DATE", text)
        case .time: try append(temporal: "TIME", text)
        case .dateTime: try append(temporal: "TIMESTAMP", text)
        case .timestamp:
            // Only a column has this type; JSON_TABLE makes one.
            guard Self.content(text).isTemporal else { throw UnknownValue() }
            append("(SELECT v FROM JSON_TABLE(_utf8mb4'[")
            append(text)
            append("]', _utf8mb4'$[*]' COLUMNS (v TIMESTAMP(6) PATH _utf8mb4'$')) t)")
        case .blob, .bit, .opaque: try append(opaque: text)
        case .null, .boolean, .string, .object, .array: throw UnknownValue()
        }
    }

    private mutating func append(cast text: UnsafeRawBufferPointer, _ type: String) throws {
        guard text.isDecimal else { throw UnknownValue() }
        append("CAST('")
        append(text)
        append("' AS \(type))" as String)
    }

    /// The text in its quotes, as a literal of the type.
    private mutating func append(temporal type: StaticString, _ text: UnsafeRawBufferPointer) throws {
        let content = Self.content(text)
        guard content.isTemporal else { throw UnknownValue() }
        append(type)
        append(byte: UInt8(ascii: "'"))
        append(content)
        append(byte: UInt8(ascii: "'"))
    }

    /// A string without its quotes.
    private static func content(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[1..<text.count - 1])
    }

    /// `"base64:typeN:…"`: bytes with the number of the column type that they came from. They have to come from such a
    /// column again.
    private mutating func append(opaque text: UnsafeRawBufferPointer) throws {
        let parts = text.dropFirst().dropLast().split(
            separator: UInt8(ascii: ":"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let type = Int(String(decoding: parts[1].dropFirst(4), as: UTF8.self)),
            let bytes = Base64.decode(parts[2])
        else {
            throw UnknownValue()
        }
        let literal = "x'\(hexadecimal(bytes))'"
        switch type {
        case 15: append(literal)
        case 252:
            append(
                "(SELECT \(literal) UNION ALL SELECT v FROM JSON_TABLE(_utf8mb4'[]', _utf8mb4'$[*]' COLUMNS (v BLOB PATH _utf8mb4'$')) t)"
                    as String
            )
        case 254 where (1...255).contains(bytes.count):
            append(
                "(SELECT v FROM JSON_TABLE(JSON_ARRAY(\(literal)), _utf8mb4'$[*]' COLUMNS (v BINARY(\(bytes.count)) PATH _utf8mb4'$')) t)"
                    as String
            )
        case 16 where (1...8).contains(bytes.count):
            let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            append(
                "(SELECT v FROM JSON_TABLE(_utf8mb4'[\(number)]', _utf8mb4'$[*]' COLUMNS (v BIT(\(bytes.count * 8)) PATH _utf8mb4'$')) t)"
                    as String
            )
        default: throw UnknownValue()
        }
    }
}

extension JSONText {
    /// Whether a server that parses the value's text gets the same value of the same type.
    func isExactAsText(_ node: Node) -> Bool {
        switch node.type {
        case .null, .boolean, .string, .object, .array: return true
        // The parser takes positive numbers above 32 bits as unsigned, all others as signed.
        case .integer:
            return Int64(String(decoding: bytes(node.range), as: UTF8.self)).map { $0 <= Int64(UInt32.max) } ?? false
        case .unsigned:
            return UInt64(String(decoding: bytes(node.range), as: UTF8.self)).map { $0 > UInt64(UInt32.max) } ?? false
        case .double: return isSimpleDouble(bytes(node.range))
        case .decimal, .date, .time, .dateTime, .timestamp, .blob, .bit, .opaque: return false
        }
    }

    /// The server's JSON parser reads doubles exactly only as long as digits and power of ten are doubles themselves.
    private func isSimpleDouble(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.isDouble else { return false }
        let exponentMark = text.firstIndex(of: UInt8(ascii: "e"))
        let mantissa = text[..<(exponentMark ?? text.count)]
        let digits = mantissa.count { (48...57).contains($0) }
        let scale = mantissa.firstIndex(of: UInt8(ascii: ".")).map { mantissa.endIndex - $0 - 1 } ?? 0
        let exponent = exponentMark.flatMap { Int(String(decoding: text[($0 + 1)...], as: UTF8.self)) } ?? 0
        return digits <= 15 && (exponent - scale).magnitude <= 22
    }
}

/// Base64 as the server prints it.
enum Base64 {
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var isEscape = false
        for byte in text {
            // Long values come with line ends between, as JSON writes them.
            if isEscape || byte == UInt8(ascii: "\\") {
                isEscape.toggle()
                continue
            }
            let value: UInt8
            switch byte {
            case 65...90: value = byte - 65
            case 97...122: value = byte - 71
            case 48...57: value = byte + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="): continue
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }
}
