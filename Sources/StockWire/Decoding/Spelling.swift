/// Suggests what a misspelt name may have meant.
package enum Spelling {
    /// The candidate that `name` can be turned into with the fewest edits, if they are few for its length.
    package static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let limit = max(1, name.utf8.count / 3)
        return candidates.map { ($0, edits(Array(name.utf8), Array($0.utf8))) }
            .filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    static func unknown(_ what: String, nearest: String?) -> String {
        "is an unknown \(what)" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    }

    /// Levenshtein's distance.
    private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
