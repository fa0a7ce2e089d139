/// `error.data.code`: what kind of refusal it is, for programs.
package enum ErrorCode: String, WireEnum {
    case invalidRequest = "invalid_request"
    case unknownMethod = "unknown_method"
    case invalidParams = "invalid_params"
    case notFound = "not_found"
    case conflict
    case denied
    case unavailable
    case `internal`

    /// The JSON-RPC number it travels with.
    package var number: Int {
        switch self {
        case .invalidRequest: -32600
        case .unknownMethod: -32601
        case .invalidParams: -32602
        case .internal: -32603
        case .notFound, .conflict, .denied, .unavailable: -32000
        }
    }
}

/// The `error` of a reply.
package struct ErrorObject: Error, Hashable, Sendable {
    /// The JSON-RPC number; -32700 for a line that does not parse.
    package var number: Int
    package var code: ErrorCode
    /// For people: what is wrong and how to mend it. Never a secret.
    package var message: String
    /// The member of `params` that is wrong, for example `addresses[0].kind`.
    package var field: String?
    /// A finer name for programs, for example `cursor_expired`.
    package var reason: String?
    /// What else a program wants to know, as further members of `data`: for example `available`, `retry_after_ms`.
    package var details: [String: JSONValue] = [:]

    package init(
        _ code: ErrorCode, _ message: String, field: String? = nil, reason: String? = nil, details: [String: JSONValue] = [:]
    ) {
        self.details = details
        number = code.number
        self.code = code
        self.message = message
        self.field = field
        self.reason = reason
    }

    package static func invalidParams(_ field: String?, _ message: String, reason: String? = nil) -> ErrorObject {
        ErrorObject(.invalidParams, message, field: field, reason: reason)
    }

    package static func invalidRequest(_ message: String) -> ErrorObject { ErrorObject(.invalidRequest, message) }
    package static func notFound(_ message: String, field: String? = nil) -> ErrorObject {
        ErrorObject(.notFound, message, field: field)
    }
    package static func conflict(
        _ message: String, field: String? = nil, reason: String? = nil, details: [String: JSONValue] = [:]
    ) -> ErrorObject {
        ErrorObject(.conflict, message, field: field, reason: reason, details: details)
    }
    package static func denied(_ message: String) -> ErrorObject { ErrorObject(.denied, message) }
    package static func unavailable(_ message: String, reason: String? = nil) -> ErrorObject {
        ErrorObject(.unavailable, message, reason: reason)
    }
    package static func `internal`(_ message: String) -> ErrorObject { ErrorObject(.internal, message) }

    /// The line is no JSON: answered with `id: null`.
    package static func parse(_ message: String) -> ErrorObject {
        var error = ErrorObject(.invalidRequest, message)
        error.number = -32700
        return error
    }
}

extension ErrorObject: Codable {
    private enum CodingKeys: String, CodingKey {
        case number = "code"
        case message, data
    }
    private static let dataMembers: Set = ["code", "field", "reason"]

    /// Lenient, for clients: an unknown code, or none, counts as `internal`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int.self, forKey: .number)
        message = try container.decode(String.self, forKey: .message)
        let data = (try? container.decodeIfPresent([String: JSONValue].self, forKey: .data)) ?? [:]
        func text(_ member: String) -> String? {
            if case .string(let text) = data[member] { text } else { nil }
        }
        code = text("code").flatMap(ErrorCode.init(rawValue:)) ?? .internal
        field = text("field")
        reason = text("reason")
        details = data.filter { !ErrorObject.dataMembers.contains($0.key) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(message, forKey: .message)
        var data = details
        data["code"] = .string(code.rawValue)
        data["field"] = field.map(JSONValue.string)
        data["reason"] = reason.map(JSONValue.string)
        try container.encode(data, forKey: .data)
    }
}

extension ErrorObject: CustomStringConvertible {
    package var description: String { message }
}
