import FoundationEssentials

/// Decodes from a tape. A member that nobody asks for is an error, at every depth, and so is one that stands twice: who
/// reads the last would have done something else.
///
/// It relies on what synthesized `init(from:)` does: ask for every member of its type.
struct StrictDecoder: Decoder {
    let tape: JSONTape
    /// -1: stands for an object that was left out, as if it were there and empty.
    let node: Int
    /// Paths in errors begin below it.
    let root: Int

    var codingPath: [any CodingKey] { node < 0 ? [] : tape.path(to: node, from: root) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ tape: JSONTape, _ node: Int, root: Int) {
        self.tape = tape
        self.node = node
        self.root = root
    }

    /// Decodes what stands at `node`, all of it.
    func decode<T: Decodable>(_ type: T.Type, at node: Int) throws -> T {
        let child = StrictDecoder(tape, node, root: root)
        if type == Decimal.self { return try child.number() as Decimal as! T }
        let value = try T(from: child)
        try child.refuseUnknown()
        return value
    }

    /// Call once everything that may be there was asked for. Does nothing if nobody looked at members.
    func refuseUnknown() throws {
        guard node >= 0, let unasked = tape.unasked(of: node) else { return }
        let problem =
            unasked.isRepeated
            ? "is there twice: leave one of them out"
            : Spelling.unknown("member", nearest: Spelling.nearest(to: unasked.name, in: unasked.asked))
        throw DecodingError.dataCorrupted(
            .init(codingPath: codingPath + [AnyKey(unasked.name)], debugDescription: problem))
    }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        if node >= 0 {
            guard tape.kind(node) == .object else { throw mismatch([String: Any].self) }
            tape.open(node)
        }
        return KeyedDecodingContainer(StrictObject<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard node >= 0, tape.kind(node) == .array else { throw mismatch([Any].self) }
        return StrictArray(decoder: self, elements: tape.elements(of: node))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    fileprivate var isNull: Bool { node >= 0 && tape.kind(node) == .null }

    fileprivate func mismatch(_ type: Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "is of another type")
        return isNull || node < 0 ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    fileprivate func string() throws -> String {
        guard node >= 0, tape.kind(node) == .string else { throw mismatch(String.self) }
        return tape.text(node)
    }

    fileprivate func bool() throws -> Bool {
        guard node >= 0, tape.kind(node) == .true || tape.kind(node) == .false else { throw mismatch(Bool.self) }
        return tape.kind(node) == .true
    }

    fileprivate func number() throws -> Decimal {
        guard node >= 0, tape.kind(node) == .number else { throw mismatch(Decimal.self) }
        if let plain = JSONNumber(tape.bytes(node)) { return plain.decimal }
        return try general(Decimal.self)
    }

    fileprivate func integer<T: FixedWidthInteger & Decodable>(_ type: T.Type) throws -> T {
        guard node >= 0, tape.kind(node) == .number else { throw mismatch(type) }
        if let plain = JSONNumber(tape.bytes(node)), plain.places == 0 {
            if let value = T(exactly: plain.digits) { return value }
            throw outOfRange(type)
        }
        return try general(type)
    }

    fileprivate func floatingPoint<T: BinaryFloatingPoint & Decodable>(_ type: T.Type) throws -> T {
        guard node >= 0, tape.kind(node) == .number else { throw mismatch(type) }
        return try general(type)
    }

    /// Numbers that are written in an unusual way.
    private func general<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(tape.bytes(node)))
        } catch {
            throw outOfRange(type)
        }
    }

    private func outOfRange(_ type: Any.Type) -> DecodingError {
        .dataCorrupted(
            .init(
                codingPath: codingPath,
                debugDescription: "must be a \(type is any BinaryInteger.Type ? "whole " : "")number within range"))
    }
}

extension StrictDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try bool() }
    func decode(_ type: String.Type) throws -> String { try string() }
    func decode(_ type: Double.Type) throws -> Double { try floatingPoint(type) }
    func decode(_ type: Float.Type) throws -> Float { try floatingPoint(type) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decode(type, at: node) }
}

private struct StrictObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: StrictDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] {
        decoder.node < 0 ? [] : decoder.tape.names(of: decoder.node).compactMap { Key(stringValue: $0) }
    }

    private func find(_ key: Key) -> Int? {
        decoder.node < 0 ? nil : decoder.tape.member(key.stringValue, of: decoder.node)
    }

    /// Of a member that is there.
    private func present(_ key: Key) throws -> StrictDecoder {
        guard let node = find(key) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return StrictDecoder(decoder.tape, node, root: decoder.root)
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try present(key).isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try present(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try present(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try present(key).floatingPoint(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try present(key).floatingPoint(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try present(key).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try present(key).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try present(key).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try present(key).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try present(key).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try present(key).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try present(key).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try present(key).integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try present(key).integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try present(key).integer(type) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let member = try present(key)
        return try member.decode(type, at: member.node)
    }

    // One look for what the defaults would look for three times.
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        guard let node = find(key) else { return nil }
        let member = StrictDecoder(decoder.tape, node, root: decoder.root)
        return member.isNull ? nil : try member.string()
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let node = find(key) else { return nil }
        let member = StrictDecoder(decoder.tape, node, root: decoder.root)
        return member.isNull ? nil : try member.decode(type, at: node)
    }

    func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try present(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try present(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try present(key) }
}

private struct StrictArray: UnkeyedDecodingContainer {
    let decoder: StrictDecoder
    let elements: [Int]
    var currentIndex = 0

    init(decoder: StrictDecoder, elements: [Int]) {
        self.decoder = decoder
        self.elements = elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    private func next(_ type: Any.Type) throws -> StrictDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: codingPath + [AnyKey(index: currentIndex)], debugDescription: "is missing"))
        }
        return StrictDecoder(decoder.tape, elements[currentIndex], root: decoder.root)
    }

    mutating func decodeNil() throws -> Bool {
        guard try next(Any?.self).isNull else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let element = try next(type)
        let value = try element.decode(type, at: element.node)
        currentIndex += 1
        return value
    }
    mutating func nestedContainer<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let container = try next([String: Any].self).container(keyedBy: type)
        currentIndex += 1
        return container
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try next([Any].self).unkeyedContainer()
        currentIndex += 1
        return container
    }
    mutating func superDecoder() throws -> any Decoder {
        let element = try next(Any.self)
        currentIndex += 1
        return element
    }
}

/// A number written plainly, with at most 18 digits and no exponent: what nearly every number is.
struct JSONNumber {
    /// All digits, without the point.
    var digits: Int64
    /// How many of them stand behind it.
    var places: Int

    /// Of a checked number; nil where it is written in another way.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var value: Int64 = 0, places = 0, isFraction = false, count = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard count < 18 else { return nil }
                value = value * 10 + Int64(byte - 48)
                count += 1
                if isFraction { places += 1 }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "-"): continue
            default: return nil
            }
        }
        digits = bytes.first == UInt8(ascii: "-") ? -value : value
        self.places = places
    }

    var decimal: Decimal {
        let whole = Decimal(digits)
        return places == 0 ? whole : Decimal(sign: .plus, exponent: -places, significand: whole)
    }
}
