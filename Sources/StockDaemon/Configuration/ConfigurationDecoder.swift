import StockControl
import StockDomain
import StockTransport
import StockWire

/// From the tree to `Configuration`. What is wrong goes to `reading`; the value returned then is good for nothing.
struct ConfigurationDecoder {
    let reading: Reading

    func decode(_ root: Entry) -> Configuration {
        var configuration = Configuration()
        guard let root = root.section() else { return configuration }
        configuration.database = root.value("database", default: configuration.database, Parse.absolutePath)
        configuration.tls = trust(root, default: .system)
        if let section = root.section("control") { configuration.control = control(section) }
        if let section = root.section("alerts") { configuration.alerts = alerts(section) }
        if let section = root.section("delivery") { configuration.delivery = delivery(section) }
        configuration.sources = sources(root.list("sources") ?? [], trust: configuration.tls)
        configuration.channels.tls = configuration.tls
        configuration.channels.slack.tls = configuration.tls
        if let section = root.section("channels") { configuration.channels = channels(section, trust: configuration.tls) }
        root.close()
        return configuration
    }

    /// `tls: {ca_file: PATH}`; the outer section's holds where there is none.
    func trust(_ section: Section, default outer: TLSTrust) -> TLSTrust {
        guard let tls = section.section("tls") else { return outer }
        let trust = tls.required("ca_file", Parse.trust)
        tls.close()
        return trust ?? outer
    }

    private func control(_ section: Section) -> Configuration.Control {
        var control = Configuration.Control()
        control.socket = section.value("socket", default: control.socket, Parse.socketPath)
        control.access = (section.list("access") ?? []).compactMap { $0.section().flatMap(accessRule) }
        section.close()
        return control
    }

    private func accessRule(_ section: Section) -> AccessRule? {
        let user = section.value("user", Parse.text), group = section.value("group", Parse.text)
        let role = section.required("role", Parse.oneOf(Role.self))
        let tenants = section.list("tenants").map { $0.compactMap { $0.parse(Parse.name) } }
        if let tenants, tenants.isEmpty { section.entry.report("lists no tenant, so the rule lets nobody see anything") }
        section.close()
        guard (user == nil) != (group == nil) else {
            section.entry.report("must name either a user or a group")
            return nil
        }
        guard let role else { return nil }
        return AccessRule(peer: user.map { .user($0) } ?? .group(group!), role: role, tenants: tenants)
    }

    private func alerts(_ section: Section) -> Configuration.Alerts {
        var alerts = Configuration.Alerts()
        alerts.checkInterval = section.value(
            "check_interval", default: alerts.checkInterval, Parse.duration(atLeast: .seconds(1)))
        alerts.suppress = section.value("suppress", default: alerts.suppress, Parse.duration())
        alerts.remindAt = section.value("remind_at", default: alerts.remindAt, Parse.timeOfDay)
        alerts.summaryAt = section.value("summary_at", default: alerts.summaryAt, Parse.timeOfDay)
        var thresholds = alerts.thresholds
        thresholds.low = section.value("low", default: thresholds.low, Parse.threshold)
        thresholds.critical = section.value("critical", default: thresholds.critical, Parse.threshold)
        thresholds.lowWithoutPar = section.value("low_without_par", default: thresholds.lowWithoutPar, Parse.quantity)
        thresholds.criticalWithoutPar = section.value(
            "critical_without_par", default: thresholds.criticalWithoutPar, Parse.quantity)
        if thresholds.critical.exceeds(thresholds.low) {
            section.entry.report("critical (\(thresholds.critical)) must not be above low (\(thresholds.low))")
        }
        if thresholds.criticalWithoutPar > thresholds.lowWithoutPar {
            section.entry.report(
                "critical_without_par (\(thresholds.criticalWithoutPar)) must not be above low_without_par (\(thresholds.lowWithoutPar))")
        }
        alerts.thresholds = thresholds
        section.close()
        return alerts
    }

    private func delivery(_ section: Section) -> Configuration.Delivery {
        var delivery = Configuration.Delivery()
        delivery.mode = section.value("mode", default: delivery.mode, Parse.oneOf(Configuration.Delivery.Mode.self))
        delivery.groupWait = section.value("group_wait", default: delivery.groupWait, Parse.duration())
        section.close()
        return delivery
    }
}

extension ThresholdSpec {
    /// Whether it is more than `other`, where the two can be compared.
    fileprivate func exceeds(_ other: ThresholdSpec) -> Bool {
        switch (self, other) {
        case (.quantity(let a), .quantity(let b)), (.percentOfPar(let a), .percentOfPar(let b)),
            (.daysOfCover(let a), .daysOfCover(let b)):
            a > b
        default: false
        }
    }
}
