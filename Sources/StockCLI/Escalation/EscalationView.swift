import StockWire

/// How escalations are shown.
enum EscalationView {
    static func table(_ escalations: [Wire.Escalation], allTenants: Bool) -> [Block] {
        Block.table(
            [
                Column("Tenant"), Column("Name", .essential, least: 8), Column("For", .essential, least: 16),
                Column("Told", .essential, least: 40), Column("Again"), Column("Set", .detail), Column("By", .detail),
            ],
            escalations.map { escalation in
                [
                    Cell(allTenants ? escalation.tenant : nil), Cell(escalation.name), Cell(scope(escalation)),
                    Cell(escalation.steps.map { "\($0.contact) \(after($0))" }.joined(separator: ", ")),
                    Cell(escalation.repeat.map { "\($0) later" }), Cell(Format.time(escalation.setAt)), Cell(escalation.setBy),
                ]
            },
            ifEmpty: "No escalation is set: whoever is told of an alert is left to it. Try: stockctl escalation set --help")
    }

    static func detail(_ reply: EscalationReply) -> [Block] {
        let escalation = reply.escalation
        let again = reply.comingUpAgain.joined(separator: ", ")
        return [
            .facts(
                Facts(
                    [
                        ("Escalation", Cell(escalation.name, .strong)),
                        ("Tenant", escalation.tenant == Wire.defaultTenant ? nil : Cell(escalation.tenant)),
                        ("For", Cell(scope(escalation))),
                    ] + escalation.steps.map { (after($0, "At once", "After"), Cell($0.contact)) } + [
                        ("Then", Cell(escalation.repeat.map { "again from the first, \($0) later" } ?? "nobody else")),
                        ("But", again.isEmpty ? nil : Cell("\(again): not told again so soon, unless it got worse", .warning)),
                        ("Set", Cell("\(Format.moment(escalation.setAt)) by \(escalation.setBy)")),
                    ]))
        ]
    }

    private static func after(_ step: Wire.EscalationStep, _ atOnce: String = "at once", _ after: String = "after") -> String {
        step.after.duration == .zero ? atOnce : "\(after) \(step.after)"
    }

    /// `critical or worse, category Tools, at store-?`
    private static func scope(_ escalation: Wire.Escalation) -> String {
        var parts: [String] = []
        if escalation.severity == .critical { parts.append("critical or worse") }
        if escalation.severity == .out { parts.append("out") }
        if let category = escalation.category { parts.append("category \(category)") }
        if let location = escalation.location { parts.append("at \(location)") }
        return parts.isEmpty ? "every alert" : parts.joined(separator: ", ")
    }
}
