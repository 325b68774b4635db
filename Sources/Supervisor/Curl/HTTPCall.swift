/// One HTTP request.
package struct HTTPCall: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package var method: Method
    package var url: String
    /// Path of the Unix socket to connect to, whatever the URL's host says; nil: TCP.
    package var unixSocket: String?
    /// `Name: value`.
    package var headers: [String]
    package var body: [UInt8]?
    /// How long the connection may take.
    package var connectTimeout: Duration
    /// How long everything may take; nil: no limit.
    package var timeout: Duration?
    /// Larger answers are an error for ``CurlClient/call(_:)``; streamed ones have no limit.
    package var maximumAnswerSize: Int

    package init(
        _ method: Method, url: String, unixSocket: String? = nil, headers: [String] = [], body: [UInt8]? = nil,
        connectTimeout: Duration = .seconds(5), timeout: Duration? = nil, maximumAnswerSize: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.unixSocket = unixSocket
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.maximumAnswerSize = maximumAnswerSize
    }
}

/// The answer to an ``HTTPCall``, whatever its status.
package struct HTTPAnswer: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
