import Glibc

/// Keeps C copies of strings alive for the time of one call, and wipes them afterwards: one may be a password.
final class CStrings {
    private var held: [UnsafeMutablePointer<CChar>] = []

    func hold(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text, let copy = strdup(text) else { return nil }
        held.append(copy)
        return UnsafePointer(copy)
    }

    deinit {
        for copy in held {
            explicit_bzero(copy, strlen(copy))
            free(copy)
        }
    }
}
