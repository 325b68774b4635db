/// Sizes and times as people read them.
enum Quantity {
    static func bytes(_ count: UInt64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count)
        var unit = -1
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    static func milliseconds(_ count: UInt64?) -> String {
        guard let count else { return "-" }
        return count < 10_000 ? "\(count) ms" : seconds(count / 1000)
    }

    static func seconds(_ seconds: UInt64) -> String {
        guard seconds >= 120 else { return "\(seconds) s" }
        let minutes = seconds / 60
        return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
