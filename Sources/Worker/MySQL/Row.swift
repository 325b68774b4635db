private import CMySQL

/// The current row of a query, lent for the time of one call. Values are the server's text protocol.
package struct Row: ~Copyable {
    private let session: OpaquePointer

    init(session: OpaquePointer) { self.session = session }

    package var count: Int { Int(dts_mysql_column_count(session)) }

    /// Bytes of all values.
    package var byteCount: Int { (0..<count).reduce(0) { $0 + (bytes($1)?.count ?? 0) } }

    /// Bytes of a value; nil for NULL. Valid only while the row is lent.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer? {
        var data: UnsafeRawPointer?
        var length = 0
        dts_mysql_value(session, UInt32(column), &data, &length)
        guard let data else { return nil }
        return UnsafeRawBufferPointer(start: data, count: length)
    }

    /// A value as text; bytes that are not UTF-8 are replaced, so only for names, numbers and messages.
    package func string(_ column: Int) -> String? {
        bytes(column).map { String(decoding: $0, as: UTF8.self) }
    }
}
