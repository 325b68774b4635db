private import CMySQL

extension Session {
    /// Runs a `LOAD DATA LOCAL INFILE` whose file is `data`; the file name in the statement means nothing.
    ///
    /// The session has to be opened with ``Options/localInfile``. Whatever file the server asks for, it gets `data`; asked
    /// outside of this call, a session gives nothing.
    ///
    /// - Returns: rows that were stored. Rows that were not show in ``warningCount``: the server takes LOCAL for a request
    ///   to go on after errors.
    @discardableResult
    package func load(_ sql: String, data: UnsafeRawBufferPointer) throws(MySQLError) -> UInt64 {
        var file = LoadedFile(data: data)
        let result = withUnsafeMutablePointer(to: &file) { file in
            dts_mysql_set_infile(
                raw,
                { context, buffer, capacity in
                    guard let file = context?.assumingMemoryBound(to: LoadedFile.self), let buffer else { return -1 }
                    let rest = file.pointee.data[file.pointee.offset...].prefix(Int(min(capacity, UInt32(Int32.max))))
                    UnsafeMutableRawPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
                    file.pointee.offset += rest.count
                    return Int32(rest.count)
                },
                file
            )
            defer { dts_mysql_set_infile(raw, nil, nil) }
            return Result { () throws(MySQLError) in try execute(sql) }
        }
        return try result.get()
    }
}

/// The data of one statement and how much of it the server has.
private struct LoadedFile {
    var data: UnsafeRawBufferPointer
    var offset = 0
}

extension UnsafeMutableRawPointer {
    fileprivate func copyMemory(from bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { copyMemory(from: base, byteCount: bytes.count) }
    }
}
