import FoundationEssentials
import StockDomain

/// An array from outside whose elements are decoded one by one: a bad one costs itself, not the page.
/// An absent or null array is empty.
@propertyWrapper
struct Lossy<Element: Decodable & Sendable>: Decodable, Sendable {
    var wrappedValue: [Element]
    /// Reasons of those that could not be read, with what can be told of their identity.
    var projectedValue: [SkippedObject]

    init(wrappedValue: [Element]) {
        self.wrappedValue = wrappedValue
        projectedValue = []
    }

    init(from decoder: any Decoder) throws {
        wrappedValue = []
        projectedValue = []
        guard try !decoder.singleValueContainer().decodeNil() else { return }
        var container = try decoder.unkeyedContainer()
        if let count = container.count { wrappedValue.reserveCapacity(count) }
        while !container.isAtEnd {
            switch try container.decode(Attempt.self) {
            case .element(let element): wrappedValue.append(element)
            case .failed(let skipped): projectedValue.append(skipped)
            }
        }
    }

    private enum Attempt: Decodable {
        case element(Element)
        case failed(SkippedObject)

        init(from decoder: any Decoder) throws {
            do {
                self = .element(try Element(from: decoder))
            } catch {
                let identity = (try? Identity(from: decoder)) ?? Identity()
                self = .failed(SkippedObject(object: identity.description, reason: "cannot be read: \(reason(of: error))"))
            }
        }
    }
}

extension KeyedDecodingContainer {
    func decode<T>(_ type: Lossy<T>.Type, forKey key: Key) throws -> Lossy<T> {
        try decodeIfPresent(type, forKey: key) ?? Lossy(wrappedValue: [])
    }
}

/// What may still tell which object could not be read.
private struct Identity: Decodable {
    var type: String?
    var id: String?

    init() {}

    enum CodingKeys: String, CodingKey, CaseIterable { case type, id, uid, catalog_object_id, location_id }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = try? values.decodeIfPresent(String.self, forKey: .type)
        let keys: [CodingKeys] = [.id, .uid, .catalog_object_id, .location_id]
        id = keys.lazy.compactMap { try? values.decodeIfPresent(String.self, forKey: $0) }.first
    }

    var description: String {
        Text.mended([type ?? "object", id ?? "without id"].joined(separator: " ")) ?? "object"
    }
}

/// The member that is wrong, not the whole decoder's chatter (which may quote data).
func reason(of error: any Error) -> String {
    guard let error = error as? DecodingError else { return "not as expected" }
    func at(_ path: [any CodingKey]) -> String {
        // Relative to the element at fault, which is named beside the reason.
        let names = path.reversed().prefix { $0.intValue == nil }.reversed().map(\.stringValue)
        return names.isEmpty ? "the object" : names.joined(separator: ".")
    }
    let text =
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .valueNotFound(_, let context): "\(at(context.codingPath)) is null"
        case .typeMismatch(_, let context): "\(at(context.codingPath)) has another type than expected"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "no valid JSON" : "\(at(context.codingPath)) is no valid value"
        @unknown default: "not as expected"
        }
    return Text.mended(text) ?? text
}
