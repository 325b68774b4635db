/// Names of character sets, as far as servers and statements write the same one differently.
package enum CharacterSetName {
    /// In lower case; `utf8` is the old name of `utf8mb3`.
    package static func folded(_ name: String) -> String {
        let name = name.lowercased()
        return name == "utf8" ? "utf8mb3" : name
    }

    /// Whether it can be the name of a character set or a collation, which stands in statements without quotes.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
