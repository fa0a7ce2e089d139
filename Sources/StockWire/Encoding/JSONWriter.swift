import FoundationEssentials

/// Writes what Foundation's encoder writes with sorted keys and slashes left alone, in one pass and without the tree
/// of boxed values in between. What it can't write (numbers with a fraction of binary digits, containers opened out of
/// turn) it refuses; the general encoder takes that.
final class JSONWriter {
    struct Unsupported: Error {}

    /// What the value that is being written has opened.
    private enum Container { case none, object, array, value }

    /// A member of the object that is being written: `,"name":value`, and where it stands.
    private struct Member {
        var start: Int
        /// Without the quote.
        var nameEnd: Int
        var end: Int
    }

    // Nobody else has a hold of it while a value is written: what Swift checks of that costs a sixth of the time.
    @exclusivity(unchecked) private var text = JSONText()
    @exclusivity(unchecked) private var container = Container.none
    @exclusivity(unchecked) private var members: [Member] = []
    /// Where the members of the innermost object begin in `members`.
    @exclusivity(unchecked) private var firstMember = 0
    /// Of encoders that are open; what an encoder further out writes now would stand in the wrong place.
    @exclusivity(unchecked) private var depth = 0
    @exclusivity(unchecked) private var refused = false

    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let writer = JSONWriter()
        try writer.value(value)
        guard !writer.refused else { throw Unsupported() }
        return writer.text.bytes
    }

    /// Writes a value and closes what it has opened.
    private func value<T: Encodable>(_ value: T) throws {
        if T.self == Decimal.self, let decimal = value as? Decimal { return number(decimal) }
        let outer = (container, firstMember)
        container = .none
        firstMember = members.count
        depth += 1
        let start = text.count
        try value.encode(to: Encoding(writer: self, depth: depth))
        depth -= 1
        switch container {
        case .none: throw Unsupported()
        case .value: break
        case .array:
            close(UInt8(ascii: "["), UInt8(ascii: "]"), from: start)
        case .object:
            sortMembers(from: start)
            close(UInt8(ascii: "{"), UInt8(ascii: "}"), from: start)
        }
        members.removeSubrange(firstMember...)
        (container, firstMember) = outer
    }

    /// The comma before what comes first makes room for the bracket.
    private func close(_ opening: UInt8, _ closing: UInt8, from start: Int) {
        if text.count == start { text.byte(opening) } else { text.put(opening, at: start) }
        text.byte(closing)
    }

    /// Whether an encoder of this depth may write now.
    private func take(_ wanted: Container, depth: Int) {
        if depth != self.depth || (container != .none && container != wanted) { refused = true }
        container = wanted
    }

    private func member(_ name: String, depth: Int, _ write: () throws -> Void) rethrows {
        take(.object, depth: depth)
        let start = text.count
        text.byte(UInt8(ascii: ","))
        text.string(name)
        // Names are sorted as they read, which an escaped one does not stand there as.
        if text.count - start != name.utf8.count + 3 { refused = true }
        let nameEnd = text.count - 1
        text.byte(UInt8(ascii: ":"))
        try write()
        members.append(Member(start: start, nameEnd: nameEnd, end: text.count))
    }

    private func element(depth: Int, _ write: () throws -> Void) rethrows {
        take(.array, depth: depth)
        text.byte(UInt8(ascii: ","))
        try write()
    }

    /// By the bytes of their names. Most types list their members in another order, so this is where they move.
    private func sortMembers(from start: Int) {
        let count = members.count - firstMember
        guard count > 1 else { return }
        var moved = false
        text.bytes.withUnsafeBufferPointer { bytes in
            func precedes(_ a: Member, _ b: Member) -> Bool {
                UnsafeBufferPointer(rebasing: bytes[a.start + 2..<a.nameEnd])
                    .lexicographicallyPrecedes(UnsafeBufferPointer(rebasing: bytes[b.start + 2..<b.nameEnd]))
            }
            if count > 32 {
                members[firstMember...].sort(by: precedes)
                moved = true
                return
            }
            // By insertion: they are few.
            for next in firstMember + 1..<members.count {
                let member = members[next]
                var place = next
                while place > firstMember, precedes(member, members[place - 1]) {
                    members[place] = members[place - 1]
                    place -= 1
                }
                if place != next {
                    members[place] = member
                    moved = true
                }
            }
        }
        guard moved else { return }
        let unsorted = text.removeAll(from: start)
        for member in members[firstMember...] { text.raw(unsorted[member.start - start..<member.end - start]) }
    }

    private func number(_ value: Decimal) {
        if !text.number(value) { refused = true }
    }

    private struct Encoding: Encoder, SingleValueEncodingContainer {
        let writer: JSONWriter
        let depth: Int

        var codingPath: [any CodingKey] { [] }
        var userInfo: [CodingUserInfoKey: Any] { [:] }

        func container<Key>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            writer.take(.object, depth: depth)
            return KeyedEncodingContainer(Object<Key>(writer: writer, depth: depth))
        }
        func unkeyedContainer() -> any UnkeyedEncodingContainer {
            writer.take(.array, depth: depth)
            return Elements(writer: writer, depth: depth)
        }
        func singleValueContainer() -> any SingleValueEncodingContainer { self }

        private func single(_ write: () throws -> Void) rethrows {
            writer.take(.value, depth: depth)
            try write()
        }

        func encodeNil() { single { writer.text.null() } }
        func encode(_ value: Bool) { single { writer.text.bool(value) } }
        func encode(_ value: String) { single { writer.text.string(value) } }
        func encode(_ value: Double) throws { throw Unsupported() }
        func encode(_ value: Float) throws { throw Unsupported() }
        func encode(_ value: Int) { single { writer.text.number(value) } }
        func encode(_ value: Int8) { single { writer.text.number(value) } }
        func encode(_ value: Int16) { single { writer.text.number(value) } }
        func encode(_ value: Int32) { single { writer.text.number(value) } }
        func encode(_ value: Int64) { single { writer.text.number(value) } }
        func encode(_ value: UInt) { single { writer.text.number(value) } }
        func encode(_ value: UInt8) { single { writer.text.number(value) } }
        func encode(_ value: UInt16) { single { writer.text.number(value) } }
        func encode(_ value: UInt32) { single { writer.text.number(value) } }
        func encode(_ value: UInt64) { single { writer.text.number(value) } }
        func encode<T: Encodable>(_ value: T) throws { try single { try writer.value(value) } }
    }

    private struct Object<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let writer: JSONWriter
        let depth: Int

        var codingPath: [any CodingKey] { [] }

        private func member(_ key: Key, _ write: () throws -> Void) rethrows {
            try writer.member(key.stringValue, depth: depth, write)
        }

        func encodeNil(forKey key: Key) { member(key) { writer.text.null() } }
        func encode(_ value: Bool, forKey key: Key) { member(key) { writer.text.bool(value) } }
        func encode(_ value: String, forKey key: Key) { member(key) { writer.text.string(value) } }
        func encode(_ value: Double, forKey key: Key) throws { throw Unsupported() }
        func encode(_ value: Float, forKey key: Key) throws { throw Unsupported() }
        func encode(_ value: Int, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: Int8, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: Int16, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: Int32, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: Int64, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: UInt, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: UInt8, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: UInt16, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: UInt32, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode(_ value: UInt64, forKey key: Key) { member(key) { writer.text.number(value) } }
        func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try member(key) { try writer.value(value) } }

        func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
            writer.refused = true
            return KeyedEncodingContainer(Object<Nested>(writer: writer, depth: depth))
        }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            writer.refused = true
            return Elements(writer: writer, depth: depth)
        }
        func superEncoder() -> any Encoder {
            writer.refused = true
            return Encoding(writer: writer, depth: depth)
        }
        func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let writer: JSONWriter
        let depth: Int
        private(set) var count = 0

        var codingPath: [any CodingKey] { [] }

        init(writer: JSONWriter, depth: Int) {
            self.writer = writer
            self.depth = depth
        }

        mutating func encodeNil() {
            count += 1
            writer.element(depth: depth) { writer.text.null() }
        }
        mutating func encode<T: Encodable>(_ value: T) throws {
            count += 1
            try writer.element(depth: depth) { try writer.value(value) }
        }

        func nestedContainer<Nested>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            writer.refused = true
            return KeyedEncodingContainer(Object<Nested>(writer: writer, depth: depth))
        }
        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            writer.refused = true
            return self
        }
        func superEncoder() -> any Encoder {
            writer.refused = true
            return Encoding(writer: writer, depth: depth)
        }
    }
}
