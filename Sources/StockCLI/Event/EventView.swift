import StockWire

/// How events are shown: one a line.
enum EventView {
    /// `2026-05-01 10:00:03  alert.opened        out, WID-001 Widget A at store-1, 0 on hand, alert 42`
    static func line(_ event: Wire.Event, allTenants: Bool) -> Block {
        let kind = event.kind + String(repeating: " ", count: max(0, widestKind - DisplayText.width(event.kind)))
        let object = alert(event) ?? level(event) ?? delivery(event) ?? source(event) ?? event.note
        let what = [allTenants ? event.tenant : nil, object].compactMap(\.self).joined(separator: "  ")
        // What does not fit goes on under itself.
        return .facts(Facts([("\(Format.moment(event.at))  \(kind)", Cell(what, style(event)))]))
    }

    private static let widestKind = Wire.EventKind.names.map(\.count).max() ?? 0

    private static func alert(_ event: Wire.Event) -> String? {
        event.alert.map { alert in
            let severity = alert.state == .resolved ? "" : "\(alert.severity.rawValue), "
            return """
                \(severity)\(alert.sku) \(alert.productName) at \(alert.location), \
                \(alert.currentStock) on hand, alert \(alert.id)
                """
        }
    }

    private static func level(_ event: Wire.Event) -> String? {
        event.level.map { level in
            let severity = level.severity.map { ", \($0.rawValue)" } ?? ""
            return "\(level.sku) \(level.name) at \(level.location), \(level.onHand) on hand\(severity)"
        }
    }

    private static func delivery(_ event: Wire.Event) -> String? {
        event.delivery.map { delivery in
            let why = (delivery.reason ?? delivery.lastError).map { ": \($0)" } ?? ""
            return "\(delivery.kind.rawValue) to \(delivery.contact) (\(delivery.address))\(why)"
        }
    }

    /// Changes of stock go by in masses; what stands out are alerts.
    private static func style(_ event: Wire.Event) -> Style {
        guard let alert = event.alert else { return .plain }
        return alert.state == .resolved ? .good : Format.severity(alert.severity).style
    }

    private static func source(_ event: Wire.Event) -> String? {
        event.source.map { source in
            if event.kind == Wire.EventKind.syncStarted.rawValue { return source.name }
            if let error = source.error { return "\(source.name): \(error)" }
            return """
                \(source.name): \(Format.count(source.countsApplied, "count")), \
                \(Format.count(source.salesApplied, "sale"))
                """
        }
    }
}
