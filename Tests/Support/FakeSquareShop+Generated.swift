import StockDomain

extension FakeSquareShop.Generated {
    package func item(_ index: Int) -> SquareJSON {
        let number = Self.number(index), time = SquareJSON.string(at.description)
        return [
            "type": "ITEM", "id": .string("GI\(number)"), "is_deleted": false, "present_at_all_locations": true,
            "updated_at": time, "version": .int(at.milliseconds),
            "item_data": [
                "name": .string("Generated \(number)"),
                "variations": [
                    [
                        "type": "ITEM_VARIATION", "id": .string("GV\(number)"), "is_deleted": false,
                        "present_at_all_locations": true, "updated_at": time, "version": .int(at.milliseconds),
                        "item_variation_data": [
                            "item_id": .string("GI\(number)"), "name": "Regular", "sku": .string("GEN-\(number)"),
                            "track_inventory": true, "price_money": ["amount": .int(Int64(100 + index % 9900)), "currency": "USD"],
                        ],
                    ]
                ],
            ],
        ]
    }

    package func variation(_ index: Int) -> String { "GV\(Self.number(index))" }

    /// The inverse of `variation`.
    package func index(of variation: String) -> Int? {
        guard variation.hasPrefix("GV"), let index = Int(variation.dropFirst(2)), index < items else { return nil }
        return index
    }

    /// 0 for one in sixteen, else up to 99.
    package func quantity(_ index: Int, _ location: Int) -> Int {
        let mixed = (UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(location) &* 0xC2B2_AE3D_27D4_EB4F) >> 33
        return mixed % 16 == 0 ? 0 : Int(mixed % 99) + 1
    }

    /// One in eight products was never counted; where its quantity is 0, that is a claim and no count.
    package func wasCounted(_ index: Int) -> Bool { index % 8 != 3 }

    private static func number(_ index: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
