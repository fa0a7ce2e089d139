import Foundation
import StockWire

/// What the clients know from the answers they got, to hold against what the daemon says afterwards. Whatever does not
/// fit is a problem in words. One thread at a time keeps them.
final class HoldBooks: @unchecked Sendable {
    struct Fact: Hashable {
        var state: Wire.HoldState
        var lines: [String: Int]
        var payment: String?
        var refused: Set<String>
    }

    private(set) var facts: [Int64: Fact] = [:]
    /// Units that came in and that were paid for, by SKU.
    private var received: [String: Int] = [:]
    private var sold: [String: Int] = [:]
    private(set) var problems: [String] = []

    init(stock: [String: Int]) { received = stock }

    /// `seen`: at least all holds that the deeds are about.
    func judge(_ deeds: [HoldDeed], against seen: [Wire.Hold]) {
        let byID = Dictionary(uniqueKeysWithValues: seen.map { ($0.id, $0) })
        let byOrder = Dictionary(grouping: seen, by: \.orderRef)
        var ofHold: [Int64: [HoldDeed]] = [:]
        var placed: Set<String> = []
        for deed in deeds {
            switch deed.request {
            case .place(let order, let lines, _, _, _):
                placed.insert(order)
                judge(deed, order, lines, found: byOrder[order] ?? [])
            case .confirm(let hold, _), .cancel(let hold):
                ofHold[hold, default: []].append(deed)
                if byID[hold] == nil { problems.append("hold \(hold) is gone") }
            case .receive(let sku, let quantity):
                if deed.isDone { received[sku, default: 0] += quantity }
            }
        }
        for hold in seen {
            if facts[hold.id] == nil, !placed.contains(hold.orderRef) {
                problems.append("hold \(hold.id) is of an order that nobody placed, \(hold.orderRef)")
            }
            judge(hold, ofHold[hold.id] ?? [])
        }
    }

    private func judge(_ deed: HoldDeed, _ order: String, _ lines: [String: Int], found: [Wire.Hold]) {
        if found.count > 1 { problems.append("order \(order) was placed \(found.count) times") }
        if let hold = found.first, hold.units != lines { problems.append("order \(order) holds \(hold.units), not \(lines)") }
        switch deed.answer {
        case .done(let hold, _):
            if hold == nil || found.first?.id != hold?.id {
                problems.append("hold \(hold?.id ?? 0) of order \(order) was promised, and is not there")
            }
        case .refused(let error):
            if !found.isEmpty { problems.append("order \(order) was refused (\(error.message)), and is there") }
        case .none: break
        }
    }

    private func judge(_ hold: Wire.Hold, _ deeds: [HoldDeed]) {
        func problem(_ text: String) {
            problems.append("hold \(hold.id), \(hold.state.rawValue) by \(hold.paymentRef ?? "nothing"): \(text)")
        }
        let before = facts[hold.id]
        var paid: Set<String> = [], unanswered: Set<String> = [], refused = before?.refused ?? []
        var cancelled = before?.state == .cancelled, mayBeCancelled = cancelled
        if before?.state == .confirmed, let payment = before?.payment { paid.insert(payment) }
        for deed in deeds {
            switch (deed.request, deed.answer) {
            case (.confirm(_, let payment), .done): paid.insert(payment)
            case (.confirm(_, let payment), .none): unanswered.insert(payment)
            case (.confirm(_, let payment), .refused(let error)):
                guard error.details["refund"] == .bool(true) else {
                    problem("\(payment) was refused without a refund: \(error.message)")
                    continue
                }
                refused.insert(payment)
                if error.reason == "already_confirmed", hold.state != .confirmed { problem("\(payment) came second to nothing") }
                if error.reason == "hold_cancelled", hold.state != .cancelled { problem("\(payment) was refused as cancelled") }
            case (.cancel, .done): cancelled = true
            case (.cancel, .none): mayBeCancelled = true
            case (.cancel, .refused(let error)):
                if error.details["state"] == .string("confirmed"), hold.state != .confirmed { problem("was not cancelled as paid") }
            case (.place, _), (.receive, _): break
            }
        }
        if paid.count > 1 { problem("was paid for by \(paid.sorted())") }
        if !paid.isEmpty, hold.state != .confirmed { problem("was paid for by \(paid.sorted())") }
        if cancelled, hold.state != .cancelled { problem("was cancelled") }
        switch hold.state {
        case .confirmed:
            if !paid.union(unanswered).contains(hold.paymentRef ?? "") { problem("nobody paid so") }
        case .cancelled:
            if !cancelled, !mayBeCancelled { problem("nobody cancelled it") }
        case .expired:
            if hold.units[HoldShopper.brief] == nil { problem("its time was not up") }
        case .held:
            if before?.state == .expired { problem("it had expired") }
        }
        let kept = Set(hold.refusedPayments.map(\.paymentRef))
        if !kept.isSuperset(of: refused) { problem("forgot that it refused \(refused.subtracting(kept).sorted())") }
        if !kept.isSubset(of: refused.union(unanswered)) { problem("refused \(kept.subtracting(refused).sorted()) unasked") }
        if hold.state == .confirmed, before?.state != .confirmed {
            for (sku, quantity) in hold.units { sold[sku, default: 0] += quantity }
        }
        facts[hold.id] = Fact(state: hold.state, lines: hold.units, payment: hold.paymentRef, refused: kept)
    }

    /// `standing`: every hold that stands. Of what is held for a second only, more may have expired since.
    func judge(_ levels: [Wire.Level], standing: Set<Int64>) {
        var held: [String: Int] = [:]
        for id in standing where facts[id]?.state == .held {
            for (sku, quantity) in facts[id]!.lines { held[sku, default: 0] += quantity }
        }
        for level in levels {
            let expected = (received[level.sku] ?? 0) - (sold[level.sku] ?? 0)
            if level.onHand != Decimal(expected) { problems.append("of \(level.sku) \(level.onHand) are there, not \(expected)") }
            if level.sku != HoldShopper.brief, level.held != Decimal(held[level.sku] ?? 0) {
                problems.append("of \(level.sku) \(level.held) are held, not \(held[level.sku] ?? 0)")
            }
            if level.onHand < level.held { problems.append("of \(level.sku) more is held than is there") }
        }
    }

    func note(_ problem: String) { problems.append(problem) }
}

extension Wire.Hold {
    /// By SKU.
    var units: [String: Int] {
        Dictionary(uniqueKeysWithValues: lines.map { ($0.sku, NSDecimalNumber(decimal: $0.quantity).intValue) })
    }
}
