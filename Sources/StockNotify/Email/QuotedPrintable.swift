/// Text of any length of line for mail (RFC 2045, section 6.7).
enum QuotedPrintable {
    private static let lineLimit = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// `text`, its lines ended by `\n`, as lines of at most 76 ASCII characters, each ended by CRLF.
    static func encoded(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 5 / 4)
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            var column = 0
            for (offset, byte) in line.enumerated() {
                let isLast = offset == line.count - 1
                let isBlankAtEnd = isLast && (byte == 0x20 || byte == 9)
                // Some servers take a line that starts with "From " for the start of a mail and change it.
                let isFrom = offset == 0 && byte == UInt8(ascii: "F")
                let isPlain = ((byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")) || byte == 9) && !isBlankAtEnd && !isFrom
                let width = isPlain ? 1 : 3
                // The last column is for the `=` of a soft line break.
                if column + width > lineLimit - 1 {
                    result += [UInt8(ascii: "="), 13, 10]
                    column = 0
                }
                if isPlain {
                    result.append(byte)
                } else {
                    result += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
                column += width
            }
            result += [13, 10]
        }
        return result
    }
}
