extension Configuration {
    /// Keys that take effect only when stockd starts: what is open stays open.
    private static let atStartOnly = ["database", "control.socket"]

    /// What a reload changes, by keys; sorted.
    struct Changes: Hashable, Sendable {
        /// In force now.
        var applied: [String]
        /// In force after a restart.
        var restartRequired: [String]
    }

    func changes(from old: Configuration) -> Changes {
        let before = old.leaves, after = leaves
        var keys = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        // The same name can hold a new secret: that is how tokens are rotated.
        let secretsBefore = old.secrets
        for (key, secret) in secrets where secretsBefore[key] != nil && secretsBefore[key] != secret { keys.insert(key) }
        let restart = keys.filter { Self.atStartOnly.contains($0) }
        return Changes(applied: keys.subtracting(restart).sorted(), restartRequired: restart.sorted())
    }

    /// This one with what only a start can change left as in `running`.
    func applicable(to running: Configuration) -> Configuration {
        var result = self
        result.database = running.database
        result.control.socket = running.control.socket
        return result
    }

    private var secrets: [String: Secret] {
        var secrets: [String: Secret] = [:]
        for (index, source) in sources.enumerated() {
            if case .square(let square) = source.kind { secrets["sources[\(index)].token"] = square.token }
        }
        secrets["channels.email.password"] = channels.email?.password
        secrets["channels.twilio.auth_token"] = channels.twilio?.authToken
        secrets["channels.webhook_signing_key"] = channels.webhookSigningKey
        for (name, secret) in channels.webhooks { secrets["channels.webhooks.\(name)"] = secret }
        return secrets
    }
}
