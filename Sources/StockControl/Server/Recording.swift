import Crypto
import Foundation
import StockDomain
import StockStore
import StockWire

extension AuditDraft {
    /// Of a request that was understood.
    init(_ request: Request, _ call: Call) {
        self.init(
            at: call.now, tenant: request.method.scope == .system || request.common.allTenants
                ? nil : request.common.tenant ?? Wire.defaultTenant,
            caller: call.caller, method: request.method.name, params: request.recordable)
    }

    init(at: Timestamp, tenant: String?, caller: Caller, method: String, params: String) {
        self.init(
            at: at, tenant: tenant, uid: caller.uid, name: caller.name, role: caller.grant?.role.rawValue, method: method,
            params: params)
    }
}

extension Request {
    /// What the audit keeps of `params`. Secrets have no place in params, but the address of a hook is one, and somebody may
    /// give it instead of its name: of a URL no more than its host is kept, and where a hook's name belongs, only a name.
    var recordable: String {
        guard var text = try? sent ?? String(decoding: described(method), as: UTF8.self) else { return "{}" }
        // No URL is without a slash, however it is written, and few params have one.
        let isPlain = text.withUTF8 { bytes in
            memchr(bytes.baseAddress!, Int32(UInt8(ascii: "/")), bytes.count) == nil
                && memchr(bytes.baseAddress!, Int32(UInt8(ascii: "\\")), bytes.count) == nil
        }
        if !isPlain || method is ContactCreate.Type || method is ContactUpdate.Type { text = Recordable.withoutSecrets(text) }
        return text.utf8.count <= Recordable.limit ? text : Recordable.digest(text)
    }

    private func described<M: Method>(_ method: M.Type) throws -> [UInt8] {
        guard let params = params as? M.Params else { return Array("{}".utf8) }
        return try JSON.encode(OutgoingParams(M.self, params: params, common: common))
    }
}

enum Recordable {
    /// Bytes. More than nearly anybody sends, and less than fills a disk; larger ones are known by their digest.
    static let limit = 16 << 10

    static func digest(_ text: String) -> String {
        let digest = SHA256.hash(data: Data(text.utf8)).withUnsafeBytes(Hex.text)
        return #"{"bytes":\#(text.utf8.count),"sha256":"\#(digest)"}"#
    }

    static func withoutSecrets(_ text: String) -> String {
        guard let value = try? JSON.decode(JSONValue.self, from: Array(text.utf8)) else { return "{}" }
        let kept = withoutSecrets(value)
        guard kept != value, let json = try? JSON.encode(kept) else { return text }
        return String(decoding: json, as: UTF8.self)
    }

    private static func withoutSecrets(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(withoutPath(text))
        case .array(let items): .array(items.map(withoutSecrets))
        case .object(let members): .object(withoutHook(members).mapValues(withoutSecrets))
        case .null, .bool, .number: value
        }
    }

    /// An address of these kinds is the name of a hook. What is none may be the hook's own address, also without `https://`.
    private static func withoutHook(_ members: [String: JSONValue]) -> [String: JSONValue] {
        guard members["kind"] == "slack" || members["kind"] == "webhook", case .string(let value)? = members["value"],
            !Text.isPlainName(value)
        else { return members }
        return members.merging(["value": "…"]) { $1 }
    }

    private static func withoutPath(_ text: String) -> String {
        guard let scheme = text.range(of: "://") else { return text }
        // What stands before the host may be a password.
        let authority = text[scheme.upperBound...].prefix { !"/?# ".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return text[..<scheme.upperBound] + host + "/…"
    }
}
