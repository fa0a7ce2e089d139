/// A key that was pressed, as far as it is of interest.
package enum Key: Hashable, Sendable {
    case character(Character)
    case up, down, pageUp, pageDown, home, end
    case enter, escape, backspace
    /// Ctrl and a letter.
    case control(Character)
}

/// Turns what a terminal sends into keys. A sequence may come in parts.
package struct KeyReader {
    private var bytes: [UInt8] = []

    package init() {}

    /// Whether what has come may be the beginning of more: an escape alone, or the first bytes of a character.
    package var isWaiting: Bool { !bytes.isEmpty }

    package mutating func keys(_ more: some Sequence<UInt8>) -> [Key] {
        bytes += more
        var keys: [Key] = []
        while !bytes.isEmpty {
            guard let (key, length) = next() else { break }
            bytes.removeFirst(length)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// Nothing more came for a while: an escape was the key itself.
    package mutating func settle() -> [Key] {
        defer { bytes = [] }
        return bytes == [0x1B] ? [.escape] : []
    }

    /// The first key and how many bytes it took; nil if it is not complete. A key of no interest is nil.
    private func next() -> (key: Key?, length: Int)? {
        switch bytes[0] {
        case 0x1B: return sequence()
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x01...0x1A: return (.control(Character(Unicode.Scalar(bytes[0] + 0x60))), 1)
        case 0..<0x20: return (nil, 1)
        default: return character()
        }
    }

    private func character() -> (key: Key?, length: Int)? {
        let length =
            switch bytes[0] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        guard bytes.count >= length else { return nil }
        guard let text = String(validating: bytes[..<length], as: UTF8.self), let character = text.first else { return (nil, 1) }
        return (.character(character), length)
    }

    /// CSI and SS3 sequences, as xterm and its kin send them; others are passed over whole.
    private func sequence() -> (key: Key?, length: Int)? {
        guard bytes.count > 1 else { return nil }
        guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else {
            return (.escape, 1)
        }
        guard let end = bytes.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(bytes[$0]) }) else {
            return bytes.count > 32 ? (nil, bytes.count) : nil
        }
        let key: Key? =
            switch bytes[end] {
            case UInt8(ascii: "A"): .up
            case UInt8(ascii: "B"): .down
            case UInt8(ascii: "H"): .home
            case UInt8(ascii: "F"): .end
            case UInt8(ascii: "~"):
                switch bytes[2] {
                case UInt8(ascii: "5"): .pageUp
                case UInt8(ascii: "6"): .pageDown
                case UInt8(ascii: "1"), UInt8(ascii: "7"): .home
                case UInt8(ascii: "4"), UInt8(ascii: "8"): .end
                default: nil
                }
            default: nil
            }
        return (key, end + 1)
    }
}
