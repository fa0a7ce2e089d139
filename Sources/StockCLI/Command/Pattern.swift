import ArgumentParser
import StockWire

/// A name that is meant, with `*` for any run of characters and `?` for any one.
struct Pattern: ExpressibleByArgument, Hashable {
    private let pattern: [Character]

    init?(argument: String) {
        if argument.isEmpty { return nil }
        pattern = Array(argument)
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (at, next) = (0, 0)
        // Where the last `*` stood, and how much of the text it has taken so far.
        var star: Int?
        var taken = 0
        while next < text.count {
            if at < pattern.count, pattern[at] == "*" {
                (star, taken) = (at, next)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == text[next] {
                at += 1
                next += 1
            } else if let star {
                taken += 1
                (at, next) = (star + 1, taken)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}

/// Kinds of event by a name, a pattern (`*.failed`), or what they begin with (`alert`).
struct KindArgument: ExpressibleByArgument {
    let kinds: [Wire.EventKind]

    /// nil where no kind is meant.
    init?(argument: String) {
        guard let pattern = Pattern(argument: argument) else { return nil }
        kinds = Wire.EventKind.allCases.filter { kind in
            pattern.matches(kind.rawValue) || kind.rawValue.hasPrefix(argument + ".")
        }
        if kinds.isEmpty { return nil }
    }

    static var allValueStrings: [String] { Wire.EventKind.names }
}

/// Where a watch begins: after an event, as its `cursor` names it, or at a time.
struct SinceArgument: ExpressibleByArgument {
    /// As `event.watch` takes it.
    let since: String

    init?(argument: String) {
        if !argument.isEmpty, argument.utf8.allSatisfy({ (48...57).contains($0) }) {
            since = argument
        } else if let time = TimeArgument(argument: argument) {
            since = time.time.description
        } else {
            return nil
        }
    }
}
