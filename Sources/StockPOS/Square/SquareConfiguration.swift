import StockTransport

/// How to reach one Square account.
package struct SquareConfiguration: Sendable {
    package static let production = "https://connect.squareup.com"
    package static let sandbox = "https://connect.squareupsandbox.com"

    package enum Locations: Hashable, Sendable {
        case all
        /// Square's own location ids.
        case only([String])
    }

    /// Base URL, with or without a slash at the end.
    package var url: String
    package var token: String
    package var locations: Locations
    /// For one request and its answer.
    package var timeout: Duration
    package var tls: TLSTrust

    package init(
        url: String = production, token: String, locations: Locations = .all, timeout: Duration = .seconds(30),
        tls: TLSTrust = .system
    ) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.token = token
        self.locations = locations
        self.timeout = timeout
        self.tls = tls
    }
}

extension SquareConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Square at \(url)" }
    package var debugDescription: String { description }
    /// Without the token, which `dump` and string interpolation would otherwise show.
    package var customMirror: Mirror { Mirror(self, children: ["url": url, "locations": locations]) }
}
