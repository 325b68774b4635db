/// Texts that come from servers, rows or files, as they may be shown: a terminal obeys control characters, and marks of direction let a
/// text look like another one.
extension String {
    /// With U+FFFD for each character that is not to be seen itself but changes how others are shown. Line breaks and tabs stay.
    package var visible: String { replacingUnseen { $0 == "\n" || $0 == "\t" ? $0 : "\u{FFFD}" } }

    /// The same on one line: line breaks and tabs are blanks.
    package var visibleOnOneLine: String { replacingUnseen { $0.properties.isWhitespace ? " " : "\u{FFFD}" } }

    private func replacingUnseen(_ replacement: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        guard unicodeScalars.contains(where: \.isUnseen) else { return self }
        return String(UnicodeScalarView(unicodeScalars.map { $0.isUnseen ? replacement($0) : $0 }))
    }
}

extension Unicode.Scalar {
    /// Control characters (C0, DEL, C1), separators of lines and paragraphs, marks of direction, tags and other invisible signs. The joiner
    /// of two signs stays: scripts and pictures are written with it, and it moves nothing.
    fileprivate var isUnseen: Bool {
        switch value {
        case 0x20...0x7E: false
        case 0x200C, 0x200D: false
        default:
            switch properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
            default: false
            }
        }
    }
}
