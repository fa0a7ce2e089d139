/// How a text is put on the air, and in how many pieces it is sent and paid for (3GPP TS 23.038, "Alphabets and
/// language-specific information"; TS 23.040 for the header of concatenated pieces).
package enum SMSEncoding: Hashable, Sendable {
    /// Seven bits a character; those of the extension table take two places.
    case gsm7
    /// UTF-16, for whatever the other lacks.
    case ucs2

    /// Of the whole text: one character is enough to need the wider one.
    package init(_ text: String) {
        self = text.unicodeScalars.allSatisfy { SMSEncoding.septets($0) != nil } ? .gsm7 : .ucs2
    }

    /// What one piece holds, in places of 7 or 16 bits.
    package var single: Int { self == .gsm7 ? 160 : 70 }
    /// What each piece of several holds: the rest is its header.
    package var part: Int { self == .gsm7 ? 153 : 67 }

    /// How many places a character takes. Both halves of a pair, and an escape with what it escapes, stay in one piece.
    package func places(_ scalar: Unicode.Scalar) -> Int {
        switch self {
        case .gsm7: SMSEncoding.septets(scalar) ?? 1
        case .ucs2: scalar.value > 0xFFFF ? 2 : 1
        }
    }

    package func places(_ text: some StringProtocol) -> Int { text.unicodeScalars.reduce(0) { $0 + places($1) } }

    /// In how many pieces `text` is sent; an empty text takes one.
    package static func segments(_ text: String) -> Int {
        let encoding = SMSEncoding(text)
        if encoding.places(text) <= encoding.single { return 1 }
        var pieces = 1, used = 0
        for scalar in text.unicodeScalars {
            let size = encoding.places(scalar)
            if used + size > encoding.part {
                pieces += 1
                used = 0
            }
            used += size
        }
        return pieces
    }

    /// Places that a character takes in GSM-7; nil: it is in neither table.
    package static func septets(_ scalar: Unicode.Scalar) -> Int? {
        if basic.contains(scalar) { return 1 }
        return extended.contains(scalar) ? 2 : nil
    }

    /// The basic table but for its escape, in its order.
    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
            + "¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}
