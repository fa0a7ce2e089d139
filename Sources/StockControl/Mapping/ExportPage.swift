import FoundationEssentials
import StockDomain
import StockPOS
import StockStore
import StockWire

/// Rows as text.
struct ExportPage {
    let format: Wire.ExportFormat
    let isFirst: Bool
    var text = ""
    var rows = 0
    var next: String?

    init(format: Wire.ExportFormat, isFirst: Bool) {
        self.format = format
        self.isFirst = isFirst
    }

    /// A cell: what we wrote ourselves needs nothing, what others did may be a formula to a spreadsheet.
    private enum Cell {
        case own(String?)
        case text(String?)

        var field: String {
            switch self {
            case .own(let text): text ?? ""
            case .text(let text): text.map(SpreadsheetCell.field) ?? ""
            }
        }
    }

    private mutating func header(_ columns: String) {
        if isFirst, format == .csv { text += columns + "\r\n" }
    }

    private mutating func add<Row: Encodable>(_ row: @autoclosure () throws -> Row, _ cells: @autoclosure () -> [Cell]) throws {
        rows += 1
        switch format {
        case .csv: text += cells().map(\.field).joined(separator: ",") + "\r\n"
        case .jsonl: text += String(decoding: try JSON.encode(row()), as: UTF8.self) + "\n"
        }
    }

    mutating func addProducts(_ reader: StoreReader, _ tenantID: Int64, _ cursor: String?, _ limit: Int) throws {
        header("sku,name,category,price,currency,par_level")
        let after = try Paging.numberAndText(cursor).map { (sku: $0.1, tenantID: $0.0) }
        let found = try reader.products(ProductFilter(tenantID: tenantID), after: after, limit: limit + 1)
        let (page, next) = Paging.page(found, limit: limit) { "\($0.tenantID).\($0.sku)" }
        for product in page {
            try add(
                try reader.wireProduct(product),
                [
                    .text(product.sku), .text(product.name), .text(product.category), .own(product.price?.wholeUnits),
                    .own(product.price?.currency), .own(product.parLevel?.description),
                ])
        }
        self.next = next
    }

    /// A level that nobody has counted has no quantity: read back, it must not become a count of 0.
    mutating func addLevels(
        _ reader: StoreReader, _ tenantID: Int64, _ location: String?, _ cursor: String?, _ limit: Int
    ) throws {
        header("sku,location,quantity,counted_at,name,category,severity")
        let found = try reader.levels(
            LevelFilter(tenantID: tenantID, location: location), after: Paging.key(cursor), limit: limit + 1)
        let (page, next) = Paging.page(found, limit: limit) { "\($0.key.productID).\($0.key.locationID)" }
        for level in page {
            let isCounted = level.tracking == .tracked && level.countedAt != nil
            try add(
                level.wire,
                [
                    .text(level.sku), .text(level.location), .own(isCounted ? level.onHand.description : nil),
                    .own(level.countedAt?.description), .text(level.name), .text(level.category),
                    .own(level.tracking == .tracked ? level.severity.name : nil),
                ])
        }
        self.next = next
    }

    mutating func addMovements(_ reader: StoreReader, _ tenantID: Int64, _ params: DataExport.Params, _ limit: Int) throws {
        header("id,sku,name,location,kind,delta,balance,at,recorded_at,by,reason,source,external_id")
        let after = try Paging.numbers(params.cursor, count: 1)?[0] ?? 0
        let (found, next) = try reader.movements(
            tenantID: tenantID, location: params.location, since: params.since?.timestamp, after: after, limit: limit)
        for row in found {
            let movement = row.movement
            try add(
                ExportedMovement(row),
                [
                    .own(String(row.id)), .text(row.sku), .text(row.name), .text(row.location), .own(movement.kind.rawValue),
                    .own(movement.delta.description), .own(movement.balance.description), .own(movement.at.description),
                    .own(row.recordedAt.description), .text(movement.by), .text(movement.reason), .text(movement.source),
                    .text(movement.externalID),
                ])
        }
        self.next = next.map(String.init)
    }

    mutating func addAlerts(_ reader: StoreReader, _ tenantID: Int64, _ params: DataExport.Params, _ limit: Int) throws {
        header(
            "id,sku,product_name,category,location,severity,state,current_stock,threshold,opened_at,last_notified_at,"
                + "acknowledged_by,resolved_at,resolved_cause")
        var filter = AlertFilter(tenantID: tenantID)
        filter.states = .all
        filter.location = params.location
        filter.since = params.since?.timestamp
        let after = try Paging.numbers(params.cursor, count: 1).map { AlertCursor(severity: .low, id: $0[0]) }
        let found = try reader.alerts(filter, after: after, limit: limit + 1)
        let (page, next) = Paging.page(found, limit: limit) { String($0.alert.id) }
        for record in page {
            let alert = record.alert
            try add(
                record.wire,
                [
                    .own(String(alert.id)), .text(alert.sku), .text(alert.productName), .text(alert.category),
                    .text(alert.location), .own(alert.severity.name), .own(alert.state.rawValue),
                    .own(alert.currentStock.description), .own(alert.threshold?.description),
                    .own(alert.openedAt.description), .own(alert.lastNotifiedAt?.description), .text(alert.acknowledgedBy),
                    .own(alert.resolvedAt?.description), .own(alert.resolvedCause?.rawValue),
                ])
        }
        self.next = next
    }
}

/// A movement beside what it moved.
private struct ExportedMovement: Encodable {
    var id: Int64
    var sku: String
    var name: String
    var location: String
    var movement: Wire.Movement
    var recordedAt: Wire.Time

    init(_ row: MovementRecord) {
        id = row.id
        sku = row.sku
        name = row.name
        location = row.location
        movement = row.movement.wire
        recordedAt = row.recordedAt.wire
    }

    enum CodingKeys: String, CodingKey {
        case id, sku, name, location
        case recordedAt = "recorded_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(sku, forKey: .sku)
        try container.encode(name, forKey: .name)
        try container.encode(location, forKey: .location)
        try container.encode(recordedAt, forKey: .recordedAt)
        try movement.encode(to: encoder)
    }
}
