import Foundation
import StockClient
import StockTestSupport
import StockWire
import Synchronization

/// One client of a busy shop: places, pays for, cancels and restocks a few products that others want as well, several
/// requests at a time, until the daemon is gone.
struct HoldShopper {
    /// Products that everybody wants, one that is held for a second only, and one that is on sale.
    static let wanted = (0..<4).map { "hot-\($0)" }, brief = "brief", deal = "deal", sale = "friday"
    static let skus = wanted + [brief, deal]

    private static let inFlight = 8

    let round: UInt64
    let number: Int
    private var random: SeededGenerator
    private var count = 0
    /// Holds that may be paid for or cancelled: its own, and those of the round before, which all clients have.
    private var holds: [Int64]
    private var payments: [HoldDeed.Request] = []
    private(set) var deeds: [HoldDeed] = []

    init(round: UInt64, number: Int, seed: UInt64, holds: [Int64]) {
        self.round = round
        self.number = number
        self.holds = holds
        random = SeededGenerator(seed: seed)
    }

    /// Calls `answered` after each answer. Returns when the daemon is gone.
    mutating func run(socket: String, answered: () -> Void) {
        guard let client = try? Client(socketPath: socket) else { return }
        var waiting: [(index: Int, answer: () -> HoldDeed.Answer)] = []
        var isUp = true
        while isUp || !waiting.isEmpty {
            while isUp, waiting.count < Self.inFlight {
                deeds.append(next())
                if let answer = try? deeds[deeds.count - 1].request.send(client, key: deeds[deeds.count - 1].key) {
                    waiting.append((deeds.count - 1, answer))
                } else {
                    isUp = false
                }
            }
            // What has been answered before the end is read after it, too.
            guard !waiting.isEmpty else { return }
            let (index, answer) = waiting.removeFirst()
            deeds[index].answer = answer()
            if deeds[index].isUnanswered { isUp = false } else { answered() }
            if let hold = deeds[index].hold, case .place = deeds[index].request { holds.append(hold.id) }
        }
    }

    private mutating func next() -> HoldDeed {
        count += 1
        let name = "\(round)-\(number)-\(count)"
        let request: HoldDeed.Request
        switch roll(20) {
        case ..<9: request = place(name)
        case ..<14: request = pay(name)
        case ..<16: request = holds.isEmpty ? place(name) : .cancel(hold: holds.remove(at: roll(holds.count)))
        case ..<17: request = payments.isEmpty ? place(name) : payments[roll(payments.count)]
        default: request = .receive(sku: HoldShopper.skus[roll(HoldShopper.skus.count)], quantity: 1 + roll(6))
        }
        // What came in must not come in twice, and nobody can see whether it has.
        let needsKey = if case .receive = request { true } else { false }
        return HoldDeed(request: request, key: needsKey || oneIn(3) ? name : nil)
    }

    private mutating func place(_ order: String) -> HoldDeed.Request {
        switch roll(8) {
        case 0:
            return .place(order: order, lines: [Self.brief: 1], sale: nil, customer: nil, seconds: 1)
        case 1, 2:
            let customer = "\(round)-\(roll(6))"
            return .place(order: order, lines: [Self.deal: 1 + roll(2)], sale: Self.sale, customer: customer, seconds: 3600)
        default:
            var lines: [String: Int] = [:]
            for _ in 0...roll(2) { lines[Self.wanted[roll(Self.wanted.count)]] = 1 + roll(3) }
            return .place(order: order, lines: lines, sale: nil, customer: nil, seconds: 3600)
        }
    }

    /// By a payment that other clients report as well, or one of its own.
    private mutating func pay(_ name: String) -> HoldDeed.Request {
        guard !holds.isEmpty else { return place(name) }
        let hold = holds[roll(holds.count)]
        let request = HoldDeed.Request.confirm(hold: hold, payment: oneIn(2) ? "pay-\(hold)" : "pay-\(name)")
        payments.append(request)
        return request
    }

    private mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    private mutating func oneIn(_ sides: Int) -> Bool { roll(sides) == 0 }
}
