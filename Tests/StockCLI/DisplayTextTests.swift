import StockCLI
import Testing

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("Widget A", "Widget A"), ("Tëa 茶 🍵", "Tëa 茶 🍵"), ("a\u{1B}[31mb", "a\\u{1B}[31mb"), ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("abc\u{202E}def", "abc\\u{202E}def"), ("x\u{2066}y\u{2069}", "x\\u{2066}y\\u{2069}"), ("\u{9B}2J", "\\u{9B}2J"),
        ("\u{7F}\u{0}", "\\u{7F}\\u{0}"), ("a\u{2028}b", "a\\u{2028}b"), ("a\u{200B}b", "a\\u{200B}b"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ])
    func makesWhatIsDangerousVisible(text: String, shown: String) {
        #expect(DisplayText.escaped(text) == shown)
    }

    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("茶", 2), ("ｆｕｌｌ", 8), ("🍵", 2), ("👨‍👩‍👧", 2), ("🇬🇧", 2), ("한국", 4), ("❤️", 2),
        ("❤", 1), ("\u{301}", 0), ("", 0), ("Ω", 1), ("…", 1), ("a茶b", 4),
    ])
    func measuresColumns(text: String, columns: Int) {
        #expect(DisplayText.width(text) == columns)
    }

    @Test(arguments: [
        ("Widget A", 8, "Widget A"), ("Widget A", 7, "Widget…"), ("茶茶茶", 5, "茶茶…"), ("茶茶茶", 4, "茶…"), ("abc", 1, "…"),
        ("abc", 0, ""),
    ])
    func cutsToColumns(text: String, columns: Int, cut: String) {
        #expect(DisplayText.cut(text, to: columns) == cut)
        #expect(DisplayText.width(DisplayText.cut(text, to: columns)) <= columns)
    }

    @Test func breaksLinesAtSpacesAndLongWordsAnywhere() {
        #expect(DisplayText.wrapped("the quick brown fox", to: 10) == ["the quick", "brown fox"])
        #expect(DisplayText.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
        #expect(DisplayText.wrapped("  indented: yes", to: 40) == ["  indented: yes"])
        #expect(DisplayText.wrapped("  indented: yes", to: 12) == ["  indented:", "  yes"])
        #expect(DisplayText.wrapped("", to: 10) == [""])
        #expect(DisplayText.wrapped("the quick brown fox jumps", to: 11, hanging: 2) == ["the quick", "  brown fox", "  jumps"])
        #expect(DisplayText.wrapped("  the quick brown fox", to: 12, hanging: 2) == ["  the quick", "    brown", "    fox"])
        #expect(DisplayText.wrapped("the quick", to: 11, hanging: 2) == ["the quick"])
        #expect(DisplayText.wrapped("abcdefgh", to: 4, hanging: 2) == ["abcd", "  ef", "  gh"])
    }
}
