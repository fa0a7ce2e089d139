/// Whether bytes are UTF-8, as they arrive. The states are those of the WHATWG's UTF-8 decoder.
struct UTF8Check: Sendable {
    /// Of the next byte.
    private(set) var line = 1
    private var needed = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    mutating func take(_ bytes: [UInt8]) throws(CSVProblem) {
        for byte in bytes {
            if needed > 0 {
                guard allowed.contains(byte) else { throw .notUTF8(line: line) }
                allowed = 0x80...0xBF
                needed -= 1
                continue
            }
            switch byte {
            case 0x0A: line += 1
            case 0: throw .binary(line: line)
            case 0x01...0x7F: break
            case 0xC2...0xDF: needed = 1
            case 0xE0: (needed, allowed) = (2, 0xA0...0xBF)
            case 0xED: (needed, allowed) = (2, 0x80...0x9F)
            case 0xE1...0xEF: needed = 2
            case 0xF0: (needed, allowed) = (3, 0x90...0xBF)
            case 0xF4: (needed, allowed) = (3, 0x80...0x8F)
            case 0xF1...0xF3: needed = 3
            default: throw .notUTF8(line: line)
            }
        }
    }

    func finish() throws(CSVProblem) {
        if needed > 0 { throw .notUTF8(line: line) }
    }
}
