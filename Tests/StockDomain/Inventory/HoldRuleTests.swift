import StockDomain
import StockTestSupport
import Testing

@Suite struct HoldRuleTests {
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func stock(_ random: inout SeededGenerator) -> LineStock {
        func some(_ range: ClosedRange<Int64>) -> Quantity { Quantity(scaled: Int64.random(in: range, using: &random)) }
        var stock = LineStock(
            onHand: some(-3...9), held: some(0...9), tracking: Tracking.allCases.randomElement(using: &random)!,
            retired: Int.random(in: 0..<8, using: &random) == 0)
        if Bool.random(using: &random) {
            let quantity = Int64.random(in: 1...9, using: &random)
            let held = Int64.random(in: 0...quantity, using: &random)
            stock.sale = SaleStock(
                quantity: Quantity(scaled: quantity), held: Quantity(scaled: held), sold: some(0...(quantity - held)))
            if Bool.random(using: &random) { stock.limit = CustomerLimit(limit: some(1...6), used: some(0...7)) }
        }
        return stock
    }

    @Test func whatIsHeldWasThereAndWhatIsOfferedInsteadIsHeld() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<50_000 {
            let stock = Self.stock(&random)
            let quantity = Quantity(scaled: Int64.random(in: 1...9, using: &random))
            guard let refusal = HoldRule.refusal(of: quantity, from: stock) else {
                #expect(stock.tracking == .tracked && !stock.retired && stock.held + quantity <= stock.onHand)
                if let sale = stock.sale { #expect(sale.held + sale.sold + quantity <= sale.quantity) }
                if let limit = stock.limit { #expect(limit.used + quantity <= limit.limit) }
                continue
            }
            guard let available = refusal.available else { continue }
            #expect(available >= .zero && available < quantity)
            // One more than what is offered is refused, and what is offered is not, but for the customer's limit.
            #expect(HoldRule.refusal(of: available + Quantity(scaled: 1), from: stock) != nil)
            if available > .zero, case .customerLimit = refusal { #expect(HoldRule.refusal(of: available, from: stock) == nil) }
            if available > .zero, case .insufficientStock = refusal, stock.limit == nil {
                #expect(HoldRule.refusal(of: available, from: stock) == nil)
            }
        }
    }

    @Test func aPaymentNeverSellsMoreThanIsThereNorWhatOthersHold() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<50_000 {
            let lines = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (quantity: Quantity(scaled: Int64.random(in: 1...6, using: &random)), stock: Self.stock(&random))
            }
            let state = HoldState.allCases.randomElement(using: &random)!
            let hold = StandingHold(
                state: state, expiresAt: Timestamp(milliseconds: Int64.random(in: 999_990...1_000_010, using: &random)),
                paymentRef: state == .confirmed ? ["a", "b"].randomElement(using: &random) : nil)
            switch HoldRule.decide(payment: "a", for: hold, lines: lines, now: Self.now) {
            case .known:
                #expect(hold.state == .confirmed && hold.paymentRef == "a")
            case .sell(let late, let retaking):
                #expect(late == (Self.now >= hold.expiresAt || state == .expired))
                #expect(retaking == (state == .expired) && (state == .held || state == .expired))
                for line in lines {
                    #expect(line.stock.onHand >= line.quantity)
                    if retaking {
                        #expect(line.stock.onHand - line.stock.held >= line.quantity)
                        if let sale = line.stock.sale { #expect(sale.left >= line.quantity) }
                        if let limit = line.stock.limit { #expect(limit.used + line.quantity <= limit.limit) }
                    }
                }
            case .refuse(let refusal):
                #expect(refusal.available >= .zero)
                switch refusal.reason {
                case .alreadyConfirmed: #expect(state == .confirmed && hold.paymentRef == "b")
                case .holdCancelled: #expect(state == .cancelled)
                case .keyReused: Issue.record("the rule knows nothing of keys")
                case .insufficientStock, .customerLimit:
                    #expect(refusal.line.map { refusal.available < lines[$0].quantity } == true)
                }
            }
        }
    }

    @Test(arguments: [
        // onHand, held of the level, quantity, held, sold of the sale: left, only left, sold out
        (100, 0, 50, 0, 0, 50, nil, false), (100, 0, 50, 40, 0, 10, 10, false), (100, 0, 50, 39, 0, 11, nil, false),
        (100, 0, 50, 50, 0, 0, nil, false), (100, 0, 50, 0, 50, 0, nil, true), (100, 0, 50, 1, 49, 0, nil, false),
        (3, 0, 50, 0, 0, 3, 3, false), (3, 3, 50, 3, 0, 0, nil, false), (3, 5, 50, 5, 0, 0, nil, false),
        (0, 0, 50, 0, 0, 0, nil, true), (-2, 0, 50, 0, 0, 0, nil, true),
    ] as [(Int, Int, Int, Int, Int, Int, Int?, Bool)])
    func aSaleIsSoldOutOnlyForGood(
        onHand: Int, held: Int, quantity: Int, inCarts: Int, sold: Int, left: Int, onlyLeft: Int?, soldOut: Bool
    ) {
        let sale = SaleStock(quantity: Quantity(quantity), held: Quantity(inCarts), sold: Quantity(sold))
        let stock = LineStock(onHand: Quantity(onHand), held: Quantity(held))
        let showing = SaleShowing(sale, of: stock, while: .running)
        #expect(showing.left == Quantity(left))
        #expect(showing.onlyLeft == onlyLeft.map { Quantity($0) })
        #expect(showing.soldOut == soldOut)
        for state in [SaleHours.State.planned, .ended] {
            let other = SaleShowing(sale, of: stock, while: state)
            #expect(other.left == .zero && other.onlyLeft == nil && other.soldOut == soldOut)
        }
    }
}
