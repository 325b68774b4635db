/// Finds what a misspelt word was meant to be.
package enum Spelling {
    /// - Returns: the nearest candidate, when it is near enough to be meant.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let word = word.lowercased()
        let nearest = candidates.map { (candidate: $0, distance: distance(word, $0.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let nearest else { return nil }
        let length = min(word.count, nearest.candidate.count)
        guard nearest.distance < length, nearest.distance <= max(1, length / 3) else { return nil }
        return nearest.candidate
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left), right = Array(right)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
