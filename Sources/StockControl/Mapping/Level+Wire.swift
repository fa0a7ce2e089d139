import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension LevelRecord {
    package var wire: Wire.Level {
        let tracked = tracking == .tracked
        return Wire.Level(
            tenant: tenant, sku: sku, name: name, category: category, location: location, onHand: onHand.decimal,
            held: held.decimal, available: available.decimal, incoming: incoming.decimal,
            tracking: Wire.Tracking(rawValue: tracking.name) ?? .unknown, stale: stale,
            severity: tracked ? severity.wire : nil, lowThreshold: lowThreshold.decimal,
            criticalThreshold: criticalThreshold.decimal, thresholdOrigin: thresholdOrigin.name,
            velocityPerDay: Wire.rounded(rate?.unitsPerDay.approximate),
            daysUntilStockout: tracked ? Wire.rounded(rate?.daysUntilStockout(onHand: onHand)) : nil,
            countedAt: countedAt?.wire)
    }
}

extension Movement {
    var wire: Wire.Movement {
        Wire.Movement(
            kind: Wire.MovementKind(rawValue: kind.rawValue) ?? .adjustment, delta: delta.decimal,
            balance: balance.decimal, at: at.wire, by: by, reason: reason, source: source, externalId: externalID)
    }
}
