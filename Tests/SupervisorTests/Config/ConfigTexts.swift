import SupervisorConfig

/// Files for tests.
enum ConfigTexts {
    static let smallest = """
        name: t
        source: {host: a, user: u, password: p}
        target: {host: b, user: u, password: p}
        objects: [{database: shop}]
        """

    static let smallestPair = """
        name: shop
        a: {host: a, user: u, password: pa}
        b: {host: b, user: u, password: pb}
        objects: [{database: shop}]
        """

    static func source(_ text: String, environment: [String: String] = [:], folder: String = "/nowhere") -> SourceText {
        SourceText(name: "t.yml", folder: folder, text: text, environment: environment)
    }
}
