/// A line of JSON that was checked, as a flat list of where its values stand, in the order in which they do. Decoders
/// read from it without another pass, and mark the members they have asked for, so that the rest is known.
///
/// Borrows the line's bytes: it must not outlive them.
final class JSONTape {
    typealias Nodes = ContiguousArray<Node>

    enum Kind: UInt8 { case object, array, string, number, `true`, `false`, null }

    /// A value, or the name of a member, which its value follows.
    struct Node {
        var kind: Kind
        /// Of a string.
        var escaped: Bool
        /// Of a name: somebody asked for the member.
        var asked = false
        /// Of an object: somebody looks at its members one by one.
        var opened = false
        /// In the line, a string without its quotes.
        var start: UInt32
        var end: UInt32
        /// Of a container: the first node that is no longer in it.
        var next: UInt32 = 0

        init(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool = false) {
            self.kind = kind
            self.escaped = escaped
            self.start = UInt32(truncatingIfNeeded: start)
            self.end = UInt32(truncatingIfNeeded: end)
        }
    }

    private let line: UnsafeRawBufferPointer
    // Only ever in one thread's hands, and looked at for every member.
    @exclusivity(unchecked) private(set) var nodes = Nodes()
    private var indexes: [Int: [String: Int]] = [:]
    /// In nodes. Comparing each member with each is cheap up to here.
    private static let smallObject = 32
    private static let largeObject = 256

    init(_ line: UnsafeRawBufferPointer) throws(JSONScan.Problem) {
        self.line = line
        nodes.reserveCapacity(24)
        try JSONScan.record(line, into: &nodes)
    }

    func kind(_ node: Int) -> Kind { nodes[node].kind }

