/// A pattern for names: `*` stands for any run of characters, `?` for any one, everything else for itself.
package struct Glob: Hashable, Sendable {
    package let pattern: String

    package init(_ pattern: String) { self.pattern = pattern }

    /// Takes time proportional to the product of both lengths at worst, never more.
    package func matches(_ text: String) -> Bool {
        if pattern == "*" { return true }
        if !pattern.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) { return pattern == text }
        let pattern = Array(pattern), text = Array(text)
        var p = 0, t = 0
        // Where the last `*` stood, and how much of the text it has taken so far.
        var star: Int?, taken = 0
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = p
                taken = t
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let star {
                taken += 1
                p = star + 1
                t = taken
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}

extension Glob: CustomStringConvertible {
    package var description: String { pattern }
}

/// Which alerts are meant; nil members mean all.
package struct AlertScope: Hashable, Sendable {
    package var sku: Glob?
    package var category: Glob?
    package var location: Glob?

    package init(sku: Glob? = nil, category: Glob? = nil, location: Glob? = nil) {
        self.sku = sku
        self.category = category
        self.location = location
    }

    package func covers(_ subject: AlertSubject) -> Bool {
        (sku?.matches(subject.sku) ?? true) && (location?.matches(subject.location) ?? true)
            && (category.map { glob in subject.category.map(glob.matches) ?? false } ?? true)
    }

    /// How much it says: of two that cover an alert, the more specific one is meant.
    package var specificity: Int { (sku == nil ? 0 : 4) + (location == nil ? 0 : 2) + (category == nil ? 0 : 1) }
}

/// What an alert is about, as scopes see it.
package struct AlertSubject: Hashable, Sendable {
    package var sku: String
    package var category: String?
    package var location: String

    package init(sku: String, category: String?, location: String) {
        self.sku = sku
        self.category = category
        self.location = location
    }
}
