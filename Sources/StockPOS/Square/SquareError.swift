import StockDomain

/// `{"errors": [{category, code, detail, field}]}`; every member may be missing.
struct SquareErrors: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        var category: String?
        var code: String?
        var detail: String?
        var field: String?
    }

    @Lossy var errors: [Entry]

    init(errors: [Entry]) { self.errors = errors }

    /// For operators: codes, fields and details, never longer than a line.
    var summary: String {
        let texts = errors.prefix(3).map { entry in
            [entry.code, entry.field.map { "(\($0))" }, entry.detail].compactMap(\.self).joined(separator: " ")
        }
        return Text.mended(texts.joined(separator: "; "), limit: 300) ?? "no reason given"
    }

    func has(_ codes: Set<String>) -> Bool { errors.contains { $0.code.map(codes.contains) ?? false } }
}

/// What an answer that is no success means.
enum SquareVerdict: Equatable {
    case retry
    case misconfigured
    /// The cursor is not taken (any more): the phase has to start again.
    case cursorRefused
    case refused

    /// Credentials and permissions: trying again cannot help.
    static let credentials: Set<String> = [
        "UNAUTHORIZED", "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_REVOKED", "INSUFFICIENT_SCOPES", "FORBIDDEN",
        "CLIENT_DISABLED", "APPLICATION_DISABLED",
    ]
    static let passing: Set<String> = [
        "RATE_LIMITED", "INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "GATEWAY_TIMEOUT", "TEMPORARY_ERROR",
    ]

    init(status: Int, errors: SquareErrors) {
        switch status {
        case _ where errors.has(Self.credentials), 401, 403: self = .misconfigured
        case 408, 429, 500...: self = .retry
        case _ where errors.has(Self.passing): self = .retry
        case 400 where errors.has(["INVALID_CURSOR"]) || errors.errors.contains { $0.field == "cursor" }:
            self = .cursorRefused
        default: self = .refused
        }
    }
}

/// Square refuses a request; `mayBeCursor` when a cursor was sent that may be the cause.
struct SquareRefusal: Error {
    var cursor: Bool
    var status: Int
    var description: String
}
