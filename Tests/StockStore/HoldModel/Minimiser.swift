/// Leaves out of a list what a failure does not need. Delta debugging (Zeller & Hildebrandt 2002): halves first, then
/// quarters, down to single elements, until none can be spared.
func minimised<Element>(_ elements: [Element], while fails: ([Element]) throws -> Bool) rethrows -> [Element] {
    var kept = elements
    var size = max(1, kept.count / 2)
    while true {
        var start = 0, dropped = false
        while start < kept.count {
            var fewer = kept
            fewer.removeSubrange(start..<min(start + size, kept.count))
            if try fails(fewer) {
                kept = fewer
                dropped = true
            } else {
                start += size
            }
        }
        if size > 1 { size /= 2 } else if !dropped { return kept }
    }
}
