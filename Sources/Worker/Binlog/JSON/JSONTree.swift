/// A document that is being changed: opened up where it changes, and as it lies in its bytes everywhere else.
indirect enum JSONTree {
    /// Borrowed.
    case untouched(JSONBinary)
    /// Sorted as binary JSON has it: by length, then by bytes.
    case object([(key: [UInt8], value: JSONTree)])
    case array([JSONTree])

    /// A container with its elements in reach; anything else stays what it is.
    private func opened() throws(DecodeError) -> JSONTree {
        guard case .untouched(let value) = self else { return self }
        switch value.kind {
        case .object:
            var members: [(key: [UInt8], value: JSONTree)] = []
            for index in 0..<value.count {
                members.append(([UInt8](try value.key(index)), .untouched(try value.element(index))))
            }
            return .object(members)
        case .array:
            var elements: [JSONTree] = []
            for index in 0..<value.count { elements.append(.untouched(try value.element(index))) }
            return .array(elements)
        default: return self
        }
    }

    // MARK: Changes

    enum Change {
        case replace(JSONTree)
        case insert(JSONTree)
        case remove
    }

    /// - Throws: `DecodeError` when the document has no such place.
    mutating func apply(_ change: Change, at legs: ArraySlice<JSONPath.Leg>) throws(DecodeError) {
        guard let leg = legs.first else { throw JSONTree.misfit }
        let rest = legs.dropFirst()
        switch (try opened(), leg) {
        case (.object(var members), .member(let name)):
            self = .array([])  // so that the members are not copied
            let (index, isThere) = JSONTree.place(of: name, in: members)
            if !rest.isEmpty {
                guard isThere else { throw JSONTree.misfit }
                try members[index].value.apply(change, at: rest)
            } else {
                switch (change, isThere) {
                case (.replace(let value), true): members[index].value = value
                case (.insert(let value), false): members.insert((name, value), at: index)
                case (.remove, true): members.remove(at: index)
                default: throw JSONTree.misfit
                }
            }
            self = .object(members)
        case (.array(var elements), .cell), (.array(var elements), .cellFromEnd):
            self = .array([])
            let index: Int
            switch leg {
            case .cell(let number): index = number
            case .cellFromEnd(let number): index = elements.count - 1 - number
            case .member: throw JSONTree.misfit
            }
            let isThere = elements.indices.contains(index)
            if !rest.isEmpty {
                guard isThere else { throw JSONTree.misfit }
                try elements[index].apply(change, at: rest)
            } else {
                switch (change, isThere) {
                case (.replace(let value), true): elements[index] = value
                // Beyond an end means at that end.
                case (.insert(let value), _): elements.insert(value, at: min(max(index, 0), elements.count))
                case (.remove, true): elements.remove(at: index)
                default: throw JSONTree.misfit
                }
            }
            self = .array(elements)
        default: throw JSONTree.misfit
        }
    }

    private static var misfit: DecodeError { DecodeError(.invalid, "JSON difference for another document", at: 0) }

    /// Where a member is, or would have to be.
    private static func place(
        of name: [UInt8],
        in members: [(key: [UInt8], value: JSONTree)]
    ) -> (index: Int, isThere: Bool) {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if isOrdered(members[middle].key, name) { low = middle + 1 } else { high = middle }
        }
        return (low, low < members.count && members[low].key == name)
    }

    private static func isOrdered(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
    }
}
