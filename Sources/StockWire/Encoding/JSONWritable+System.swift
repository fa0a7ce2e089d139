// What is asked for to see whether stockd answers, by monitors and load balancers.

extension SystemStatus.Result: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"channels":"#); text.values(channels)
        text.raw(#","counts":"#); text.value(counts)
        text.raw(#","database":"#); text.value(database)
        text.raw(#","holds":"#); text.orNull(holds)
        text.raw(#","protocol":"#); text.number(protocolVersion)
        text.raw(#","ready":"#); text.bool(ready)
        text.raw(#","sources":"#); text.values(sources)
        text.raw(#","time":"#); text.orNull(time)
        text.raw(#","uptime_s":"#); text.number(uptimeS)
        text.raw(#","version":"#); text.string(version)
        text.raw("}")
    }
}

extension Wire.Counts: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"alerts_open":"#); text.number(alertsOpen)
        text.raw(#","deliveries_dead":"#); text.number(deliveriesDead)
        text.raw(#","deliveries_queued":"#); text.number(deliveriesQueued)
        text.raw(#","inbox_unread":"#); text.orNull(inboxUnread) { $0.number($1) }
        text.raw(#","levels":"#); text.number(levels)
        text.raw(#","locations":"#); text.number(locations)
        text.raw(#","products":"#); text.number(products)
        text.raw(#","tenants":"#); text.number(tenants)
        text.raw("}")
    }
}

extension Wire.Database: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"bytes":"#); text.number(bytes)
        text.raw(#","engine":"#); text.string(engine)
        text.raw("}")
    }
}

extension Wire.HoldCounts: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"held":"#); text.number(held)
        text.raw(#","levels_at_risk":"#); text.number(levelsAtRisk)
        text.raw(#","refunds_due":"#); text.number(refundsDue)
        text.raw("}")
    }
}

extension Wire.Source: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"counts_applied":"#); text.number(countsApplied)
        text.raw(#","error":"#); text.orNull(error)
        text.raw(#","kind":"#); text.string(kind)
        text.raw(#","last_success_at":"#); text.orNull(lastSuccessAt)
        text.raw(#","name":"#); text.string(name)
        text.raw(#","next_run_at":"#); text.orNull(nextRunAt)
        text.raw(#","pages":"#); text.number(pages)
        text.raw(#","pause":"#); text.orNull(pause)
        text.raw(#","phase":"#); text.orNull(phase)
        text.raw(#","sales_applied":"#); text.number(salesApplied)
        text.raw(#","skipped":"#); text.values(skipped)
        text.raw(#","skipped_count":"#); text.number(skippedCount)
        text.raw(#","state":"#); text.name(state)
        text.raw(#","tenant":"#); text.string(tenant)
        text.raw("}")
    }
}

extension Wire.SourcePause: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"by":"#); text.string(by)
        text.raw(#","comment":"#); text.orNull(comment)
        text.raw(#","since":"#); text.time(since)
        text.raw(#","until":"#); text.orNull(until)
        text.raw("}")
    }
}

extension Wire.Skipped: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"object":"#); text.string(object)
        text.raw(#","reason":"#); text.string(reason)
        text.raw("}")
    }
}

extension Wire.Channel: JSONWritable {
    func write(to text: inout JSONText) {
        text.raw(#"{"error":"#); text.orNull(error)
        text.raw(#","kind":"#); text.name(kind)
        text.raw(#","state":"#); text.name(state)
        text.raw("}")
    }
}
