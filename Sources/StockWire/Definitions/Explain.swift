package enum AlertExplain: Method {
    package static let name = "alert.explain"
    package static let effect = Effect.reads
    package static let scope = Scope.tenant
    package static let summary = "Why a product stands as it does, who was told of it, and who was not: the whole chain of decisions."

    package struct Params: Codable, Hashable, Sendable, Noted {
        package var sku: String
        package var location: String?
        package var at: Wire.Time?

        package init(
            sku: String, location: String? = nil, at: Wire.Time? = nil
        ) {
            self.sku = sku
            self.location = location
            self.at = at
        }

        package static let notes = [
            "sku":
                "The product's SKU.",
            "location":
                "Where; everywhere that it has stock, if left out.",
            "at":
                "As it stood then; now, if left out.",
        ]
    }

    package struct Result: Codable, Hashable, Sendable, Noted {
        package var explanations: [Wire.Explanation]

        package init(
            explanations: [Wire.Explanation]
        ) {
            self.explanations = explanations
        }

        package static let notes = [
            "explanations":
                "By location.",
        ]
    }
}