    func bytes(_ node: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: line[Int(nodes[node].start)..<Int(nodes[node].end)])
    }

    /// The node behind this one and all in it.
    func after(_ node: Int) -> Int { nodes[node].next == 0 ? node + 1 : Int(nodes[node].next) }

    /// What a string says.
    func text(_ node: Int) -> String {
        let bytes = bytes(node)
        guard nodes[node].escaped else { return String(decoding: bytes, as: UTF8.self) }
        return JSONTape.unescaped(bytes)
    }

    /// An object as it stands there, without the members named; an empty one for -1.
    func objectText(_ object: Int, without names: [String]) -> String {
        guard object >= 0 else { return "{}" }
        var leftOut = false
        var kept: [UInt8] = []
        if !names.isEmpty {
            each(object) { key in
                if names.contains(text(key)) {
                    leftOut = true
                } else {
                    kept.append(kept.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
                    // The nodes of strings are without their quotes.
                    let end = Int(nodes[key + 1].end) + (nodes[key + 1].kind == .string ? 1 : 0)
                    kept.append(contentsOf: line[Int(nodes[key].start) - 1..<end])
                }
            }
        }
        guard leftOut else { return String(decoding: bytes(object), as: UTF8.self) }
        return kept.isEmpty ? "{}" : String(decoding: kept, as: UTF8.self) + "}"
    }

    /// The value of an object's member; nil: there is none. Of one that stands twice the first, until `unasked` or
    /// `repeated` tells of it.
    func member(_ name: String, of object: Int) -> Int? {
        let end = after(object)
        if end - object > JSONTape.largeObject {
            guard let key = index(of: object)[name] else { return nil }
            nodes[key].asked = true
            return key + 1
        }
        var key = object + 1
        while key < end {
            if isNamed(key, name) {
                nodes[key].asked = true
                return key + 1
            }
            key = after(key + 1)
        }
        return nil
    }

    /// Names of an object that is too large to be searched through for each of its members.
    private func index(of object: Int) -> [String: Int] {
        if let index = indexes[object] { return index }
        var index: [String: Int] = [:]
        each(object) { key in
            let name = text(key)
            if index[name] == nil { index[name] = key }
        }
        indexes[object] = index
        return index
    }

    private func isNamed(_ key: Int, _ name: String) -> Bool {
        if nodes[key].escaped { return text(key) == name }
        let bytes = bytes(key)
        var name = name
        return name.withUTF8 { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }

    /// The names of an object's members, as they come.
    func names(of object: Int) -> [String] {
        var names: [String] = []
        each(object) { names.append(text($0)) }
        return names
    }

    /// The values of an array's elements.
    func elements(of array: Int) -> [Int] {
        var elements: [Int] = []
        let end = after(array)
        var element = array + 1
        while element < end {
            elements.append(element)
            element = after(element)
        }
        return elements
    }

    private func each(_ object: Int, _ body: (Int) -> Void) {
        let end = after(object)
        var key = object + 1
        while key < end {
            body(key)
            key = after(key + 1)
        }
    }

    func open(_ object: Int) { nodes[object].opened = true }

    /// A member that nobody asked for, among those that were.
    struct Unasked {
        var name: String
        /// It was asked for, and stands there before.
        var isRepeated: Bool
        var asked: Set<String>
    }

    /// The first member that nobody asked for, of an object whose members were looked at.
    func unasked(of object: Int) -> Unasked? {
        guard nodes[object].kind == .object, nodes[object].opened else { return nil }
        let end = after(object)
        var key = object + 1
        while key < end {
            if !nodes[key].asked {
                let name = text(key)
                var asked: Set<String> = []
                each(object) { if nodes[$0].asked { asked.insert(text($0)) } }
                // Of one that stands twice only the first is found.
                return Unasked(name: name, isRepeated: asked.contains(name), asked: asked)
            }
            key = after(key + 1)
        }
        return nil
    }

    /// The first name that an object has twice, whether or not anybody asked for it.
    func repeated(in object: Int) -> String? {
        let end = after(object)
        guard end - object <= JSONTape.smallObject else {
            var seen: Set<String> = [], found: String?
            each(object) { key in
                if found == nil, !seen.insert(text(key)).inserted { found = text(key) }
            }
            return found
        }
        var key = object + 1
        while key < end {
            var before = object + 1
            while before < key {
                if isSame(before, key) { return text(key) }
                before = after(before + 1)
            }
            key = after(key + 1)
        }
        return nil
    }

    private func isSame(_ a: Int, _ b: Int) -> Bool {
        if nodes[a].escaped || nodes[b].escaped { return text(a) == text(b) }
        let (a, b) = (bytes(a), bytes(b))
        return a.count == b.count && a.elementsEqual(b)
    }

    /// Where a value stands below `root`.
    func path(to node: Int, from root: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var container = root
        descent: while container != node {
            var child = container + 1
            var index = 0
            let isObject = nodes[container].kind == .object
            while child < after(container) {
                let value = isObject ? child + 1 : child
                if node >= value, node < after(value) {
                    path.append(isObject ? AnyKey(text(child)) : AnyKey(index: index))
                    container = value
                    continue descent
                }
                child = after(value)
                index += 1
            }
            break
        }
        return path
    }

    /// What the escapes of a checked string stand for.
    private static func unescaped(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var at = 0
        func unit() -> UInt32 {
            defer { at += 4 }
            return bytes[at..<at + 4].reduce(0) { $0 << 4 | UInt32($1 & 0xF) + ($1 > 57 ? 9 : 0) }
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            let escape = bytes[at]
            at += 1
            switch escape {
            case UInt8(ascii: "b"): text.append(8)
            case UInt8(ascii: "f"): text.append(12)
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "r"): text.append(13)
            case UInt8(ascii: "t"): text.append(9)
            case UInt8(ascii: "u"):
                var scalar = unit()
                if scalar & 0xFC00 == 0xD800 {
                    at += 2
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + (unit() & 0x3FF)
                }
                if let scalar = Unicode.Scalar(scalar) { text.append(contentsOf: Array(UTF8.encode(scalar)!)) }
            default: text.append(escape)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The name of a member or the place in an array.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int?

    init(_ name: String) { stringValue = name }
    init(index: Int) {
        stringValue = "\(index)"
        intValue = index
    }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}
