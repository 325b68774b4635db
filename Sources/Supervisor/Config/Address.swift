/// `HOST`, `HOST:PORT` or `[IPv6]:PORT`.
package struct Address: Sendable, Hashable {
    package var host: String
    package var port: Int

    /// - Parameters:
    ///   - defaultPort: used when the text has none; nil makes a port necessary.
    ///   - lowestPort: 0 also allows "any free port".
    package init?(_ text: String, defaultPort: Int?, lowestPort: Int = 1) {
        var host = Substring(text)
        var port: Substring?
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            host = host[..<end].dropFirst()
        } else if let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        guard let number = port.map({ Int($0) }) ?? defaultPort, (lowestPort...65535).contains(number) else { return nil }
        self.host = String(host)
        self.port = number
    }
}
