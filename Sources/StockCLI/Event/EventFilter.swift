import StockWire

/// Which events are shown, beside their kinds, which the daemon picks. What has no product, location or severity is left out
/// where one is asked for.
struct EventFilter {
    var skus: [Pattern] = []
    var locations: [Pattern] = []
    var severities: [Wire.Severity] = []

    func shows(_ event: Wire.Event) -> Bool {
        guard severities.isEmpty || severity(of: event).map(severities.contains) == true else { return false }
        guard !skus.isEmpty || !locations.isEmpty else { return true }
        return goods(of: event).contains { good in
            (skus.isEmpty || skus.contains { $0.matches(good.sku) })
                && (locations.isEmpty || locations.contains { $0.matches(good.location) })
        }
    }

    private func severity(of event: Wire.Event) -> Wire.Severity? { event.alert?.severity ?? event.level?.severity }

    private func goods(of event: Wire.Event) -> [(sku: String, location: String)] {
        if let alert = event.alert { return [(alert.sku, alert.location)] }
        if let level = event.level { return [(level.sku, level.location)] }
        if let hold = event.hold { return hold.lines.map { ($0.sku, $0.location) } }
        return event.sale?.lines.map { ($0.sku, $0.location) } ?? []
    }
}
