/// A control sequence that tells a terminal what to do and shows nothing, as ECMA-48 (5th edition, 1991) has them: `ESC [ 31 m`
/// colours, `ESC ] 0 ; … BEL` names the window. Without its first character, the rest would be read as text.
///
/// Finds those of one text, from its beginning to its end.
struct EscapeSequences {
    private typealias Scalars = Substring.UnicodeScalarView

    /// Nothing ends a string from here on: to look for that again at each that begins would take hours in a hostile text.
    private var isUnended = false

    /// How many scalars at the beginning of `text`, which is the rest of it, are one; 0: none are.
    mutating func length(at text: Substring.UnicodeScalarView) -> Int {
        guard let first = text.first?.value else { return 0 }
        if first == Self.escape {
            let rest = text.dropFirst()
            guard let second = rest.first?.value else { return 0 }
            switch second {
            case 0x5B: return 2 + Self.parameters(of: rest.dropFirst())
            case 0x50, 0x58, 0x5D, 0x5E, 0x5F: return 2 + string(in: rest.dropFirst())
            case 0x20...0x2F:
                let intermediates = rest.prefix { (0x20...0x2F).contains($0.value) }.count
                let hasEnd = rest.dropFirst(intermediates).first.map { (0x30...0x7E).contains($0.value) } ?? false
                return 1 + intermediates + (hasEnd ? 1 : 0)
            case 0x30...0x7E: return 2
            default: return 0
            }
        }
        switch first {
        case 0x9B: return 1 + Self.parameters(of: text.dropFirst())
        case 0x90, 0x98, 0x9D...0x9F: return 1 + string(in: text.dropFirst())
        default: return 0
        }
    }

    private static let escape: UInt32 = 0x1B

    /// What follows `ESC [`, as far as it goes: a terminal takes no more of one that is broken off for it either.
    private static func parameters(of rest: Scalars) -> Int {
        let parameters = rest.prefix { (0x20...0x3F).contains($0.value) }.count
        let hasEnd = rest.dropFirst(parameters).first.map { (0x40...0x7E).contains($0.value) } ?? false
        return parameters + (hasEnd ? 1 : 0)
    }

    /// What follows `ESC ]` and the like, up to BEL or the string's terminator; 0 where neither comes: that would take all
    /// the rest of the text.
    private mutating func string(in rest: Scalars) -> Int {
        guard !isUnended else { return 0 }
        var count = 0
        var previous: UInt32 = 0
        for scalar in rest {
            count += 1
            if scalar.value == 0x07 || scalar.value == 0x9C || (previous == Self.escape && scalar.value == 0x5C) { return count }
            previous = scalar.value
        }
        isUnended = true
        return 0
    }
}
