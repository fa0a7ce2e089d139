import FoundationEssentials

extension ErrorObject {
    /// What was wrong with params, naming the member by its path in them, and the mend.
    init(_ error: DecodingError) {
        let path: [any CodingKey]
        let problem: String
        switch error {
        case .keyNotFound(let key, let context):
            path = context.codingPath + [key]
            problem = "is required"
        case .valueNotFound(let type, let context), .typeMismatch(let type, let context):
            path = context.codingPath
            problem = "must be \(Self.noun(type))"
        case .dataCorrupted(let context):
            path = context.codingPath
            // Ours are sentences about the member; Foundation's tell of Swift types.
            let ours = context.debugDescription.hasPrefix("must ") || context.debugDescription.hasPrefix("is ")
            problem = ours ? context.debugDescription : "cannot be read"
        @unknown default:
            path = []
            problem = "cannot be read"
        }
        let field = Self.field(path)
        self = .invalidParams(field, field.map { "\($0) \(problem)" } ?? "params \(problem)")
    }

    /// `addresses[0].kind`; nil for params as a whole.
    private static func field(_ path: some Sequence<any CodingKey>) -> String? {
        var field = ""
        for key in path {
            if let index = key.intValue {
                field += "[\(index)]"
            } else {
                field += field.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return field.isEmpty ? nil : String(field.prefix(256))
    }

    private static func noun(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Decimal.Type, is Double.Type: "a number"
        case is any FixedWidthInteger.Type: "a whole number"
        case is any Collection.Type where type is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "of another type"
        }
    }
}
