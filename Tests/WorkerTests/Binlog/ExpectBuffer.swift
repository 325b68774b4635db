import Testing
import WorkerBinlog

// `#expect` copies its operands, which a noncopyable buffer does not allow.

func expectText(_ buffer: borrowing SQLBuffer, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let found = buffer.text
    #expect(found == text, sourceLocation: sourceLocation)
}

func expectBytes(_ buffer: borrowing SQLBuffer, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    let found = buffer.withUnsafeBytes { [UInt8]($0) }
    #expect(found == bytes, sourceLocation: sourceLocation)
}

func expectHex(_ buffer: borrowing SQLBuffer, _ digits: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let found = buffer.withUnsafeBytes { hex($0) }
    #expect(found == digits, sourceLocation: sourceLocation)
}
