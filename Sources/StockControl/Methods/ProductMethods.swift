import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addProductMethods() {
        add(ProductCreate.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            if params.initialQuantity != nil, params.location == nil {
                throw ErrorObject.invalidParams("location", "initial_quantity needs the location where it was counted")
            }
            let draft = ProductDraft(
                sku: params.sku, name: params.name, category: params.category, unit: params.unit,
                packSize: try params.packSize.map { try Quantity.readPositive($0, "pack_size") },
                price: params.price?.domain, cost: params.cost?.domain,
                parLevel: try params.parLevel.map { try Quantity.read($0, "par_level") })
            let made = try tx.createProduct(draft, tenantID: tenantID, now: call.now)
            try tx.setExternalIDs(params.externalIds ?? [:], productID: made.id, tenantID: tenantID)
            if let location = params.location {
                let place = try tx.location(location, tenantID: tenantID)
                if let quantity = params.initialQuantity {
                    try tx.change(
                        .count(try Quantity.read(quantity, "initial_quantity")), productID: made.id, locationID: place.id,
                        origin: MovementOrigin(by: call.caller.name, reason: "initial quantity", at: call.now), now: call.now)
                } else {
                    try tx.ensureLevel(LevelKey(productID: made.id, locationID: place.id), now: call.now)
                }
            }
            return ProductReply(product: try tx.wireProduct(params.sku, tenantID: tenantID))
        })
        add(ProductList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let filter = ProductFilter(
                tenantID: try call.tenantFilter(reader), query: params.query, category: params.category,
                includeRetired: params.retired ?? false)
            let after = try Paging.numberAndText(params.cursor).map { (sku: $0.1, tenantID: $0.0) }
            let rows = try reader.products(filter, after: after, limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.tenantID).\($0.sku)" }
            return ProductList.Result(products: try page.map { try reader.wireProduct($0) }, nextCursor: next)
        })
        add(ProductGet.self, .lookup { reader, params, call in
            ProductReply(product: try reader.wireProduct(params.sku, tenantID: call.tenantID(reader)))
        })
        add(ProductUpdate.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            let old = try tx.product(params.sku, tenantID: tenantID)
            var par = old.parLevel
            if let location = params.location {
                let place = try tx.location(location, tenantID: tenantID)
                let own = try tx.level(LevelKey(productID: old.id, locationID: place.id))
                let asked = try params.parLevel.applied(to: own?.parLevel?.decimal).map { try Quantity.read($0, "par_level") }
                try tx.setParLevel(asked, productID: old.id, locationID: place.id, now: call.now)
            } else {
                par = try params.parLevel.applied(to: par?.decimal).map { try Quantity.read($0, "par_level") }
            }
            let draft = ProductDraft(
                sku: old.sku, name: params.name ?? old.name, category: params.category.applied(to: old.category),
                unit: params.unit.applied(to: old.unit),
                packSize: try params.packSize.applied(to: old.packSize?.decimal).map { try Quantity.readPositive($0, "pack_size") },
                price: params.price.applied(to: old.price?.wire)?.domain,
                cost: params.cost.applied(to: old.cost?.wire)?.domain, parLevel: par)
            _ = try tx.updateProduct(draft, tenantID: tenantID, now: call.now)
            if let ids = params.externalIds { try tx.setExternalIDs(ids, productID: old.id, tenantID: tenantID) }
            return ProductReply(product: try tx.wireProduct(params.sku, tenantID: tenantID))
        })
        add(ProductRetire.self, .write { tx, params, call in
            let tenantID = try call.tenantID(tx)
            _ = try tx.retireProduct(params.sku, tenantID: tenantID, now: call.now)
            return ProductReply(product: try tx.wireProduct(params.sku, tenantID: tenantID))
        })
    }
}

extension StoreReader {
    func wireProduct(_ sku: String, tenantID: Int64) throws -> Wire.Product {
        try wireProduct(try product(sku, tenantID: tenantID))
    }

    func wireProduct(_ product: ProductRecord) throws -> Wire.Product {
        Wire.Product(
            tenant: product.tenant, sku: product.sku, name: product.name, category: product.category,
            price: product.price?.wire, cost: product.cost?.wire, unit: product.unit,
            packSize: product.packSize?.decimal, parLevel: product.parLevel?.decimal,
            parLevels: try parLevels(productID: product.id).mapValues(\.decimal),
            externalIds: try externalIDs(productID: product.id), retired: product.retiredAt != nil)
    }
}
