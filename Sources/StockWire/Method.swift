/// A method of the control protocol. Decoding, authorization, the help of clients and `rpc.discover` all follow from
/// its definition: there is no second place to keep in step.
package protocol Method: Sendable {
    associatedtype Params: Codable & Sendable
    associatedtype Result: Codable & Sendable

    /// As on the wire, `noun.verb`.
    static var name: String { get }
    static var effect: Effect { get }
    static var scope: Scope { get }
    /// Whether an admin may ask over all tenants at once.
    static var takesAllTenants: Bool { get }
    /// Who may call it, of the tenants that its rule lets it see.
    static var leastRole: Role { get }
    /// Members of `params` that the audit leaves out, because it is kept for longer than what they name.
    static var unrecorded: [String] { get }
    /// One sentence for `rpc.discover`.
    static var summary: String { get }
}

extension Method {
    package static var takesAllTenants: Bool { false }
    package static var leastRole: Role { effect == .reads ? .viewer : scope == .tenant ? .operator : .admin }
    package static var unrecorded: [String] { [] }
}

/// Params of a method that concerns a tenant as such, and so names it itself.
package protocol TenantNaming {
    var name: String { get }
}

package enum Effect: String, Sendable {
    case reads
    /// Takes `idempotency_key`, is recorded in the audit, and needs the operator's role.
    case changes
}

package enum Scope: String, Sendable {
    /// Concerns the data of one tenant: takes `tenant`.
    case tenant
    /// Concerns the daemon as a whole.
    case system
}

/// Members of `params` that a method takes by its kind, beside its own.
package struct CommonParams: Hashable, Sendable {
    /// The tenant's name; `default` is meant if nil.
    package var tenant: String?
    package var allTenants: Bool
    /// 1–128 characters; its length is checked by whoever remembers it.
    package var idempotencyKey: String?

    package init(tenant: String? = nil, allTenants: Bool = false, idempotencyKey: String? = nil) {
        self.tenant = tenant
        self.allTenants = allTenants
        self.idempotencyKey = idempotencyKey
    }

    enum CodingKeys: String, CodingKey {
        case tenant
        case allTenants = "all_tenants"
        case idempotencyKey = "idempotency_key"
    }

    /// Reads only what `method` takes, so that the rest counts as unknown.
    init(from decoder: any Decoder, for method: any Method.Type) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let ofTenant = method.scope == .tenant
        tenant = ofTenant ? try container.decodeIfPresent(String.self, forKey: .tenant) : nil
        allTenants =
            method.takesAllTenants ? try container.decodeIfPresent(Bool.self, forKey: .allTenants) ?? false : false
        idempotencyKey =
            method.effect == .changes ? try container.decodeIfPresent(String.self, forKey: .idempotencyKey) : nil
    }

    /// Writes what is set and `method` takes.
    func encode(to encoder: any Encoder, for method: any Method.Type) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if method.scope == .tenant { try container.encodeIfPresent(tenant, forKey: .tenant) }
        if method.takesAllTenants, allTenants { try container.encode(true, forKey: .allTenants) }
        if method.effect == .changes { try container.encodeIfPresent(idempotencyKey, forKey: .idempotencyKey) }
    }
}

/// Of methods that take nothing of their own.
package struct NoParams: Codable, Hashable, Sendable {
    package init() {}
}

/// Holds the objects that travel in params and results, so that they never clash with the domain's own names.
package enum Wire {
    /// Grows when something is added; `system.status` and `stockctl version` show it.
    package static let protocolVersion = 1
    /// The longest line that the server reads, in bytes, without its `\n`.
    package static let lineLimit = 1 << 20
    /// The deepest nesting of a line.
    package static let nestingLimit = 64
    /// Requests in a batch: each costs more to answer than to ask.
    package static let batchLimit = 10_000
    /// Rows that a list answers when not told, and at most.
    package static let defaultLimit = 100
    package static let largestLimit = 1000
    package static let defaultTenant = "default"
}
