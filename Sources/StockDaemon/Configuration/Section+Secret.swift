import StockDomain

extension Section {
    /// The secret that `key` names; nil where there is none, or after saying what is wrong.
    func secret(_ key: String) -> Secret? { take(key)?.secret() }

    func requiredSecret(_ key: String) -> Secret? {
        guard let entry = take(key) else {
            report(missing: key)
            return nil
        }
        return entry.secret()
    }
}

extension Entry {
    private static let form =
        "must name a secret as {credential: NAME}, {file: PATH} or {env: NAME}; a secret itself never stands in this file"

    /// Nothing of the node is echoed, not even its keys: it may hold the secret itself.
    func secret() -> Secret? {
        guard sharesNothing() else { return nil }
        guard let mapping = node.mapping, mapping.count == 1, let pair = mapping.first, let kind = pair.key.scalar?.string,
            let name = pair.value.scalar?.string, pair.value.anchor == nil
        else {
            report(Self.form)
            return nil
        }
        do {
            let secret = try reading.secrets.read(try Self.origin(kind, name))
            return secret
        } catch {
            report(error.text)
            return nil
        }
    }

    private static func origin(_ kind: String, _ name: String) throws(Invalid) -> Secret.Origin {
        switch kind {
        case "credential":
            guard (try? Parse.name(name)) != nil else { throw Invalid("must name a credential by letters, digits, '-', '_' and '.'") }
            return .credential(name)
        case "file":
            guard (try? Parse.absolutePath(name)) != nil else { throw Invalid("must name a file by its absolute path") }
            return .file(name)
        case "env":
            guard (try? Parse.name(name)) != nil else { throw Invalid("must name an environment variable") }
            return .environment(name)
        default: throw Invalid(form)
        }
    }
}
