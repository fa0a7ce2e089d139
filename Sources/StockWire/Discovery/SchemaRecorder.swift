import FoundationEssentials

/// Finds out what a type's `init(from:)` asks for, by running it: the keys, their types, which are optional. So the
/// document that `rpc.discover` answers cannot differ from what is decoded.
final class SchemaRecorder: Decoder {
    /// Results may grow, and their `null` members are always there.
    let always: Bool
    var schema: JSONValue = [:]
    private var members: [String: JSONValue] = [:]
    private var required: Set<String> = []
    private var notes: [String: String]

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(of type: Any.Type, always: Bool) {
        self.always = always
        notes = (type as? any Noted.Type)?.notes ?? [:]
    }

    /// The JSON schema of `type`, with the notes on its members.
    static func schema(of type: any Decodable.Type, always: Bool) throws -> JSONValue {
        try record(type, always: always).schema
    }

    /// A value of `type` made of samples, and its schema.
    fileprivate static func record<T: Decodable>(_ type: T.Type, always: Bool) throws -> (value: T, schema: JSONValue) {
        if let known = try known(type, always: always) { return known }
        let recorder = SchemaRecorder(of: type, always: always)
        let value = try T(from: recorder)
        if T.self is NoParams.Type { recorder.finishObject() }
        return (value, recorder.schema)
    }

    private static func known<T: Decodable>(_ type: T.Type, always: Bool) throws -> (value: T, schema: JSONValue)? {
        let found: (value: Any, schema: JSONValue)? =
            switch type {
            case is String.Type: ("", ["type": "string"])
            case is Bool.Type: (false, ["type": "boolean"])
            case is Int.Type: (0, ["type": "integer"])
            case is Int64.Type: (Int64(0), ["type": "integer"])
            case is Decimal.Type: (Decimal(0), ["type": "number"])
            case is JSONValue.Type: (JSONValue.null, [:])
            case is Wire.Time.Type: (Wire.Time(milliseconds: 0), ["type": "string", "format": "date-time"])
            case is Wire.ThresholdText.Type: (Wire.ThresholdText("0"), ["type": ["string", "number"]])
            case is Wire.DurationText.Type: (Wire.DurationText(.zero), ["type": "string"])
            case let type as any WireEnum.Type: try choice(type)
            case let type as any StringKeyed.Type: try type.recorded(always: always)
            default: nil
            }
        return found.flatMap { found in (found.value as? T).map { ($0, found.schema) } }
    }

    private static func choice<E: WireEnum>(_ type: E.Type) throws -> (value: Any, schema: JSONValue)? {
        E.allCases.first.map { ($0, ["type": "string", "enum": .array(E.names.map(JSONValue.string))]) }
    }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(RecordedObject<Key>(recorder: self))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { RecordedArray(recorder: self) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Unrecordable() }

    func record(_ name: String, _ schema: JSONValue, optional: Bool, nullable: Bool) {
        var schema = schema
        if nullable, case .object(var object) = schema {
            if case .string(let type) = object["type"] { object["type"] = .array([.string(type), "null"]) }
            if case .array(let names) = object["enum"] { object["enum"] = .array(names + [.null]) }
            schema = .object(object)
        }
        if let note = notes[name] ?? Glossary.notes[name], case .object(var object) = schema {
            object["description"] = .string(note)
            schema = .object(object)
        }
        members[name] = schema
        if !optional { required.insert(name) }
        finishObject()
    }

    private func finishObject() {
        var object: [String: JSONValue] = [
            "type": "object", "properties": .object(members),
            // Callers are held to what they send; readers must bear what a later version adds.
            "additionalProperties": .bool(always),
        ]
        if !required.isEmpty { object["required"] = .array(required.sorted().map(JSONValue.string)) }
        schema = .object(object)
    }

    struct Unrecordable: Error {}
}

/// A dictionary: an object with members of any name.
private protocol StringKeyed {
    static func recorded(always: Bool) throws -> (value: Any, schema: JSONValue)
}

extension Dictionary: StringKeyed where Key == String, Value: Decodable {
    static func recorded(always: Bool) throws -> (value: Any, schema: JSONValue) {
        let value = try SchemaRecorder.record(Value.self, always: always)
        return ([:] as Self, ["type": "object", "additionalProperties": value.schema])
    }
}

private struct RecordedObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: SchemaRecorder
    /// `decodeNil` is asked before the value of a member that may be `null`.
    let nullable = Box()

    final class Box { var keys: Set<String> = [] }

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool {
        nullable.keys.insert(key.stringValue)
        return false
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (value, schema) = try SchemaRecorder.record(type, always: recorder.always)
        let isNullable = nullable.keys.contains(key.stringValue)
        recorder.record(key.stringValue, schema, optional: isNullable && !recorder.always, nullable: isNullable)
        return value
    }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        let (value, schema) = try SchemaRecorder.record(type, always: recorder.always)
        recorder.record(key.stringValue, schema, optional: true, nullable: false)
        return value
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try generic(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try generic(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try generic(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try generic(type, key) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try genericIfPresent(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try genericIfPresent(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try genericIfPresent(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try genericIfPresent(type, key) }

    private func generic<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T { try decode(type, forKey: key) }
    private func genericIfPresent<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T? {
        try decodeIfPresent(type, forKey: key)
    }

    // No definition has members of these types: a count is Int, an id Int64, a quantity Decimal.
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { throw SchemaRecorder.Unrecordable() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { throw SchemaRecorder.Unrecordable() }

    func nestedContainer<Nested>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        throw SchemaRecorder.Unrecordable()
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SchemaRecorder.Unrecordable()
    }
    func superDecoder() throws -> any Decoder { throw SchemaRecorder.Unrecordable() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaRecorder.Unrecordable() }
}

/// Offers one element.
private struct RecordedArray: UnkeyedDecodingContainer {
    let recorder: SchemaRecorder
    var currentIndex = 0

    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex == 1 }

    init(recorder: SchemaRecorder) { self.recorder = recorder }

    mutating func decodeNil() throws -> Bool { false }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (value, schema) = try SchemaRecorder.record(type, always: recorder.always)
        recorder.schema = ["type": "array", "items": schema]
        currentIndex = 1
        return value
    }
    mutating func nestedContainer<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw SchemaRecorder.Unrecordable()
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw SchemaRecorder.Unrecordable()
    }
    mutating func superDecoder() throws -> any Decoder { throw SchemaRecorder.Unrecordable() }
}
