import StockDomain
import StockEngine
import StockPOS
import StockTransport

/// From what the configuration says of sources to what runs.
struct SourceFactory: Sendable {
    let http: any HTTPClient

    func sources(_ configuration: Configuration) -> [ConfiguredSource] {
        configuration.sources.map { source in
            ConfiguredSource(
                name: source.name, kind: source.kind.name, tenant: source.tenant, interval: source.interval,
                system: system(source))
        }
    }

    private func system(_ source: Configuration.Source) -> any PointOfSale {
        switch source.kind {
        case .square(let square):
            SquareSource(
                name: source.name,
                configuration: SquareConfiguration(
                    url: square.url, token: square.token.reveal(), locations: square.locations.map { .only($0) } ?? .all,
                    tls: square.tls),
                http: http)
        case .csv(let csv):
            CSVSource(path: csv.path, decimalComma: csv.decimalComma)
        case .demo(let demo):
            DemoSource(seed: demo.seed)
        }
    }
}

extension Configuration.Source.Kind {
    /// As in the file.
    var name: String {
        switch self {
        case .square: "square"
        case .csv: "csv"
        case .demo: "demo"
        }
    }
}
