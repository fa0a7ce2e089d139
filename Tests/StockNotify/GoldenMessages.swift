import StockDomain

/// Every kind of message, each with ordinary names and with the worst.
enum GoldenMessages {
    static let all: [(name: String, message: Message)] = occasions + digests + names + notices + summaries

    private static func item(_ occasion: Message.Occasion, _ alert: Alert) -> Message.Item {
        Message.Item(occasion: occasion, alert: alert)
    }

    private static func one(_ occasion: Message.Occasion, _ alert: Alert, as kind: Message.Kind = .alert) -> Message {
        Sample.message(kind, items: [item(occasion, alert)])
    }

    private static var waiting: Alert {
        var alert = Sample.alert(name: "Oat milk 1 l", category: "Dairy", severity: .out, stock: 0)
        alert.openedAt = Sample.noon - .minutes(125)
        return alert
    }

    private static let occasions: [(String, Message)] = [
        ("opened", Sample.single),
        ("worsened", one(.worsened, Sample.alert(severity: .out, stock: 0))),
        ("reminder", Sample.message(.reminder, items: [
            item(.reminder, Sample.alert(1, name: "Oat milk 1 l", category: "Dairy", severity: .out, stock: -2)),
            item(.reminder, Sample.alert(2, name: "Espresso beans", category: nil, stock: 1)),
            item(.reminder, Sample.alert(3, name: "Paper cups 😀 \"tall\"", severity: .low, stock: 40)),
        ])),
        ("escalated", one(.escalated, waiting)),
        ("escalated-many", Sample.message(items: [item(.escalated, waiting), item(.escalated, Sample.alert(8, name: "Rice"))])),
        ("restocked", one(.resolved, Sample.alert(stock: 40, cause: .restocked), as: .resolved)),
        ("resolved-by-hand", one(.resolved, Sample.alert(cause: .manual), as: .resolved)),
        ("resolved-many", Sample.message(.resolved, items: (1...3).map {
            item(.resolved, Sample.alert($0, name: "Widget \($0)", stock: 40, cause: .restocked))
        })),
        ("drill", Sample.message(.drill, items: [Drill.item(at: Sample.noon)])),
    ]

    private static let digests: [(String, Message)] = [
        ("digest", Sample.digest),
        ("mixed", Sample.message(items: [
            item(.worsened, Sample.alert(1, name: "Oat milk 1 l", category: "Dairy", severity: .out, stock: 0)),
            item(.opened, Sample.alert(2, name: "Espresso beans", category: nil, stock: 1, location: "Store 2")),
        ])),
    ]

    private static var weighed: Alert {
        var alert = Sample.alert(name: "Gouda, by weight", category: "", severity: .low)
        alert.currentStock = Quantity("0.00001")!
        alert.threshold = Quantity("2.75")!
        return alert
    }

    private static var oversold: Alert {
        var alert = Sample.alert(name: "Gift card", category: nil, severity: .out)
        alert.currentStock = Quantity("-2.5")!
        return alert
    }

    private static let names: [(String, Message)] = [
        ("hostile", Sample.evil),
        ("longest-name", one(.opened, Sample.alert(name: String(repeating: "Größe ", count: 42) + "XXL"))),
        ("unbroken-name", one(.opened, Sample.alert(name: String(repeating: "W", count: 255)))),
        ("right-to-left", Sample.message(items: [
            item(.opened, Sample.alert(1, name: "حليب كامل الدسم 1 لتر", category: "ألبان", location: "متجر 5")),
            item(.opened, Sample.alert(2, name: "חלב 3% (שקית)", category: "מוצרי חלב", severity: .low, stock: 3, location: "חנות 2")),
        ])),
        ("emoji", one(.opened, Sample.alert(name: "👩‍👩‍👧‍👦 Family pack 🧀🇨🇭", category: "🥛", location: "🏬 5"))),
        ("weighed", one(.opened, weighed)),
        ("oversold", one(.opened, oversold)),
    ]

    private static func notice(_ kind: Message.Kind, resolved: Bool, _ subject: String, _ detail: String) -> Message {
        Sample.message(kind, items: [], notice: Message.Notice(subject: subject, detail: detail, resolved: resolved))
    }

