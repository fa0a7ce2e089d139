/// Text as Slack wants it: `&`, `<` and `>` escaped, which also disarms `<!channel>` and links.
enum SlackText {
    /// `text` in at most `limit` characters after escaping, cut before it: never through an escape.
    static func escaped(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 0
        for (index, character) in text.enumerated() {
            let piece =
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(character)
                }
            // Slack does not say what it counts; UTF-16 units are the most it can be.
            let size = piece.utf16.count
            let room = index == text.count - 1 ? limit : limit - 1
            if count + size > room { return result + "…" }
            result += piece
            count += size
        }
        return result
    }
}
