/// What is wrong with a text that came from outside.
package enum TextProblem: Error, Hashable, Sendable {
    case empty
    case tooLong(limit: Int)
    case controlCharacter(code: UInt32)
    /// Of a reference, which is compared as it is.
    case spaceAround

    /// Completes "sku …".
    package var description: String {
        switch self {
        case .empty: "must not be empty"
        case .tooLong(let limit): "must not be longer than \(limit) characters"
        case .controlCharacter(let code):
            "must not contain control characters (found U+\(String(code, radix: 16, uppercase: true)))"
        case .spaceAround: "must not begin or end with a space: send it without"
        }
    }
}

/// The rules for names, SKUs and other short texts. A person who breaks them is told; a source's text is mended.
package enum Text {
    package static let nameLimit = 255
    package static let noteLimit = 1000

    /// Names of sources, tenants, webhooks: they stand in the configuration, in logs, paths and commands.
    package static func isPlainName(_ text: String) -> Bool {
        let letters = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: ".")
        }
        return letters && (1...64).contains(text.utf8.count) && text != "." && text != ".."
    }
    /// Completes "name must be …".
    package static let plainNameRule = "a name of 1 to 64 letters, digits, '-', '_' or '.'"

    /// Control characters (C0, DEL, C1), line and paragraph separators, and bidirectional overrides and isolates: what
    /// can forge lines or reorder what a terminal or mail client shows.
    package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C, 0xFEFF: true
        default: false
        }
    }

    /// Throws what is wrong with `text`; `limit` counts Unicode scalars.
    package static func check(_ text: String, limit: Int = nameLimit) throws(TextProblem) {
        var count = 0
        var blank = true
        for scalar in text.unicodeScalars {
            count += 1
            // Most are these, and looking up what a scalar is takes longer than all else.
            if (0x21..<0x7F).contains(scalar.value) {
                blank = false
                continue
            }
            if isControl(scalar) { throw .controlCharacter(code: scalar.value) }
            if !scalar.properties.isWhitespace { blank = false }
        }
        if blank { throw .empty }
        if count > limit { throw .tooLong(limit: limit) }
    }

    /// As `check`, for what another system calls something by: with a space around it, it would be another's name to us, and
    /// the same one's to people.
    package static func checkReference(_ text: String, limit: Int) throws(TextProblem) {
        try check(text, limit: limit)
        let ends = [text.unicodeScalars.first, text.unicodeScalars.last]
        if ends.contains(where: { $0?.properties.isWhitespace == true }) { throw .spaceAround }
    }

    /// `text` from outside as it may be shown: without terminals' escape sequences, other control characters replaced by U+FFFD,
    /// trimmed and cut to `limit` scalars; `nil` if nothing is left.
    package static func mended(_ text: String, limit: Int = nameLimit) -> String? {
        var scalars = String.UnicodeScalarView()
        var count = 0
        var rest = Substring(text).unicodeScalars
        var sequences = EscapeSequences()
        while count < limit, let scalar = rest.first {
            guard isControl(scalar) else {
                rest.removeFirst()
                if count == 0, scalar.properties.isWhitespace { continue }
                scalars.append(scalar)
                count += 1
                continue
            }
            let sequence = sequences.length(at: rest)
            rest.removeFirst(max(sequence, 1))
            if sequence > 0 || (count == 0 && scalar.properties.isWhitespace) { continue }
            scalars.append("\u{FFFD}")
            count += 1
        }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return scalars.isEmpty ? nil : String(scalars)
    }
}
