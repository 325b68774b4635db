import Glibc
import SyncModel
package import SyncMySQL

/// Where a test server is and as whom to log in.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var user: String
    package var password: String

    package init(host: String, port: Int, user: String = "dts", password: String = "dts") {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
    }

    /// Reads `HOST:PORT`; nil when it is not that.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), port > 0, port < 65536 else {
            return nil
        }
        self.init(host: String(text[..<colon]), port: port)
    }

    package var description: String { "\(host):\(port)" }

    /// A session in which text arrives as it is stored, and times are in UTC.
    package func connect(readTimeout: Int = 600) throws(MySQLError) -> Session {
        let endpoint = Endpoint(host: host, port: port, user: user)
        let session = try Session(.init(endpoint: endpoint, password: password, readTimeout: readTimeout, keepsServerDefaults: true))
        try session.execute("SET NAMES utf8mb4")
        try session.execute("SET SESSION time_zone = '+00:00'")
        return session
    }
}

/// Seconds on a clock that never goes back.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
