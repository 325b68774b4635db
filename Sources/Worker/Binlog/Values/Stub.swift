extension SQLBuffer {
    package mutating func appendLiteral(_ c: ColumnLayout, _ v: ColumnValue) throws(DecodeError) {}
    package mutating func appendCanonical(_ c: ColumnLayout, _ v: UnsafeRawBufferPointer) throws(DecodeError) {}
    package mutating func appendReadable(_ c: ColumnLayout, _ v: UnsafeRawBufferPointer) {}
}
extension ColumnLayout {
    package func matches(_ b: UnsafeRawBufferPointer, serverText: UnsafeRawBufferPointer) throws(DecodeError) -> Bool { true }
}
