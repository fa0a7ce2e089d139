/// A JSON value: how the configuration is shown to people.
package indirect enum ShownValue: Hashable, Sendable, Encodable {
    case null
    case flag(Bool)
    case number(Int64)
    case text(String)
    case list([ShownValue])
    case members([String: ShownValue])

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .members(let members): try container.encode(members)
        }
    }

    static func text(_ text: String?) -> ShownValue { text.map { .text($0) } ?? .null }
    static func duration(_ duration: Duration) -> ShownValue { .text(Configuration.written(duration)) }
}
