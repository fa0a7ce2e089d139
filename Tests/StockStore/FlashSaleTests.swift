import StockDomain
import Testing
@testable import StockStore

@Suite struct FlashSaleTests {
    @Test func aSaleSellsItsOwnQuantityAndNoMoreThanIsThere() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 8)
        try f.sale("friday", ("A", 5, nil))
        let hold = try f.place("A", 4, sale: "friday")
        #expect(hold.sale == "friday" && hold.lines[0].price == Money(amount: 999, currency: "EUR"))
        #expect(hold.lines[0].remaining == Quantity(1))
        #expect(try f.refusal { try f.place("A", 2, sale: "friday") } == .insufficientStock(available: Quantity(1)))
        // The sale sets nothing aside: what is left of it can go to others.
        try f.place("A", 4)
        #expect(try f.refusal { try f.place("A", 1, sale: "friday") } == .insufficientStock(available: .zero))
        #expect(try f.sale("friday").showings(at: f.now)[0].left == .zero)
        #expect(try f.level(key).available == .zero)
        try f.checkHolds()
    }

    @Test func whatIsPaidForStaysSoldAndWhatIsGivenBackCanBeHeldAgain() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        try f.sale("friday", ("A", 5, nil))
        let paid = try f.place("A", 2, sale: "friday"), cancelled = try f.place("A", 2, sale: "friday")
        let expired = try f.place("A", 1, sale: "friday", for: .seconds(1))
        try f.confirm(paid)
        try f.cancel(cancelled)
        f.now = f.now + .seconds(1)
        try f.expire()
        let sale = try f.sale("friday"), showing = sale.showings(at: f.now)[0]
        #expect(sale.lines[0].sale == SaleStock(quantity: Quantity(5), held: .zero, sold: Quantity(2)))
        #expect(showing.left == Quantity(3) && showing.onlyLeft == Quantity(3) && !showing.soldOut)
        try f.place("A", 3, sale: "friday")
        // All that is left is in somebody's cart: not sold out, and a late payment finds nothing.
        #expect(try f.sale("friday").showings(at: f.now)[0].soldOut == false)
        #expect(try f.refund(expired) == PaymentRefusal(reason: .insufficientStock, available: .zero, line: 0))
        try f.checkHolds()
    }

    @Test func aLatePaymentIsServedAfterTheSaleHasEnded() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        try f.sale("friday", ("A", 5, 2), to: .minutes(20))
        let inTime = try f.place("A", 2, sale: "friday", for: .minutes(30), customer: "ann")
        let late = try f.place("A", 2, sale: "friday", for: .minutes(5), customer: "bob")
        f.now = f.now + .minutes(25)
        try f.expire()
        #expect(try f.refusal { try f.place("A", 1, sale: "friday", customer: "eve") } == .saleEnded(at: f.now - .minutes(5)))
        #expect(try f.confirm(inTime).get().late == false)
        #expect(try f.confirm(late).get().late)
        #expect(try f.sale("friday").lines[0].sale.sold == Quantity(4))
        try f.checkHolds()
    }

    @Test func aCustomerHoldsAndBuysNoMoreThanTheLimitHoweverTheyGoAboutIt() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        try f.sale("friday", ("A", 50, 3))
        #expect { try f.place("A", 1, sale: "friday") } throws: { "\($0)".contains("customer must be given") }
        let first = try f.place("A", 2, sale: "friday", for: .minutes(1), customer: "ann")
        #expect(try f.refusal { try f.place("A", 2, sale: "friday", customer: "ann") } == .customerLimit(available: Quantity(1)))
        try f.place("A", 3, sale: "friday", customer: "bob")
        f.now = f.now + .minutes(1)
        try f.expire()
        let second = try f.place("A", 3, sale: "friday", customer: "ann")
        try f.confirm(second)
        // Paying for what had expired as well would be five.
        #expect(try f.refund(first) == PaymentRefusal(reason: .customerLimit, available: .zero, line: 0))
        #expect(try f.refusal { try f.place("A", 1, sale: "friday", customer: "ann") } == .customerLimit(available: .zero))
        // Outside the sale they may buy as much as there is.
        try f.place("A", 10, customer: "ann")
        try f.checkHolds()
    }

    @Test func whoGivesEverythingBackLeavesNothingBehind() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        try f.sale("friday", ("A", 50, 3))
        let one = try f.place("A", 1, sale: "friday", customer: "ann"), two = try f.place("A", 2, sale: "friday", customer: "ann")
        let rows = { [f] in try f.write { tx, _ in try tx.sql.int(SQL("SELECT COUNT(*) FROM flash_sale_customer")) } }
        try f.cancel(one)
        try f.checkHolds()
        #expect(try rows() == 1)
        try f.cancel(two)
        #expect(try rows() == 0)
    }

    @Test func nothingIsHeldBeforeASaleBeginsNorAfterItEnds() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        try f.stock("B", 100)
        try f.sale("friday", ("A", 50, nil), from: .minutes(5), to: .minutes(10))
        let start = f.now + .minutes(5)
        let place = { try f.place("A", 1, sale: "friday") }
        f.now = start - .milliseconds(1)
        #expect(try f.refusal(place) == .saleNotStarted(until: start))
        f.now = start
        _ = try place()
        #expect { try f.place("B", 1, sale: "friday") } throws: {
            ($0 as? StoreError)?.code == .notFound && ($0 as? StoreError)?.field == "sku"
        }
        #expect { try f.place("A", 1, sale: "monday") } throws: { ($0 as? StoreError)?.field == "sale" }
        func end() throws -> SaleRecord {
            try f.write { [id = f.tenantID] tx, now in try tx.endSale("friday", tenantID: id, now: now) }
        }
        let ended = try end()
        #expect(ended.hours.endedAt == start)
        f.now = f.now - .minutes(1)
        // Also with a clock that was set back it stays ended; ending it again changes nothing.
        #expect(try f.refusal(place) == .saleEnded(at: start))
        #expect(try end() == ended)
        #expect(try f.events("sale.").map(\.kind) == ["sale.created", "sale.ended"])
    }

    @Test func salesAreListedByStateNewestFirst() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        for (name, start, end) in [("over", Duration.zero, Duration.minutes(1)), ("now", .zero, .hours(2)), ("next", .hours(1), .hours(2))] {
            try f.sale(name, ("A", 5, nil), from: start, to: end)
        }
        f.now = f.now + .minutes(1)
        func list(_ state: SaleHours.State?) throws -> [String] {
            try f.write { [id = f.tenantID] tx, now in
                try tx.sales(tenantID: id, state: state, before: nil, limit: 10, now: now).map(\.name)
            }
        }
        #expect(try [list(nil), list(.planned), list(.running), list(.ended)] == [["next", "now", "over"], ["next"], ["now"], ["over"]])
    }

    @Test func aSaleThatMakesNoSenseIsRefusedWithItsPlace() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        func problem(_ lines: [SaleDraft.Line], from: Duration = .zero, to: Duration = .hours(1), name: String = "x") -> String {
            do {
                let draft = SaleDraft(name: name, startsAt: f.now + from, endsAt: f.now + to, lines: lines)
                _ = try f.write { [id = f.tenantID] tx, now in try tx.createSale(draft, tenantID: id, now: now) }
                return ""
            } catch let error as StoreError {
                if case .invalid(let field) = error.code { return field }
                return error.field ?? "\(error.code)"
            } catch { return "\(error)" }
        }
        let line = SaleDraft.Line(sku: "A", location: "store-1", quantity: Quantity(1))
        var free = line, limited = line, unknown = line
        free.price = Money(amount: -1, currency: "EUR")
        limited.limitPerCustomer = .zero
        unknown.location = "nowhere"
        #expect(problem([]) == "lines")
        #expect(problem([line], to: .zero) == "ends_at")
        #expect(problem([line], from: .hours(-2), to: .hours(-1)) == "ends_at")
        #expect(problem([line], name: "a\u{7}b") == "name")
        #expect(problem([line, free]) == "lines[1].price.amount")
        #expect(problem([limited]) == "lines[0].limit_per_customer")
        #expect(problem([unknown]) == "lines[0].location")
        #expect(problem([line, line]) == "lines[1].sku")
        #expect(problem(Array(repeating: line, count: 101)) == "lines")
        #expect(problem([line]) == "")
        #expect(problem([line]).contains("exists"))
    }
}
