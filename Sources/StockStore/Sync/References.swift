import StockDomain

/// The ids behind a source's own, each looked up once a page.
struct References {
    private let source: Int64
    /// All of the source's: they are few.
    private let locations: [String: Int64]
    private var products: [String: Int64?] = [:]

    init(source: Int64, _ sql: any SQLConnection) throws {
        self.source = source
        locations = Dictionary(
            try sql.all(ReferenceStatements.locations, .int(source)) { ($0.text(0), $0.int(1)) }, uniquingKeysWith: { $1 })
    }

    mutating func key(_ key: SourceLevelKey, _ sql: any SQLConnection) throws -> LevelKey? {
        guard let location = locations[key.locationID], let product = try product(key.productID, sql) else { return nil }
        return LevelKey(productID: product, locationID: location)
    }

    private mutating func product(_ externalID: String, _ sql: any SQLConnection) throws -> Int64? {
        if let known = products[externalID] { return known }
        let found = try sql.first(ReferenceStatements.product, .int(source), .text(externalID)) { $0.int(0) }
        products[externalID] = .some(found)
        return found
    }
}

enum ReferenceStatements {
    static let locations = SQL("SELECT external_id, location_id FROM location_ref WHERE source_id = ?")
    static let product = SQL("SELECT product_id FROM product_ref WHERE source_id = ? AND external_id = ?")
}
