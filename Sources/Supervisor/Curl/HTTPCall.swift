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
    /// Larger answers are an error for ``CurlClient/call(_:)``, or cut; streamed ones have no limit.
    package var maximumAnswerSize: Int
    /// Whether the start of a larger answer is good enough.
    package var cutsLargeAnswer: Bool
    /// nil: as the environment says.
    package var reach: Reach?

    package init(
        _ method: Method,
        url: String,
        unixSocket: String? = nil,
        headers: [String] = [],
        body: [UInt8]? = nil,
        connectTimeout: Duration = .seconds(5),
        timeout: Duration? = nil,
        maximumAnswerSize: Int = 64 << 20,
        cutsLargeAnswer: Bool = false,
        reach: Reach? = nil
    ) {
        self.method = method
        self.url = url
        self.unixSocket = unixSocket
        self.headers = headers
        self.body = body
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.maximumAnswerSize = maximumAnswerSize
        self.cutsLargeAnswer = cutsLargeAnswer
        self.reach = reach
    }
}

/// The answer to an ``HTTPCall``, whatever its status.
package struct HTTPAnswer: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]
    /// How long the server wants not to be asked again (`Retry-After`).
    package var retryAfter: Duration?

    package init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}
