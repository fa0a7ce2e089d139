import StockDomain
import Testing

/// What outside systems say may hold anything, and is shown on terminals, in mails and in the journal.
@Suite struct MendedTextTests {
    @Test(arguments: [
        ("550 \u{1B}[31mno such\u{1B}[0m user", "550 no such user"), ("\u{1B}[1;31;4mred", "red"), ("a\u{1B}[?25lb", "ab"),
        ("a\u{1B}]0;owned\u{7}b", "ab"), ("a\u{1B}]8;;https://x.example\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"),
        ("a\u{1B}P1$r\u{9C}b", "ab"), ("a\u{9B}2Jb", "ab"), ("a\u{9D}0;owned\u{9C}b", "ab"), ("a\u{1B}(Bb", "ab"),
        ("a\u{1B}cb", "ab"), ("a\u{1B}[31", "a"), ("a\u{1B}[31\nb", "a\u{FFFD}b"), ("  \u{1B}[31m  b ", "b"),
        // One that never ends must not hide what is said.
        ("a\u{1B}]0;no end", "a0;no end"), ("a\u{1B}", "a\u{FFFD}"), ("a\u{1B}\u{1B}[31mb", "a\u{FFFD}b"),
        ("a\nb\u{202E}c\u{7F}", "a\u{FFFD}b\u{FFFD}c\u{FFFD}"), ("[31m is text", "[31m is text"),
    ])
    func escapeSequencesGoWhole(text: String, mended: String) { #expect(Text.mended(text) == mended) }

    @Test func whatShowsNothingIsNothing() {
        #expect(Text.mended("\u{1B}[31m\u{1B}[0m") == nil)
        #expect(Text.mended(" \n\t ") == nil)
    }

    @Test func whatIsTakenOutDoesNotCount() {
        #expect(Text.mended(String(repeating: "\u{1B}[31m", count: 1000) + "red", limit: 3) == "red")
    }

    /// Each that never ends is not looked for to the end again: that would take hours.
    @Test(.timeLimit(.minutes(1))) func manyThatNeverEndAreTakenInOnePass() {
        let text = String(repeating: "\u{1B}]", count: 1_000_000)
        #expect(Text.mended(text) == nil)
        #expect(Text.mended(text + "red") == "red")
        #expect(Text.mended("a\u{1B}]b\u{7}c" + text) == "ac")
    }

    /// Whatever comes, nothing of it moves a cursor or forges a line.
    @Test func noControlCharacterIsLeft() {
        let scalars: [Unicode.Scalar] = [
            "\u{1B}", "[", "]", "P", "3", ";", "m", "\u{7}", "\\", "\u{9B}", "\u{9C}", "\u{9D}", "\n", " ", "é", "\u{202E}", "(", "\0",
        ]
        var seed: UInt64 = 1
        for _ in 0..<5000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(scalars[Int(seed >> 33) % scalars.count])
            }
            let mended = Text.mended(String(text)) ?? ""
            #expect(!mended.unicodeScalars.contains(where: Text.isControl), "\(String(text).debugDescription)")
        }
    }
}
