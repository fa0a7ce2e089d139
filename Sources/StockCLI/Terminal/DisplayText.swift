/// Text as a terminal may show it.
package enum DisplayText {
    /// `text` with everything that could move the cursor, change colours, forge a line or reorder what is read made
    /// visible: `\n`, `\u{1B}`, `\u{202E}`.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": safe += "\\n"
            case "\r": safe += "\\r"
            case "\t": safe += "\\t"
            case _ where isUnsafe(scalar): safe += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// The same of each line of `text`, however it ends.
    static func escapedLines(_ text: String) -> String {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { escaped(String($0.last == "\r" ? $0.dropLast() : $0)) }.joined(separator: "\n")
    }

    /// JSON that says the same, with that escaped as JSON does: `\u202E`, above U+FFFF as a pair. C0 controls are escaped in
    /// its strings already, and outside of them are space.
    static func escapedJSON(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { $0.value > 0x7E && isUnsafe($0) }) else { return json }
        var safe = ""
        for scalar in json.unicodeScalars {
            guard scalar.value > 0x7E, isUnsafe(scalar) else {
                safe.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar)! {
                let digits = String(unit, radix: 16, uppercase: true)
                safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return safe
    }

    /// Control characters, bidirectional marks, overrides and isolates, separators of lines, and what is invisible but
    /// takes no part in emoji or scripts.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE001F:
            true
        default: false
        }
    }

    /// Columns that `text` takes: two for wide characters (CJK, emoji), none for combining ones.
    package static func width(_ text: String) -> Int {
        var ascii = 0
        for byte in text.utf8 {
            guard byte < 0x80 else { return text.reduce(0) { $0 + width($1) } }
            ascii += 1
        }
        return ascii
    }

    package static func width(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.value < 0x300 { return scalars.contains { $0.value == 0xFE0F } ? 2 : 1 }
        // A flag, a keycap or a joined sequence is one picture of two columns.
        if first.properties.isEmojiPresentation || scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        if isWide(first.value) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    /// East Asian Wide and Fullwidth, by Unicode's EastAsianWidth.txt; emoji are told by their property.
    private static func isWide(_ code: UInt32) -> Bool {
        switch code {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
            0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// `text` in at most `columns`, ending in `…` where something was cut.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var cut = ""
        var used = 0
        for character in text {
            let wide = width(character)
            guard used + wide <= columns - 1 else { break }
            cut.append(character)
            used += wide
        }
        return cut + "…"
    }

    /// Lines of at most `columns`, broken at spaces where there are any, all of them as far to the right as the first, or
    /// those after it `hanging` further.
    package static func wrapped(_ text: String, to columns: Int, hanging: Int = 0) -> [String] {
        let indent = text.prefix { $0 == " " }
        guard indent.isEmpty || indent.count >= columns else {
            return wrapped(String(text.dropFirst(indent.count)), to: columns - indent.count, hanging: hanging).map { indent + $0 }
        }
        guard hanging == 0 || hanging >= columns else {
            let first = wrapped(text, to: columns)[0], rest = text.dropFirst(first.count).drop { $0 == " " }
            let margin = String(repeating: " ", count: hanging)
            return [first] + (rest.isEmpty ? [] : wrapped(String(rest), to: columns - hanging).map { margin + $0 })
        }
        var lines: [String] = []
        var line = ""
        var isFirst = true
        for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            if isFirst {
                line = word
                isFirst = false
            } else if width(line) + 1 + width(word) <= columns {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
            while width(line) > columns, columns > 0 {
                var head = ""
                var used = 0
                for character in line {
                    let wide = width(character)
                    guard used + wide <= columns || used == 0 else { break }
                    head.append(character)
                    used += wide
                }
                lines.append(head)
                line.removeFirst(head.count)
            }
        }
        lines.append(line)
        return lines
    }
}
