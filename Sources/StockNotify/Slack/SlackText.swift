/// Text as Slack wants it: `&`, `<` and `>` escaped, which also disarms `<!channel>` and links.
enum SlackText {
    /// `text` in at most `limit` characters after escaping, cut before it: never through an escape.
    static func escaped(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 0
        var rest = Substring(text)
        while let character = rest.popFirst() {
            let piece =
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(character)
                }
            // Slack does not say what it counts; UTF-16 units are the most it can be.
            let size = piece.utf16.count
            if count + size > (rest.isEmpty ? limit : limit - 1) { return result + "…" }
            result += piece
            count += size
        }
        return result
    }
}
