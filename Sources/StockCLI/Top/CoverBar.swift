import FoundationEssentials

/// How long stock lasts, as a bar.
enum CoverBar {
    /// A full bar. What lasts longer has time.
    static let days = 14.0

    /// As many columns, to an eighth of one; nil where nobody knows how long it lasts.
    static func text(_ cover: Decimal?, columns: Int) -> String {
        guard columns > 0 else { return "" }
        guard let cover = cover.flatMap({ Double($0.description) }), cover > 0 else {
            return String(repeating: cover == nil ? " " : "·", count: columns)
        }
        let eighths = max(1, Int((min(cover / days, 1) * Double(columns * 8)).rounded()))
        let full = String(repeating: "█", count: eighths / 8)
        let part = eighths % 8 == 0 ? "" : String(parts[eighths % 8 - 1])
        return full + part + String(repeating: "·", count: columns - eighths / 8 - part.count)
    }

    private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
