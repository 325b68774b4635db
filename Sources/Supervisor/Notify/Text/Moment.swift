import SupervisorAPI

/// Times as people and mails have them, in UTC.
enum Moment {
    /// `2026-11-23 04:28:48 UTC`.
    static func text(_ microseconds: UInt64) -> String {
        "\(Timestamp(microsecondsSince1970: microseconds).description.prefix(19).replacing("T", with: " ")) UTC"
    }

    /// RFC 3339 with milliseconds.
    static func rfc3339(_ microseconds: UInt64) -> String { Timestamp(microsecondsSince1970: microseconds).description }

    /// RFC 5322: `Mon, 23 Nov 2026 04:28:48 +0000`.
    static func rfc5322(_ microseconds: UInt64) -> String {
        let text = Timestamp(microsecondsSince1970: microseconds).description
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[Int(microseconds / 86_400_000_000 % 7)]
        let date = text.prefix(10).split(separator: "-")
        let month = months[((Int(date[1]) ?? 1) - 1) % 12]
        return "\(weekday), \(date[2]) \(month) \(date[0]) \(text.dropFirst(11).prefix(8)) +0000"
    }
}
