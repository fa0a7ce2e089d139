import StockDomain
import Testing

@Suite struct SMSEncodingTests {
    /// Sizes as handsets and carriers count them.
    @Test(arguments: [
        (String(repeating: "a", count: 160), 1), (String(repeating: "a", count: 161), 2), (String(repeating: "a", count: 306), 2),
        (String(repeating: "a", count: 307), 3), (String(repeating: "€", count: 80), 1), (String(repeating: "€", count: 81), 2),
        // 153 places hold 76 of these, and the escape of the next goes with it.
        (String(repeating: "€", count: 152), 2), (String(repeating: "€", count: 153), 3),
        (String(repeating: "я", count: 70), 1), (String(repeating: "я", count: 71), 2), (String(repeating: "я", count: 134), 2),
        (String(repeating: "😀", count: 35), 1), (String(repeating: "😀", count: 36), 2),
        // 67 places hold 33 pairs.
        (String(repeating: "😀", count: 66), 2), (String(repeating: "😀", count: 67), 3),
        (String(repeating: "a", count: 70) + "—", 2), ("", 1),
    ])
    func piecesAreCountedAsTheyAreSent(text: String, pieces: Int) {
        #expect(SMSEncoding.segments(text) == pieces)
    }

    @Test func theBasicTableHasItsCharactersAndTheExtensionCountsTwice() {
        let all = (0...0xFFFF).compactMap { Unicode.Scalar(UInt32($0)) }
        #expect(all.count { SMSEncoding.septets($0) == 1 } == 127)
        #expect(all.count { SMSEncoding.septets($0) == 2 } == 10)
        for character in "çÇ" { #expect((SMSEncoding.septets(character.unicodeScalars.first!) != nil) == (character == "Ç")) }
    }
}
