import FoundationEssentials

/// JSON as it travels: keys sorted, so that equal values are equal bytes; slashes not escaped.
package enum JSON {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        if let writable = value as? any JSONWritable {
            var text = JSONText()
            writable.write(to: &text)
            return text.bytes
        }
        do {
            return try JSONWriter.bytes(value)
        } catch is JSONWriter.Unsupported {
            return try encodeGenerally(value)
        }
    }

    /// By Foundation's encoder.
    static func encodeGenerally(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Lenient, as clients are: members they don't know are skipped.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

/// Makes what the server says, without the line's end: a batch joins several replies.
package enum Reply {
    package static func success(_ id: RequestID, _ result: some Encodable) throws -> [UInt8] {
        try success(id, resultJSON: JSON.encode(result))
    }

    /// For a result that is encoded already, for example one that was kept under an idempotency key.
    package static func success(_ id: RequestID, resultJSON: [UInt8]) -> [UInt8] {
        framed(id, #","result":"#, resultJSON)
    }

    package static func failure(_ id: RequestID, _ error: ErrorObject) -> [UInt8] {
        // Strings and integers always encode.
        framed(id, #","error":"#, (try? JSON.encode(error)) ?? Array(#"{"code":-32603,"message":"internal error"}"#.utf8))
    }

    package static func batch(_ replies: some Collection<[UInt8]>) -> [UInt8] {
        [UInt8(ascii: "[")] + replies.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// What the server says without being asked.
    package static func event(_ params: EventNotification) throws -> [UInt8] {
        try JSON.encode(Event(jsonrpc: "2.0", method: "event", params: params))
    }

    private struct Event: Encodable {
        var jsonrpc: String
        var method: String
        var params: EventNotification
    }

    /// - Parameter member: what stands between the id and the JSON.
    private static func framed(_ id: RequestID, _ member: StaticString, _ json: [UInt8]) -> [UInt8] {
        var line = JSONText(capacity: json.count + 64)
        line.raw(#"{"jsonrpc":"2.0","id":"#)
        if case .integer(let number) = id {
            line.number(number)
        } else {
            line.raw((try? JSON.encode(id)) ?? Array("null".utf8))
        }
        line.raw(member)
        line.raw(json)
        line.raw("}")
        return line.bytes
    }
}

/// A request as a client writes it.
package struct OutgoingRequest<M: Method>: Encodable {
    package var id: Int64
    package var params: M.Params
    package var common: CommonParams

    package init(_ method: M.Type, id: Int64, params: M.Params, common: CommonParams) {
        self.id = id
        self.params = params
        self.common = common
    }

    private enum Keys: String, CodingKey { case jsonrpc, id, method, params }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode("2.0", forKey: .jsonrpc)
        try container.encode(id, forKey: .id)
        try container.encode(M.name, forKey: .method)
        try OutgoingParams(M.self, params: params, common: common).encode(to: container.superEncoder(forKey: .params))
    }
}

/// All members of a request's params.
package struct OutgoingParams<M: Method>: Encodable {
    private let params: M.Params
    private let common: CommonParams

    package init(_ method: M.Type, params: M.Params, common: CommonParams) {
        self.params = params
        self.common = common
    }

    package func encode(to encoder: any Encoder) throws {
        try params.encode(to: encoder)
        try common.encode(to: encoder, for: M.self)
    }
}
