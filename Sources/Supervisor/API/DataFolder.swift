/// What daemon and command line know about the data folder.
package enum DataFolder {
    /// Header of a request with the name of who makes it.
    package static let requesterHeader = "DTS-Requester"

    /// Environment variable that says where it is when `--data` does not.
    package static let variable = "DTS_DATA"
    /// `sun_path` holds this many bytes and a NUL.
    package static let maximumSocketPathLength = 107

    package static func socket(in folder: String) -> String { "\(folder)/dts.sock" }
    /// The bearer token of the API on TCP.
    package static func token(in folder: String) -> String { "\(folder)/token" }
}
