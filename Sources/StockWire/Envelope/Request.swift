import FoundationEssentials

/// A request that was understood: its method is known, its params are decoded and have no unknown member.
package struct Request: Sendable {
    /// `nil`: a notification, which gets no reply.
    package var id: RequestID?
    package var method: any Method.Type
    /// The method's `Params`.
    package var params: any Codable & Sendable
    package var common: CommonParams
    /// The object as it was sent, but for what the method leaves unrecorded; nil where it only reads.
    package var sent: String?

    package init(
        id: RequestID?, method: any Method.Type, params: any Codable & Sendable, common: CommonParams, sent: String? = nil
    ) {
        self.id = id
        self.method = method
        self.params = params
        self.common = common
        self.sent = sent
    }

    /// The same bytes for the same params, however they were written: what an idempotency key is compared with.
    package func canonicalParams() throws -> [UInt8] { try JSON.encode(params) }
}

/// One request of a line, or why it is none.
package enum Incoming: Sendable {
    case request(Request)
    /// To be answered with the error; `.null` where the id could not be read.
    case refused(id: RequestID, ErrorObject)
    /// A notification that was not understood: there is nobody to tell.
    case refusedNotification(ErrorObject)
}

/// What a line holds.
package enum IncomingLine: Sendable {
    case single(Incoming)
    /// To be answered by one array, without the notifications; by nothing if all are.
    case batch([Incoming])

    /// Reads a line (without its end) in one pass. Never fails as a whole: what is wrong is in the items.
    package init(_ line: UnsafeRawBufferPointer) {
        let tape: JSONTape
        do {
            tape = try JSONTape(line)
        } catch {
            self = .single(.refused(id: .null, Self.explain(error)))
            return
        }
        guard tape.kind(0) == .array else {
            self = .single(Incoming(tape, 0))
            return
        }
        let items = tape.elements(of: 0)
        self =
            switch items.count {
            case 0: .single(.refused(id: .null, .invalidRequest("a batch must hold at least one request")))
            case ...Wire.batchLimit: .batch(items.map { Incoming(tape, $0) })
            default:
                .single(
                    .refused(id: .null, .invalidRequest("a batch must not hold more than \(Wire.batchLimit) requests")))
            }
    }

    package init(_ line: [UInt8]) {
        self = line.withUnsafeBytes { IncomingLine($0) }
    }

    private static func explain(_ problem: JSONScan.Problem) -> ErrorObject {
        switch problem {
        case .syntax(let at): .parse("the line is not JSON: unexpected byte or end at offset \(at)")
        case .notUTF8: .parse("the line is not UTF-8")
        case .tooDeep(let limit): .invalidRequest("nesting deeper than \(limit) levels")
        }
    }
}

extension Incoming {
    fileprivate init(_ tape: JSONTape, _ node: Int) {
        guard tape.kind(node) == .object else {
            self = .refused(id: .null, .invalidRequest("a request must be an object"))
            return
        }
        func text(_ name: String) -> String? {
            guard let member = tape.member(name, of: node), tape.kind(member) == .string else { return nil }
            return tape.text(member)
        }
        let repeated = tape.repeated(in: node)
        var id: RequestID?
        if repeated != "id", let member = tape.member("id", of: node) {
            guard let given = try? RequestID(from: StrictDecoder(tape, member, root: member)) else {
                self = .refused(id: .null, .invalidRequest("id must be a string, a number or null"))
                return
            }
            id = given
        }
        if let repeated {
            self = .refused(
                id: id ?? .null, .invalidRequest("\(repeated.prefix(64)) is there twice: a request must have each member once"))
            return
        }
        guard text("jsonrpc") == "2.0" else {
            self = .refused(id: id ?? .null, .invalidRequest("jsonrpc must be \"2.0\""))
            return
        }
        guard let name = text("method") else {
            self = .refused(id: id ?? .null, .invalidRequest("method must be a string"))
            return
        }
        func refused(_ error: ErrorObject) -> Incoming {
            id.map { .refused(id: $0, error) } ?? .refusedNotification(error)
        }
        guard let method = Methods.named(name) else {
            let nearest = Spelling.nearest(to: name, in: Methods.all.map { $0.name })
            self = refused(ErrorObject(.unknownMethod, "\(name.prefix(64)) \(Spelling.unknown("method", nearest: nearest))"))
            return
        }
        do {
            let params = tape.member("params", of: node) ?? -1
            self = .request(try Self.request(id, method, StrictDecoder(tape, params, root: params)))
        } catch let error as DecodingError {
            self = refused(ErrorObject(error))
        } catch {
            self = refused(.internal("the request cannot be read"))
        }
    }

    private static func request<M: Method>(_ id: RequestID?, _ method: M.Type, _ decoder: StrictDecoder) throws -> Request {
        // Also of a method without params they must be an object.
        _ = try decoder.container(keyedBy: AnyKey.self)
        let params = try M.Params(from: decoder)
        let common = try CommonParams(from: decoder, for: method)
        try decoder.refuseUnknown()
        let sent = method.effect == .changes ? decoder.tape.objectText(decoder.node, without: method.unrecorded) : nil
        return Request(id: id, method: method, params: params, common: common, sent: sent)
    }
}
