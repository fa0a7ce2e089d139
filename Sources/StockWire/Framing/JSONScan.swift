/// Scans over a line's bytes, for what a decoder does not tell or must not be asked before: whether it is JSON at all,
/// how deep it nests, and where a member's value stands.
package enum JSONScan {
    package enum Problem: Error, Hashable, Sendable {
        /// Not JSON; the offset of the byte that does not fit.
        case syntax(at: Int)
        case notUTF8
        case tooDeep(limit: Int)
    }

    /// Checks all of the line by the grammar of RFC 8259. Stricter in one thing: an escaped surrogate without its
    /// other half, which no string can hold, is refused.
    package static func check(
        _ line: UnsafeRawBufferPointer, nestingLimit: Int = Wire.nestingLimit
    ) throws(Problem) {
        var found = JSONTape.Nodes()
        try record(line, nestingLimit: nestingLimit, into: &found)
    }

    /// As `check`, noting where everything stands.
    static func record(
        _ line: UnsafeRawBufferPointer, nestingLimit: Int = Wire.nestingLimit, into nodes: inout JSONTape.Nodes
    ) throws(Problem) {
        var scanner = Scanner(line)
        try scanner.document(nestingLimit: min(nestingLimit, 64), &nodes)
        if scanner.sawNonASCII, String(validating: line, as: UTF8.self) == nil { throw .notUTF8 }
    }

    package static func check(_ line: [UInt8], nestingLimit: Int = Wire.nestingLimit) throws(Problem) {
        let outcome = line.withUnsafeBytes { bytes in
            Result { () throws(Problem) in try check(bytes, nestingLimit: nestingLimit) }
        }
        try outcome.get()
    }

    /// Where the value of the top-level object's member `name` stands, as received; `nil` if there is none. The line
    /// must have passed `check`. Names that are written with escapes are not recognized.
    package static func member(_ name: String, of line: [UInt8]) -> Range<Int>? {
        line.withUnsafeBytes { bytes in
            var scanner = Scanner(bytes)
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: "{")) else { return nil }
            while true {
                scanner.skipSpace()
                let key = scanner.at + 1
                guard (try? scanner.string()) != nil else { return nil }
                let isIt = bytes[key..<scanner.at - 1].elementsEqual(name.utf8)
                scanner.skipSpace()
                guard scanner.take(UInt8(ascii: ":")) else { return nil }
                scanner.skipSpace()
                let start = scanner.at
                guard scanner.skipValue() else { return nil }
                if isIt { return start..<scanner.at }
                scanner.skipSpace()
                guard scanner.take(UInt8(ascii: ",")) else { return nil }
            }
        }
    }
}

private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var at = 0
    var sawNonASCII = false
    /// Of the string last read.
    var escaped = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var failure: JSONScan.Problem { .syntax(at: at) }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0A || bytes[at] == 0x0D {
            at += 1
        }
    }

    /// Keeps the open containers in a list of at most `nestingLimit`: no recursion that a hostile line could drive.
    mutating func document(nestingLimit: Int, _ nodes: inout JSONTape.Nodes) throws(JSONScan.Problem) {
        var open: [Int] = []
        while true {
            skipSpace()
            guard at < bytes.count else { throw failure }
            let start = at
            switch bytes[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < nestingLimit else { throw .tooDeep(limit: nestingLimit) }
                let isObject = bytes[at] == UInt8(ascii: "{")
                at += 1
                open.append(nodes.count)
                nodes.append(JSONTape.Node(isObject ? .object : .array, start, start))
                skipSpace()
                if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    close(&open, &nodes)
                } else {
                    if isObject { try key(&nodes) }
                    continue
                }
            case UInt8(ascii: "\""):
                try string()
                nodes.append(JSONTape.Node(.string, start + 1, at - 1, escaped: escaped))
            case UInt8(ascii: "t"):
                try literal("true")
                nodes.append(JSONTape.Node(.true, start, at))
            case UInt8(ascii: "f"):
                try literal("false")
                nodes.append(JSONTape.Node(.false, start, at))
            case UInt8(ascii: "n"):
                try literal("null")
                nodes.append(JSONTape.Node(.null, start, at))
            default:
                try number()
                nodes.append(JSONTape.Node(.number, start, at))
            }
            // A value has ended: close what ends with it.
            closing: while true {
                skipSpace()
                guard let container = open.last else {
                    guard at == bytes.count else { throw failure }
                    return
                }
                let inObject = nodes[container].kind == .object
                if take(UInt8(ascii: ",")) {
                    if inObject {
                        skipSpace()
                        try key(&nodes)
                    }
                    break closing
                }
                guard take(inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw failure }
                close(&open, &nodes)
            }
        }
    }

    private func close(_ open: inout [Int], _ nodes: inout JSONTape.Nodes) {
        let container = open.removeLast()
        nodes[container].end = UInt32(truncatingIfNeeded: at)
        nodes[container].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    private mutating func key(_ nodes: inout JSONTape.Nodes) throws(JSONScan.Problem) {
        let start = at
        try string()
        nodes.append(JSONTape.Node(.string, start + 1, at - 1, escaped: escaped))
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw failure }
    }

    private mutating func literal(_ text: StaticString) throws(JSONScan.Problem) {
        for index in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[index]) else { throw failure }
        }
    }

    mutating func string() throws(JSONScan.Problem) {
        guard take(UInt8(ascii: "\"")) else { throw failure }
        escaped = false
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"):
                at += 1
                escaped = true
                try escape()
            case 0..<0x20: throw failure
            default:
                if byte >= 0x80 { sawNonASCII = true }
                at += 1
            }
        }
        throw failure
    }

    private mutating func escape() throws(JSONScan.Problem) {
        guard at < bytes.count else { throw failure }
        let byte = bytes[at]
        guard byte == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(byte) else { throw failure }
            at += 1
            return
        }
        at += 1
        let unit = try hex()
        guard unit & 0xF800 == 0xD800 else { return }
        guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw failure }
        guard try hex() & 0xFC00 == 0xDC00 else { throw failure }
    }

    private mutating func hex() throws(JSONScan.Problem) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard at < bytes.count else { throw failure }
            switch bytes[at] {
            case let byte where byte >= 48 && byte <= 57: unit = unit << 4 | UInt32(byte - 48)
            case let byte where byte >= 65 && byte <= 70: unit = unit << 4 | UInt32(byte - 55)
            case let byte where byte >= 97 && byte <= 102: unit = unit << 4 | UInt32(byte - 87)
            default: throw failure
            }
            at += 1
        }
        return unit
    }

    private mutating func digits() throws(JSONScan.Problem) {
        let start = at
        while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 { at += 1 }
        guard at > start else { throw failure }
    }

    private mutating func number() throws(JSONScan.Problem) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try digits()
        }
    }

    /// Past one value of a document that is known to be well-formed.
    mutating func skipValue() -> Bool {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""): guard (try? string()) != nil else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
                at += 1
                continue
            default:
                while at < bytes.count, !",:]} \t\r\n".utf8.contains(bytes[at]) { at += 1 }
            }
            if depth == 0 { return true }
        }
        return false
    }
}
