import Foundation
import StockTransport

/// The part of a URL that may be shown: `scheme://host:port`. The rest of a webhook's URL is a secret.
struct Origin {
    let scheme: String
    /// With the port, if given.
    let authority: String
    var description: String { "\(scheme)://\(authority)" }

    /// Throws `invalidRequest` for anything but `scheme://host[:port][/…]` with one of `schemes`, in printable ASCII and
    /// without user names.
    init(_ url: String, schemes: Set<String>) throws(TransportError) {
        func invalid(_ why: String) -> TransportError {
            TransportError(.invalidRequest, "the URL \(why)", mayHaveBeenProcessed: false)
        }
        guard url.utf8.count <= 8192 else { throw invalid("is too long") }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw invalid("holds spaces, control characters or characters beyond ASCII")
        }
        guard let mark = url.range(of: "://") else { throw invalid("has no scheme") }
        scheme = url[..<mark.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            throw invalid("must begin with \(schemes.sorted().map { $0 + "://" }.joined(separator: " or "))")
        }
        let rest = url[mark.upperBound...]
        authority = String(rest.prefix { !"/?#\\".contains($0) })
        guard !authority.isEmpty else { throw invalid("names no host") }
        guard !authority.contains("@") else { throw invalid("must not hold a user name or password") }
    }
}

enum GreetingName {
    static func ofMachine() -> String { ProcessInfo.processInfo.hostName }

    /// Letters, digits, `-` and `.` only: it becomes part of a URL and of a line to the server.
    static func cleaned(_ name: String) -> String {
        let kept = String(name.unicodeScalars.filter {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "."
        })
        return kept.isEmpty || kept.utf8.count > 255 ? "localhost" : kept
    }
}
