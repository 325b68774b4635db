import Foundation
import SupervisorNotices

extension Value {
    private static let mailExample = "a mail address such as ops@example.com"

    /// A bare mail address.
    func mailAddress() -> String? {
        guard let text = text(Self.mailExample) else { return nil }
        if !Self.isMailAddress(text[...]) { problem("\(found); allowed: \(Self.mailExample)") }
        return text
    }

    /// A mail address, which may have a name: `DTS <dts@example.com>`.
    func namedMailAddress() -> String? {
        let allowed = "\(Self.mailExample), or DTS <dts@example.com>"
        guard let text = text(allowed) else { return nil }
        var address = text[...]
        if text.last == ">", let start = text.lastIndex(of: "<") { address = text[text.index(after: start)...].dropLast() }
        // A line break would begin another header of the mail.
        let isLine = !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if !isLine || !Self.isMailAddress(address) { problem("\(found); allowed: \(allowed)") }
        return text
    }

    /// Only what every mail server would refuse is refused here.
    private static func isMailAddress(_ text: Substring) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts.contains(where: \.isEmpty)
            && !text.unicodeScalars.contains {
                $0.properties.isWhitespace || $0.properties.generalCategory == .control || "<>,;:\"()[]\\".unicodeScalars.contains($0)
            }
    }

    /// Looks at the text of this field, or at what it names, as an address on the web. Neither is quoted in a message: most
    /// services put their secret into it.
    func checkWebAddress(_ text: String, schemes: [String] = ["http", "https"]) {
        let allowed = "\(schemes.joined(separator: "://…, "))://…"
        guard let scheme = text.range(of: "://").map({ text[..<$0.lowerBound].lowercased() }), schemes.contains(scheme) else {
            problem("found an address that begins otherwise; allowed: \(allowed)")
            return
        }
        let isClean = text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.properties.generalCategory != .control }
        guard isClean, let host = URLComponents(string: text)?.host, !host.isEmpty else {
            problem("found an address without a host, or with characters that have no place in one; allowed: \(allowed)")
            return
        }
    }

    func date() -> CalendarDate? {
        let allowed = "a day such as 2027-03-01"
        guard let text = text(allowed) else { return nil }
        if let date = CalendarDate(text) { return date }
        problem("\(found); allowed: \(allowed)")
        return nil
    }

    func timeZone() -> String? {
        let allowed = "the name of a time zone such as UTC or Europe/Berlin"
        guard let text = text(allowed) else { return nil }
        // Abbreviations such as CST are several zones' names, and an offset knows no summer time.
        if text == "UTC" || (text.contains("/") && TimeZone(identifier: text) != nil) { return text }
        let hint = Spelling.nearest(to: text, in: TimeZone.knownTimeZoneIdentifiers).map { "; did you mean '\($0)'?" } ?? ""
        problem("\(found)\(hint); allowed: \(allowed)")
        return nil
    }
}
