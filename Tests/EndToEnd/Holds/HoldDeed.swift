import Foundation
import StockClient
import StockWire

/// Something that a shop asks of the daemon, and what it was told.
struct HoldDeed: Sendable {
    enum Request: Hashable, Sendable {
        case place(order: String, lines: [String: Int], sale: String?, customer: String?, seconds: Int)
        case confirm(hold: Int64, payment: String)
        case cancel(hold: Int64)
        case receive(sku: String, quantity: Int)
    }

    enum Answer: Sendable {
        /// The daemon was gone before it answered.
        case none
        case done(Wire.Hold?, raw: [UInt8])
        case refused(ErrorObject)
    }

    var request: Request
    var key: String?
    var answer = Answer.none

    /// The hold that it answered with.
    var hold: Wire.Hold? { if case .done(let hold, _) = answer { hold } else { nil } }
    var isDone: Bool { if case .done = answer { true } else { false } }
    var isUnanswered: Bool { if case .none = answer { true } else { false } }
    /// The answer to the letter, or what was refused.
    var text: String {
        switch answer {
        case .none: "nothing"
        case .done(_, let raw): String(decoding: raw, as: UTF8.self)
        case .refused(let error): error.message
        }
    }
    var refusal: ErrorObject? { if case .refused(let error) = answer { error } else { nil } }
}

extension HoldDeed.Request {
    static let location = "store-1"

    /// Sends it; what it returns waits for the answer.
    func send(_ client: Client, key: String?) throws -> () -> HoldDeed.Answer {
        let common = CommonParams(idempotencyKey: key)
        func asked<M: Method>(
            _ method: M.Type, _ params: M.Params, _ hold: @escaping (M.Result) -> Wire.Hold?
        ) throws -> () -> HoldDeed.Answer {
            let pending = try client.start(method, params, common: common)
            return {
                do {
                    guard let raw = try client.rawResult(of: pending) else { return .none }
                    return .done(hold(try JSON.decode(M.Result.self, from: raw)), raw: raw)
                } catch ClientError.refused(let error) {
                    return .refused(error)
                } catch {
                    return .none
                }
            }
        }
        switch self {
        case .place(let order, let lines, let sale, let customer, let seconds):
            let params = HoldPlace.Params(
                lines: lines.sorted { $0.key < $1.key }.map {
                    Wire.LineToHold(sku: $0.key, location: Self.location, quantity: Decimal($0.value))
                }, sale: sale, ttlS: seconds, orderRef: order, customer: customer)
            return try asked(HoldPlace.self, params) { $0.hold }
        case .confirm(let hold, let payment):
            return try asked(HoldConfirm.self, HoldConfirm.Params(id: hold, paymentRef: payment)) { $0.hold }
        case .cancel(let hold):
            return try asked(HoldCancel.self, HoldCancel.Params(id: hold)) { $0.hold }
        case .receive(let sku, let quantity):
            let params = StockReceive.Params(sku: sku, location: Self.location, quantity: Decimal(quantity))
            return try asked(StockReceive.self, params) { _ in nil }
        }
    }
}

extension Array<HoldDeed> {
    /// Sends all, some at a time, and waits for the answers of those that could be sent.
    mutating func carryOut(_ client: Client) {
        var waiting: [(index: Int, answer: () -> HoldDeed.Answer)] = []
        func take() {
            let (index, answer) = waiting.removeFirst()
            self[index].answer = answer()
        }
        for index in indices {
            if waiting.count == 16 { take() }
            guard let answer = try? self[index].request.send(client, key: self[index].key) else { break }
            waiting.append((index, answer))
        }
        while !waiting.isEmpty { take() }
    }
}
