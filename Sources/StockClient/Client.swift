import StockWire

/// A connection to the daemon, for one thread. Calls block; several may be under way.
package final class Client {
    /// A request that was sent, whose reply has not been taken yet.
    package struct Pending<M: Method> {
        let id: Int64
    }

    /// A reply's `result` as received.
    package typealias RawResult = [UInt8]

    /// The daemon's lines are not limited as ours are; this bounds what a broken one can make us hold.
    static let lineLimit = 64 << 20

    private let socket: UnixSocket
    private var framer = LineFramer(limit: Client.lineLimit)
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var lastID: Int64 = 0
    private var replies: [Int64: [UInt8]] = [:]
    private var events: [[UInt8]] = []
    private let patience: Duration

    /// How long the daemon may take for a reply, where nothing else is said.
    package static let patience = Duration.seconds(120)

    /// `patience`: how long the daemon may take for a reply. Throws `ClientError`.
    package init(socketPath: String, patience: Duration = Client.patience) throws {
        socket = try UnixSocket(path: socketPath)
        self.patience = patience
    }

    /// Throws `ClientError`; of what the daemon refused: `.refused`.
    package func call<M: Method>(_ method: M.Type, _ params: M.Params, common: CommonParams = .init()) throws -> M.Result {
        try take(start(method, params, common: common), patience)
    }

    /// The same, with the result as received.
    package func callRaw<M: Method>(_ method: M.Type, _ params: M.Params, common: CommonParams = .init()) throws -> RawResult {
        let pending = try start(method, params, common: common)
        guard let line = try line(of: pending.id, within: patience) else { throw ClientError.noReply(after: patience) }
        return try Client.result(of: line)
    }

    /// Sends a request and does not wait.
    package func start<M: Method>(_ method: M.Type, _ params: M.Params, common: CommonParams = .init()) throws -> Pending<M> {
        lastID += 1
        let request = OutgoingRequest(method, id: lastID, params: params, common: common)
        var line = try JSON.encode(request)
        line.append(UInt8(ascii: "\n"))
        do {
            try socket.write(line)
        } catch let error as ClientError {
            // A daemon that refuses a connection says why before it closes.
            if let refusal = try? readRefusal() { throw ClientError.refused(refusal) }
            throw error
        }
        return Pending(id: lastID)
    }

    /// The result of a request that was sent; nil if it has not come within `limit`. Without a limit, waits for as long
    /// as it takes.
    package func result<M: Method>(of pending: Pending<M>, within limit: Duration? = nil) throws -> M.Result? {
        try rawResult(of: pending, within: limit).map { try Client.decode(M.Result.self, $0) }
    }

    package func rawResult<M: Method>(of pending: Pending<M>, within limit: Duration? = nil) throws -> RawResult? {
        try line(of: pending.id, within: limit).map(Client.result)
    }

    /// The next event of a subscription on this connection, decoded and as received (the notification's `params`). Waits
    /// for as long as it takes.
    package func nextEvent() throws -> (event: EventNotification, raw: [UInt8]) {
        while true {
            if let next = try arrivedEvent() { return next }
            try readLine(within: nil)
        }
    }

    /// The same of one that has been read already; nil if there is none.
    package func arrivedEvent() throws -> (event: EventNotification, raw: [UInt8])? {
        guard !events.isEmpty else { return nil }
        let line = events.removeFirst()
        guard let range = JSONScan.member("params", of: line) else {
            throw ClientError.malformed(detail: "an event without params")
        }
        let raw = Array(line[range])
        return (try Client.decode(EventNotification.self, raw), raw)
    }

    /// For `poll`: it can be read when something has come. Then `readArrived` takes it in.
    package var descriptor: Int32 { socket.descriptor }

    /// Reads what has come, without waiting: `arrivedEvent` and `arrivedResult` then have it. Throws at the connection's end.
    package func readArrived() throws {
        while try readLine(within: .zero) {}
    }

    /// The result of a request that was sent, if its reply has been read already.
    package func arrivedResult<M: Method>(of pending: Pending<M>) throws -> M.Result? {
        guard let line = replies.removeValue(forKey: pending.id) else { return nil }
        return try Client.decode(M.Result.self, try Client.result(of: line))
    }

    private func take<M: Method>(_ pending: Pending<M>, _ limit: Duration) throws -> M.Result {
        guard let result = try result(of: pending, within: limit) else { throw ClientError.noReply(after: limit) }
        return result
    }

    private func line(of id: Int64, within limit: Duration?) throws -> [UInt8]? {
        let deadline = limit.map { ContinuousClock.now + $0 }
        while true {
            if let line = replies.removeValue(forKey: id) { return line }
            let left = deadline.map { max(.zero, $0 - .now) }
            guard try readLine(within: left) || left != .zero else { return nil }
        }
    }

    /// Reads on until a line is complete, and files it. False if none was within `limit`.
    @discardableResult
    private func readLine(within limit: Duration?) throws -> Bool {
        do {
            if let line = try framer.next() {
                try file(line)
                return true
            }
            guard let count = try socket.read(into: &buffer, within: limit) else { return false }
            guard count > 0 else {
                throw ClientError.closed(detail: framer.isInsideLine ? "in the middle of a line" : "")
            }
            framer.append(buffer[..<count])
            guard let line = try framer.next() else { return true }
            try file(line)
            return true
        } catch let error as LineFramer.TooLong {
            throw ClientError.malformed(detail: "a line of more than \(error.limit) bytes")
        }
    }

    private func file(_ line: [UInt8]) throws {
        do {
            try JSONScan.check(line)
        } catch {
            throw ClientError.malformed(detail: "a line that is not JSON")
        }
        guard let range = JSONScan.member("id", of: line) else {
            // Notifications of other kinds are for later versions.
            if JSONScan.member("method", of: line).map({ line[$0].elementsEqual(#""event""#.utf8) }) == true {
                events.append(line)
            }
            return
        }
        if let id = Int64(String(decoding: line[range], as: UTF8.self)) {
            replies[id] = line
        } else if let refusal = Client.refusal(in: line) {
            // Without an id it concerns the connection.
            throw ClientError.refused(refusal)
        } else {
            throw ClientError.malformed(detail: "a reply to nothing that was asked")
        }
    }

    private func readRefusal() throws -> ErrorObject? {
        do {
            while try readLine(within: .zero) {}
        } catch ClientError.refused(let error) {
            return error
        }
        return nil
    }

    private static func refusal(in line: [UInt8]) -> ErrorObject? {
        JSONScan.member("error", of: line).flatMap { try? JSON.decode(ErrorObject.self, from: line[$0]) }
    }

    private static func result(of line: [UInt8]) throws -> RawResult {
        if let error = refusal(in: line) { throw ClientError.refused(error) }
        guard let range = JSONScan.member("result", of: line) else {
            throw ClientError.malformed(detail: "neither a result nor an error")
        }
        return Array(line[range])
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        do {
            return try JSON.decode(type, from: bytes)
        } catch {
            throw ClientError.malformed(detail: "it is of another version than this program; `stockctl version` tells both")
        }
    }
}
