import Foundation
import StockDomain

/// Text that is cheap to send: in the narrow alphabet of text messages wherever nothing is lost by it.
enum ShortText {
    /// `text` in GSM-7 with look-alikes for what that lacks, or as it is where it is written in another script or nothing
    /// would be left of it. Without control characters, and with one space for each run of them.
    static func plain(_ text: String) -> String {
        let wide = spaced(text)
        var narrow = ""
        for scalar in wide.unicodeScalars {
            guard let piece = narrowed(scalar) else { return wide }
            narrow += piece
        }
        narrow = spaced(narrow)
        return narrow.isEmpty ? wide : narrow
    }

    /// `text` cut to `limit` places of `encoding`, its end marked where it was cut. Never through a character, as people
    /// see characters.
    static func cut(_ text: String, to limit: Int, _ encoding: SMSEncoding) -> String {
        guard encoding.places(text) > limit else { return text }
        let mark = ellipsis(encoding)
        let room = limit - encoding.places(mark)
        var kept = "", used = 0
        for character in text {
            let size = encoding.places(String(character))
            if used + size > room { break }
            kept.append(character)
            used += size
        }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return kept.isEmpty ? "" : kept + mark
    }

    static func ellipsis(_ encoding: SMSEncoding) -> String { encoding == .gsm7 ? "..." : "…" }

    /// `text` without control characters, and with one space for each run of spaces, line ends and those.
    static func spaced(_ text: String) -> String {
        var result = "", gap = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || Text.isControl(scalar) {
                gap = true
                continue
            }
            if gap, !result.isEmpty { result += " " }
            gap = false
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// nil: a letter of another script, that none stands for.
    private static func narrowed(_ scalar: Unicode.Scalar) -> String? {
        if SMSEncoding.septets(scalar) != nil { return String(scalar) }
        if let known = known[scalar] { return known }
        switch scalar.properties.generalCategory {
        // Marks that stand by themselves; pictures; what only says how its neighbours are joined or shown.
        case .nonspacingMark, .enclosingMark, .format, .otherSymbol, .modifierSymbol, .privateUse, .unassigned: return ""
        default: break
        }
        let bases = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars
        guard bases.first != scalar else { return nil }
        var narrow = ""
        for base in bases where base.properties.generalCategory != .nonspacingMark {
            guard let piece = SMSEncoding.septets(base) != nil ? String(base) : known[base] else { return nil }
            narrow += piece
        }
        return narrow.isEmpty ? nil : narrow
    }

    private static let known: [Unicode.Scalar: String] = [
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "“": "\"", "”": "\"", "„": "\"", "″": "\"",
        "«": "\"", "»": "\"", "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "×": "x", "÷": "/", "⁄": "/", "°": "deg", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "OE", "ı": "i", "™": "TM", "©": "(c)", "®": "(R)", "¢": "c",
        "¦": "|", "¬": "-", "±": "+/-", "№": "No", "\u{FFFD}": "?",
    ]
}
