import StockDomain
import StockStore
import StockWire

extension MethodTable {
    mutating func addEscalationMethods() {
        add(EscalationSet.self, .write { tx, params, call in
            let set = try tx.setEscalation(
                params.name,
                scope: AlertScope(category: params.category.map(Glob.init), location: params.location.map(Glob.init)),
                severity: ofAlerts(params.severity),
                steps: params.steps.map { Escalation.Step(after: $0.after.duration, contact: $0.contact) },
                repeatAfter: params.repeat?.duration, by: call.caller.name, tenantID: call.tenantID(tx), now: call.now)
            return EscalationReply(
                escalation: set.wire, comingUpAgain: set.escalation.comingUpAgain(within: tx.policy.suppress))
        })
        add(EscalationList.self, .read { reader, params, call in
            let limit = try Paging.limit(params.limit)
            let rows = try reader.escalations(
                tenantID: call.tenantFilter(reader), after: Paging.name(params.cursor), limit: limit + 1)
            let (page, next) = Paging.page(rows, limit: limit) { "\($0.tenantID).\($0.escalation.name)" }
            return EscalationList.Result(escalations: page.map(\.wire), nextCursor: next)
        })
        add(EscalationUnset.self, .write { tx, params, call in
            let removed = try tx.unsetEscalation(
                params.name, by: call.caller.name, tenantID: call.tenantID(tx), now: call.now)
            return EscalationReply(escalation: removed.wire)
        })
    }
}

extension EscalationRecord {
    fileprivate var wire: Wire.Escalation {
        Wire.Escalation(
            name: escalation.name, tenant: tenant, severity: escalation.severity?.wire,
            category: escalation.scope.category?.pattern, location: escalation.scope.location?.pattern,
            steps: escalation.steps.map { Wire.EscalationStep(after: Wire.DurationText($0.after), contact: $0.contact) },
            repeat: escalation.repeatAfter.map { Wire.DurationText($0) }, setAt: setAt.wire, setBy: setBy)
    }
}
