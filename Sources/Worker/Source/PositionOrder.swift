package import SyncModel

extension BinlogPosition {
    /// Whether this place is `other` or lies after it, in the binlog of one server, by file and offset.
    ///
    /// File names are compared by their number, not as text: `binlog.999999` comes before `binlog.1000000`.
    package func isAtOrBehind(_ other: BinlogPosition) -> Bool {
        guard let file, let otherFile = other.file else { return false }
        let (mine, theirs) = (Self.number(of: file), Self.number(of: otherFile))
        if mine != theirs { return mine > theirs }
        return (offset ?? 0) >= (other.offset ?? 0)
    }

    /// File and offset, for people.
    package var place: String { "\(file ?? "?"):\(offset ?? 0)" }

    /// What stands before the number.
    package static func base(of file: String) -> Substring { file.lastIndex(of: ".").map { file[..<$0] } ?? file[...] }

    /// The number at the end of a binlog file's name; 0 when there is none.
    package static func number(of file: String) -> Int {
        guard let dot = file.lastIndex(of: ".") else { return 0 }
        return Int(file[file.index(after: dot)...]) ?? 0
    }
}
