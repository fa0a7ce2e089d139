import StockWire

/// A rule of `control.access`, as it is written.
package struct AccessRule: Hashable, Sendable {
    package enum Peer: Hashable, Sendable { case user(String), group(String) }

    package var peer: Peer
    package var role: Role
    /// nil: all of them.
    package var tenants: [String]?

    package init(peer: Peer, role: Role, tenants: [String]? = nil) {
        self.peer = peer
        self.role = role
        self.tenants = tenants
    }
}

/// What somebody may do.
package struct Grant: Hashable, Sendable {
    package var role: Role
    /// nil: all of them.
    package var tenants: Set<String>?

    package init(role: Role, tenants: Set<String>? = nil) {
        self.role = role
        self.tenants = tenants
    }

    package func covers(_ tenant: String) -> Bool { tenants?.contains(tenant) ?? true }
}

/// Who may do what: the rules, with names looked up. The first match wins; root and the daemon's own user are always
/// admins, and nobody else gets in unless listed.
package struct AccessPolicy: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package enum Peer: Hashable, Sendable { case user(UInt32), group(UInt32) }

        package var peer: Peer
        package var grant: Grant

        package init(peer: Peer, grant: Grant) {
            self.peer = peer
            self.grant = grant
        }
    }

    /// The user that the daemon runs as.
    package var ownUID: UInt32
    package var entries: [Entry]

    package init(ownUID: UInt32, entries: [Entry] = []) {
        self.ownUID = ownUID
        self.entries = entries
    }

    /// A rule whose user or group there is not, is nobody's.
    package init(ownUID: UInt32, rules: [AccessRule], users: UserDatabase) {
        self.ownUID = ownUID
        entries = rules.compactMap { rule in
            let peer: Entry.Peer? =
                switch rule.peer {
                case .user(let name): users.userID(name).map { .user($0) }
                case .group(let name): users.groupID(name).map { .group($0) }
                }
            return peer.map { Entry(peer: $0, grant: Grant(role: rule.role, tenants: rule.tenants.map(Set.init))) }
        }
    }

    package func isAlwaysAdmin(_ uid: UInt32) -> Bool { uid == 0 || uid == ownUID }

    /// nil: denied.
    package func grant(_ peer: PeerCredentials) -> Grant? {
        if isAlwaysAdmin(peer.uid) { return Grant(role: .admin) }
        return entries.first { entry in
            switch entry.peer {
            case .user(let uid): uid == peer.uid
            case .group(let gid): peer.groups.contains(gid)
            }
        }?.grant
    }
}

extension Caller {
    /// Why the request is none of the caller's business; nil: it is. The one place where this is decided, for every method.
    func denial(_ request: Request) -> ErrorObject? {
        guard let grant else { return unlisted }
        let method = request.method
        guard grant.role >= method.leastRole else {
            return .denied(
                "\(name) is \(Caller.indefinite(grant.role)) here, and \(method.name) needs \(Caller.indefinite(method.leastRole)): see control.access")
        }
        if request.common.allTenants, grant.role < .admin || grant.tenants != nil {
            return .denied("\(name) may not ask over all tenants: name one of them as tenant")
        }
        guard let tenants = grant.tenants else { return nil }
        switch method.scope {
        case .tenant:
            let tenant = request.common.tenant ?? Wire.defaultTenant
            return grant.covers(tenant) ? nil : denied(tenant, of: tenants)
        case .system:
            if let params = request.params as? any TenantNaming { return grant.covers(params.name) ? nil : denied(params.name, of: tenants) }
            // What only admins get of the daemon as a whole concerns tenants that are not theirs, but for the list of theirs.
            guard method.leastRole == .admin, !(method is TenantList.Type) else { return nil }
            return .denied("\(method.name) concerns all tenants, and \(name) is let in for \(Caller.listed(tenants)) only")
        }
    }

    /// What somebody is told who has no business here.
    var unlisted: ErrorObject { .denied("\(name) (uid \(uid)) may not talk to stockd: no rule of control.access lets them in") }

    private func denied(_ tenant: String, of tenants: Set<String>) -> ErrorObject {
        .denied("\(name) may not use the tenant \"\(tenant.prefix(64))\", but \(Caller.listed(tenants)): see control.access")
    }

    private static func listed(_ tenants: Set<String>) -> String { tenants.sorted().joined(separator: ", ") }

    private static func indefinite(_ role: Role) -> String { role == .viewer ? "a viewer" : "an \(role.rawValue)" }
}
