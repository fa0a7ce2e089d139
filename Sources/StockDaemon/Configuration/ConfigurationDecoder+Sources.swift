import StockTransport

extension ConfigurationDecoder {
    private enum SourceKind: String, CaseIterable { case square, csv, demo }

    func sources(_ entries: [Entry], trust: TLSTrust) -> [Configuration.Source] {
        var names: Set<String> = []
        var folders: [String: String] = [:]
        return entries.compactMap { entry in
            guard let section = entry.section() else { return nil }
            let source = source(section, trust: trust)
            if let name = source.name, !names.insert(name).inserted {
                entry.reading.report(section.line(of: "name"), entry.path + ".name", "another source is named \(name) already")
            }
            guard let name = source.name, let kind = source.kind else { return nil }
            if case .csv(let csv) = kind, let other = folders.updateValue(name, forKey: csv.path) {
                entry.reading.report(
                    section.line(of: "path"), entry.path + ".path", "\(other) reads this folder already: each file is read once")
            }
            return Configuration.Source(name: name, tenant: source.tenant, interval: source.interval, kind: kind)
        }
    }

    private func source(
        _ section: Section, trust: TLSTrust
    ) -> (name: String?, tenant: String, interval: Duration, kind: Configuration.Source.Kind?) {
        let name = section.required("name", Parse.name)
        let tenant = section.value("tenant", default: "default", Parse.name)
        let interval = section.value("interval", default: .minutes(15), Parse.duration(atLeast: .seconds(1)))
        // Which keys are known depends on the kind: without one, none is called unknown.
        guard let kind = section.required("kind", Parse.oneOf(SourceKind.self)) else { return (name, tenant, interval, nil) }
        let details: Configuration.Source.Kind? =
            switch kind {
            case .square: square(section, trust: trust).map { .square($0) }
            case .csv: csv(section).map { .csv($0) }
            case .demo: .demo(.init(seed: section.value("seed", default: 1, Parse.number)))
            }
        section.close()
        return (name, tenant, interval, details)
    }

    private func square(_ section: Section, trust outer: TLSTrust) -> Configuration.Source.Square? {
        typealias Environment = Configuration.Source.Square.Environment
        let environment = section.value("environment", default: .production, Parse.oneOf(Environment.self))
        let standard =
            switch environment {
            case .production: "https://connect.squareup.com"
            case .sandbox: "https://connect.squareupsandbox.com"
            }
        let url = section.value("url", default: standard, ServerURL.base)
        let token = section.requiredSecret("token")
        let locations = section.take("locations").flatMap(locations)
        let trust = trust(section, default: outer)
        return token.map { .init(environment: environment, url: url, token: $0, locations: locations, tls: trust) }
    }

    /// nil for `all`.
    private func locations(_ entry: Entry) -> [String]? {
        if entry.node.scalar?.string == "all" { return nil }
        guard let entries = entry.node.sequence == nil ? nil : entry.list() else {
            entry.report("must be all or a list of location ids")
            return nil
        }
        let ids = entries.compactMap { $0.parse(Parse.name) }
        if entries.isEmpty { entry.report("lists no location (leave it out for all)") }
        return ids
    }

    private func csv(_ section: Section) -> Configuration.Source.CSV? {
        let path = section.required("path", Parse.folder)
        let decimalComma = section.value("decimal_comma", default: false, Parse.flag)
        return path.map { .init(path: $0, decimalComma: decimalComma) }
    }
}
