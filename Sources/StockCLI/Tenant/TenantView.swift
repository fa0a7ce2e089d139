import StockWire

/// How tenants are shown.
enum TenantView {
    static func table(_ tenants: [Wire.Tenant]) -> [Block] {
        Block.table(
            [Column("Name", .essential, least: 10), Column("Time zone", .useful)],
            tenants.map { [Cell($0.name), Cell($0.timeZone)] }, ifEmpty: "No tenants that you may see.")
    }

    static func detail(_ tenant: Wire.Tenant) -> [Block] {
        [.facts(Facts([("Tenant", Cell(tenant.name)), ("Time zone", Cell(tenant.timeZone))]))]
    }
}
