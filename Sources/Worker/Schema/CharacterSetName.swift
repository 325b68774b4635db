/// Names of character sets, as far as servers and statements write the same one differently.
package enum CharacterSetName {
    /// In lower case; `utf8` is the old name of `utf8mb3`.
    package static func folded(_ name: String) -> String {
        let name = name.lowercased()
        return name == "utf8" ? "utf8mb3" : name
    }

    /// The character set that a collation belongs to: its name's first part.
    package static func of(collation: String) -> String { folded(String(collation.prefix { $0 != "_" })) }
}
