import FoundationEssentials

/// Wraps Foundation's decoder so that a member nobody asks for is an error, at every depth, in the same pass.
///
/// It relies on what synthesized `init(from:)` does: ask for every member of its type. Of a member that stands twice
/// the first counts, as Foundation's decoder has it.
final class StrictDecoder: Decoder {
    /// `nil` for an object that was left out altogether.
    let base: (any Decoder)?
    let codingPath: [any CodingKey]
    private(set) var asked: Set<String> = []
    private var object: KeyedDecodingContainer<AnyKey>?

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ base: any Decoder) {
        self.base = base
        codingPath = base.codingPath
    }

    /// Stands for `{}` at `codingPath`.
    init(absentAt codingPath: [any CodingKey]) {
        base = nil
        self.codingPath = codingPath
    }

    static func decode<T: Decodable>(_ type: T.Type, from base: any Decoder) throws -> T {
        let decoder = StrictDecoder(base)
        let value = try T(from: decoder)
        try decoder.refuseUnknown()
        return value
    }

    /// The members, whatever they are called.
    func members() throws -> KeyedDecodingContainer<AnyKey>? {
        guard let base else { return nil }
        if let object { return object }
        let members = try base.container(keyedBy: AnyKey.self)
        object = members
        return members
    }

    func note(_ key: any CodingKey) { asked.insert(key.stringValue) }

    /// Call once everything that may be there was asked for. Does nothing if no object was.
    func refuseUnknown() throws {
        guard let object else { return }
        for key in object.allKeys where !asked.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [key],
                    debugDescription: Spelling.unknown("member", nearest: Spelling.nearest(to: key.stringValue, in: asked))))
        }
    }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(StrictObject<Key>(decoder: self, members: try members()))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let base else { throw DecodingError.missing([Any].self, at: codingPath) }
        return StrictArray(base: try base.unkeyedContainer())
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        guard let base else { throw DecodingError.missing([Any].self, at: codingPath) }
        return StrictValue(decoder: base, base: try base.singleValueContainer())
    }
}

extension DecodingError {
    static func missing(_ type: Any.Type, at codingPath: [any CodingKey]) -> DecodingError {
        .valueNotFound(type, .init(codingPath: codingPath, debugDescription: "is missing"))
    }

    /// Foundation throws something else than its documented errors for a number that does not fit its type. (It is asked
    /// for a Decimal itself, because only so it reads one exactly.)
    static func ofNumber<T>(at codingPath: @autoclosure () -> [any CodingKey], _ decode: () throws -> T) throws -> T {
        do {
            return try decode()
        } catch DecodingError.typeMismatch(let type, let context) {
            throw DecodingError.typeMismatch(type, context)
        } catch DecodingError.valueNotFound(let type, let context) {
            throw DecodingError.valueNotFound(type, context)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath(),
                    debugDescription: "must be a \(T.self is any BinaryInteger.Type ? "whole " : "")number within range"))
        }
    }
}

struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private struct StrictObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: StrictDecoder
    let members: KeyedDecodingContainer<AnyKey>?

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members?.allKeys.compactMap { Key(stringValue: $0.stringValue) } ?? [] }

    func contains(_ key: Key) -> Bool {
        decoder.note(key)
        return members?.contains(AnyKey(stringValue: key.stringValue)) ?? false
    }

    /// Of a member that is there.
    private func present(_ key: Key) throws -> (KeyedDecodingContainer<AnyKey>, AnyKey) {
        decoder.note(key)
        let name = AnyKey(stringValue: key.stringValue)
        guard let members, members.contains(name) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return (members, name)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        let (members, name) = try present(key)
        return try members.decodeNil(forKey: name)
    }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
        let (members, name) = try present(key)
        return try members.decode(type, forKey: name)
    }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        let (members, name) = try present(key)
        return try members.decode(type, forKey: name)
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try number(type, key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try number(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try number(type, key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try number(type, key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try number(type, key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try number(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try number(type, key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try number(type, key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try number(type, key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try number(type, key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try number(type, key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try number(type, key) }

    private func number<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T {
        let (members, name) = try present(key)
        return try DecodingError.ofNumber(at: codingPath + [key]) { try members.decode(type, forKey: name) }
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (members, name) = try present(key)
        if type == Decimal.self {
            return try DecodingError.ofNumber(at: codingPath + [key]) { try members.decode(type, forKey: name) }
        }
        return try StrictDecoder.decode(type, from: members.superDecoder(forKey: name))
    }

    func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        let (members, name) = try present(key)
        return try members.nestedContainer(keyedBy: type, forKey: name)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        let (members, name) = try present(key)
        return try members.nestedUnkeyedContainer(forKey: name)
    }
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        let (members, name) = try present(key)
        return try members.superDecoder(forKey: name)
    }
}

private struct StrictArray: UnkeyedDecodingContainer {
    var base: any UnkeyedDecodingContainer

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { base.count }
    var isAtEnd: Bool { base.isAtEnd }
    var currentIndex: Int { base.currentIndex }

    mutating func decodeNil() throws -> Bool { try base.decodeNil() }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if type == Decimal.self { return try DecodingError.ofNumber(at: codingPath) { try base.decode(type) } }
        return try StrictDecoder.decode(type, from: base.superDecoder())
    }
    mutating func nestedContainer<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try base.nestedContainer(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try base.nestedUnkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try base.superDecoder() }
}

private struct StrictValue: SingleValueDecodingContainer {
    let decoder: any Decoder
    let base: any SingleValueDecodingContainer

    var codingPath: [any CodingKey] { base.codingPath }

    func decodeNil() -> Bool { base.decodeNil() }
    func decode(_ type: Bool.Type) throws -> Bool { try base.decode(type) }
    func decode(_ type: String.Type) throws -> String { try base.decode(type) }
    func decode(_ type: Double.Type) throws -> Double { try number(type) }
    func decode(_ type: Float.Type) throws -> Float { try number(type) }
    func decode(_ type: Int.Type) throws -> Int { try number(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try number(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try number(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try number(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try number(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try number(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try number(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try number(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try number(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try number(type) }

    private func number<T: Decodable>(_ type: T.Type) throws -> T {
        try DecodingError.ofNumber(at: codingPath) { try base.decode(type) }
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if type == Decimal.self { return try number(type) }
        return try StrictDecoder.decode(type, from: decoder)
    }
}
