import Crypto
import SyncModel
import SupervisorTasks

extension UnreadableRecord {
    /// - Parameter error: told without the values that it is about.
    init(_ subject: Subject, name: String, _ error: any Error) {
        self.init(subject, name: name, reason: Self.reason(error))
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as DecodingError: reason(error)
        case is CryptoKitError: "its passwords were sealed under another key than the one in 'key', or the row was changed"
        default: "it has an unknown form"
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let names = (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue)
            return names.isEmpty ? "it" : "its field '\(names.joined(separator: "."))'"
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(path(context, key)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): "\(path(context)) has an unknown form"
        @unknown default: "it has an unknown form"
        }
    }
}