    private static let notices: [(String, Message)] = [
        ("notice", notice(
            .operational, resolved: false, "Source square-main fails",
            "Square refused the token (401).\nRenew it, then: systemctl reload stockd")),
        ("notice-resolved", notice(.resolved, resolved: true, "Source square-main fails", "Square refused the token (401).")),
        ("notice-hostile", notice(.operational, resolved: false, Sample.hostile, Sample.hostile)),
        ("test", notice(
            .operational, resolved: false, "Test message from stockd",
            "This is a test: Olivia can be reached at this address. Nothing is wrong.")),
    ]

    private static let summaries: [(String, Message)] = [
        ("summary", Sample.message(.summary, items: [], summary: busy)),
        ("summary-all-well", Sample.message(.summary, items: [], summary: well)),
        ("summary-hostile", Sample.message(.summary, items: [], summary: worst)),
    ]

    private static let today = Sample.noon.day(in: .gmt)

    private static func urgent(
        _ name: String, _ category: String?, _ severity: Severity, _ stock: String, rate: Int?, price: Int64?,
        currency: String = "EUR", location: String = "Store 5", sku: String = "WID-001"
    ) -> Summary.Urgent {
        Summary.Urgent(
            sku: sku, productName: name, category: category, location: location, severity: severity,
            onHand: Quantity(stock)!, rate: rate.map { SaleRate(unitsPerDay: Quantity($0)) },
            price: price.map { Money(amount: $0, currency: currency) })
    }

    static let busy = Summary(
        day: today, at: Sample.noon,
        counts: Summary.Counts(healthy: 9945, low: 40, critical: 12, out: 3, untracked: 17, stale: 4),
        before: Summary.Earlier(
            day: today + -1, counts: Summary.Counts(healthy: 9950, low: 40, critical: 9, out: 1, untracked: 17)),
        opened: 21, resolved: 1,
        urgent: [
            urgent("Espresso beans 1 kg", "Coffee", .out, "0", rate: 14, price: 2190, sku: "COF-001"),
            urgent("Oat milk 1 l", "Dairy", .out, "-2", rate: 60, price: 249, sku: "DAI-014"),
            urgent("Paper cups, tall, 50 pieces", "Supplies", .critical, "3", rate: 4, price: 799, sku: "SUP-100"),
            urgent("Rice cooker 1.8 l", "Kitchen", .low, "4", rate: 1, price: 1_249_900, currency: "JPY", location: "Tokyo", sku: "KIT-7"),
            urgent("Croissant", "Bakery", .critical, "2", rate: 40, price: 120, location: "Airport, arrivals", sku: "BAK-2"),
            urgent("Postcard", nil, .low, "5", rate: 0, price: 100, sku: "CRD-5"),
            urgent("New arrival", "Toys", .out, "0", rate: nil, price: 4500, sku: "TOY-9"),
            urgent("House wine, open", "Bar", .critical, "0.75", rate: 3, price: nil, sku: "BAR-3"),
            urgent("Sample pack", "Toys", .low, "1", rate: nil, price: nil, sku: "TOY-0"),
        ])

    private static let well = Summary(
        day: today, at: Sample.noon, counts: Summary.Counts(healthy: 9945), before: nil, opened: 0, resolved: 0, urgent: [])

    private static let worst = Summary(
        day: today, at: Sample.noon, counts: Summary.Counts(healthy: 0, low: 999_999, critical: 999_999, out: 999_999),
        before: Summary.Earlier(day: today + -3, counts: Summary.Counts(healthy: 999_999)), opened: 1, resolved: 0,
        urgent: [
            urgent(Sample.hostile, Sample.hostile, .out, "-1000000000", rate: 1_000_000_000, price: .max / 2, location: Sample.hostile, sku: Sample.hostile),
            urgent(String(repeating: "W", count: 255), "", .critical, "0.00001", rate: 1, price: 1, location: String(repeating: "L", count: 255), sku: String(repeating: "S", count: 255)),
            urgent("חלב 3% (שקית)", "מוצרי חלב", .low, "3", rate: 1, price: 1, location: "חנות 2"),
        ] + (1...17).map { urgent(String(repeating: "<!channel>&", count: 23), "&", .low, "\($0)", rate: nil, price: nil) })
}
