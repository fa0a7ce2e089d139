/// The parts of a URL that decide whether it may be used. Nothing of a URL is ever echoed in a problem: it may hold a secret.
struct ServerURL {
    var scheme: String
    var host: String
    var port: Int?
    /// With a leading slash; empty where there is none.
    var path: String

    init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = text.range(of: "://") else {
            throw Invalid("must be a URL such as https://example.com")
        }
        scheme = text[..<colon.lowerBound].lowercased()
        var rest = text[colon.upperBound...]
        let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        path = String(rest[pathStart...])
        rest = rest[..<pathStart]
        if rest.contains("@") { throw Invalid("must not hold a user name or password") }
        if rest.hasPrefix("[") {
            guard let close = rest.firstIndex(of: "]") else { throw Invalid("must be a URL such as https://example.com") }
            host = String(rest[...close])
            rest = rest[rest.index(after: close)...]
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = rest[..<end].lowercased()
            rest = rest[end...]
        }
        if rest.hasPrefix(":") {
            guard let number = Int(rest.dropFirst()), (1...65535).contains(number) else {
                throw Invalid("must have a port between 1 and 65535")
            }
            port = number
        } else if !rest.isEmpty {
            throw Invalid("must be a URL such as https://example.com")
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ Self.hostBytes.contains($0) }) else {
            throw Invalid("must name a host, as in https://example.com")
        }
    }

    private static let hostBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._[]:".utf8)

    /// Whether nothing sent there leaves the machine.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A base URL or whole address for HTTP.
    static func http(_ text: String) throws(Invalid) -> String {
        let url = try ServerURL(text)
        switch url.scheme {
        case "https": break
        case "http":
            guard url.isLoopback else { throw Invalid("must be https:// (http:// is for loopback addresses only)") }
        default: throw Invalid("must be https://")
        }
        return text
    }

    /// A base URL, to which paths are appended.
    static func base(_ text: String) throws(Invalid) -> String {
        var text = try http(text)
        if text.contains("?") || text.contains("#") { throw Invalid("must not have a query or fragment") }
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}

extension String {
    fileprivate func range(of separator: String) -> Range<String.Index>? { ranges(of: separator).first }
}
