/// The answer of `rpc.discover`.
package enum OpenRPC {
    /// An OpenRPC 1.3 document of every method. `version` is the daemon's.
    package static func document(version: String) throws -> JSONValue {
        [
            "openrpc": "1.3.2",
            "info": [
                "title": "stockd control protocol",
                "description":
                    "JSON-RPC 2.0 over a Unix stream socket, one object a line. Params are an object; unknown members are errors.",
                "version": .string(version),
                "x-protocol": .number(.init(Wire.protocolVersion)),
            ],
            "methods": .array(try Methods.all.map { try describe($0) }),
        ]
    }

    private static func describe<M: Method>(_ method: M.Type) throws -> JSONValue {
        guard case .object(let own) = try SchemaRecorder.schema(of: M.Params.self, always: false),
            case .object(var properties) = own["properties"] ?? [:]
        else { throw SchemaRecorder.Unrecordable() }
        var required: Set<String> = []
        if case .array(let names) = own["required"] {
            for case .string(let name) in names { required.insert(name) }
        }
        for (name, type) in common(method) {
            properties[name] = ["type": .string(type), "description": .string(Glossary.notes[name] ?? "")]
        }
        let params: [JSONValue] = properties.sorted { $0.key < $1.key }.map { name, schema in
            var schema = schema
            var param: [String: JSONValue] = ["name": .string(name), "required": .bool(required.contains(name))]
            if case .object(var members) = schema {
                param["description"] = members.removeValue(forKey: "description")
                schema = .object(members)
            }
            param["schema"] = schema
            return .object(param)
        }
        return [
            "name": .string(M.name),
            "summary": .string(M.summary),
            "paramStructure": "by-name",
            "params": .array(params),
            "result": ["name": "result", "schema": try SchemaRecorder.schema(of: M.Result.self, always: true)],
            "x-effect": .string(M.effect.rawValue),
            "x-scope": .string(M.scope.rawValue),
            "x-role": .string(M.leastRole.rawValue),
        ]
    }

    private static func common(_ method: any Method.Type) -> [(name: String, type: String)] {
        (method.scope == .tenant ? [("tenant", "string")] : [])
            + (method.takesAllTenants ? [("all_tenants", "boolean")] : [])
            + (method.effect == .changes ? [("idempotency_key", "string")] : [])
    }
}
