import StockDomain
import Testing
@testable import StockStore

@Suite struct HoldTests {
    @Test func aHoldLowersWhatIsAvailableAndLeavesWhatIsThere() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let hold = try f.place("A", 4)
        #expect(hold.state == .held && hold.expiresAt == f.now + .minutes(10) && hold.lines[0].remaining == Quantity(6))
        #expect(try f.hold(hold.id) == hold)
        let level = try f.level(key)
        #expect(level.onHand == Quantity(10) && level.held == Quantity(4) && level.available == Quantity(6))
        #expect(try f.refusal { try f.place("A", 7) } == .insufficientStock(available: Quantity(6)))
        try f.place("A", 6)
        #expect(try f.refusal { try f.place("A", 1) } == .insufficientStock(available: .zero))
        // Healthy by what is there: a hold is no sale yet.
        #expect(try f.alerts().isEmpty)
        try f.checkHolds()
    }

    @Test func ofSeveralLinesAllAreHeldOrNone() throws {
        let f = try StoreFixture()
        let a = try f.stock("A", 5), b = try f.stock("B", 1)
        #expect(throws: HoldConflict.self) { try f.place(("A", Quantity(5)), ("B", Quantity(2))) }
        #expect(try f.level(a).held == .zero && f.level(b).held == .zero)
        let hold = try f.place(("B", Quantity(1)), ("A", Quantity(2)))
        #expect(hold.lines.map(\.sku) == ["B", "A"] && hold.lines.map(\.remaining) == [.zero, Quantity(3)])
        #expect(try f.hold(hold.id) == hold)
        _ = try f.confirm(hold)
        #expect(try f.level(a).onHand == Quantity(3) && f.level(b).onHand == .zero)
        try f.checkHolds()
        #expect { try f.place(("A", Quantity(1)), ("A", Quantity(1))) } throws: { "\($0)".contains("named twice") }
    }

    @Test func quantitiesAreExactToTheFifthPlace() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 1)
        let third = Quantity(scaled: 33_333)
        for _ in 0..<3 { try f.place(("A", third)) }
        #expect(try f.refusal { try f.place(("A", Quantity(scaled: 2))) } == .insufficientStock(available: Quantity(scaled: 1)))
        let last = try f.place(("A", Quantity(scaled: 1)))
        #expect(try f.level(key).available == .zero)
        _ = try f.confirm(last)
        #expect(try f.level(key).onHand == Quantity(scaled: 99_999))
        try f.checkHolds()
    }

    @Test func whatIsNotTrackedOrRetiredIsNotHeld() throws {
        let f = try StoreFixture()
        try f.stock("A", 10)
        let tenantID = f.tenantID
        _ = try f.write { tx, now in try tx.createProduct(ProductDraft(sku: "B", name: "B"), tenantID: tenantID, now: now) }
        #expect(try f.refusal { try f.place("B", 1) } == .notTracked)
        _ = try f.write { tx, now in try tx.retireProduct("A", tenantID: tenantID, now: now) }
        #expect(try f.refusal { try f.place("A", 1) } == .productRetired)
        #expect { try f.place("C", 1) } throws: { ($0 as? StoreError)?.code == .notFound && ($0 as? StoreError)?.field == "sku" }
    }

    @Test(arguments: ["", " ", "a\u{0}b", "a\nb", "a\u{202E}b", String(repeating: "x", count: 129)])
    func aReferenceThatCouldForgeALineIsRefused(text: String) throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        func field(_ body: () throws -> Void) -> String? {
            do {
                try body()
            } catch let error as StoreError {
                if case .invalid(let field) = error.code { return field }
            } catch {}
            return nil
        }
        #expect(field { try f.place(("A", Quantity(1)), order: text) } == "order_ref")
        #expect(field { try f.place("A", 1, customer: text) } == "customer")
        let hold = try f.place("A", 1)
        #expect(field { try f.confirm(hold, text) } == "payment_ref")
        #expect(try f.level(key).held == Quantity(1))
    }

    @Test(arguments: [Duration.zero, .seconds(-5), .milliseconds(999), .seconds(604_801), .seconds(Int64.max)])
    func aLifetimeOutOfBoundsIsRefused(lifetime: Duration) throws {
        let f = try StoreFixture()
        try f.stock("A", 10)
        #expect { try f.place("A", 1, for: lifetime) } throws: { "\($0)".contains("ttl_s") }
    }

    @Test func aPaymentSellsWhatIsHeld() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let hold = try f.place("A", 4)
        f.now = f.now + .minutes(3)
        let paid = try f.confirm(hold).get()
        #expect(paid.state == .confirmed && paid.confirmedAt == f.now && paid.paymentRef == "pay-1" && !paid.late)
        let level = try f.level(key)
        #expect(level.onHand == Quantity(6) && level.held == .zero)
        let last = try #require(try f.write { tx, _ in try tx.history(key, from: nil, limit: 1).movements.first })
        #expect(last.kind == .sale && last.delta == Quantity(-4) && last.by == "shop")
        #expect(last.reason == "hold \(hold.id), order order-1")
        #expect(try f.write { tx, _ in try tx.sql.int(SQL("SELECT SUM(units) FROM demand_day")) } == Quantity(4).scaled)
        try f.checkHolds()
    }

    @Test func thePaymentGetsTheSameAnswerForMonths() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let hold = try f.place("A", 4)
        let first = try f.confirm(hold).get()
        for days in [0, 1, 89] {
            f.now = f.now + .days(Int64(days))
            try f.expire()
            #expect(try f.confirm(hold).get() == first)
        }
        #expect(try f.level(key).onHand == Quantity(6))
        #expect(try f.write { tx, _ in try tx.history(key, from: nil, limit: 9).movements.count } == 2)
    }

    @Test func aSecondPaymentIsToBeRefundedForEver() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10)
        let hold = try f.place("A", 4)
        try f.confirm(hold, "pay-1")
        #expect(try f.refund(hold, "pay-2") == PaymentRefusal(reason: .alreadyConfirmed))
        #expect(try f.refund(hold, "pay-2") == PaymentRefusal(reason: .alreadyConfirmed))
        #expect(try f.refund(hold, "pay-1") == nil)
        let kept = try f.hold(hold.id)
        #expect(kept.refused.map(\.paymentRef) == ["pay-2"] && kept.refused[0].at == f.now)
        #expect(try f.level(key).onHand == Quantity(6))
        let due = try f.events("hold.refund_due")
        #expect(due.map(\.refund?.paymentRef) == ["pay-2"] && due[0].hold?.id == hold.id)
    }

    @Test func whatWasSoldFromTheShelfMeanwhileCannotBePaidFor() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 5)
        let first = try f.place("A", 3), second = try f.place("A", 2)
        try f.set(key, 2)
        #expect(try f.refund(first) == PaymentRefusal(reason: .insufficientStock, available: Quantity(2), line: 0))
        #expect(try f.hold(first.id).state == .held)
        #expect(try f.refund(second) == nil)
        // The goods are back, but so is the money: the answer stays. Another payment may have them.
        try f.set(key, 50)
        #expect(try f.refund(first) == PaymentRefusal(reason: .insufficientStock, available: Quantity(2), line: 0))
        #expect(try f.refund(first, "pay-2") == nil)
        #expect(try f.level(key).onHand == Quantity(47))
        try f.checkHolds()
    }

    @Test func aLatePaymentTakesTheStockIfItIsStillThere() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 5)
        let inTime = try f.place("A", 2, for: .minutes(5)), late = try f.place("A", 3, for: .minutes(5))
        f.now = f.now + .minutes(5)
        // Before the timer has come round it still has its units.
        #expect(try f.confirm(inTime).get().late)
        #expect(try f.expire() == 1)
        #expect(try f.level(key).held == .zero)
        f.now = f.now + .days(3)
        let paid = try f.confirm(late).get()
        #expect(paid.late && paid.state == .confirmed && paid.expiredAt != nil)
        #expect(try f.level(key).onHand == .zero)
        try f.checkHolds()
    }

    @Test func aLatePaymentForWhatOthersHoldIsToBeRefunded() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 5)
        let hold = try f.place("A", 3)
        f.now = f.now + .minutes(10)
        try f.expire()
        let other = try f.place("A", 4)
        #expect(try f.refund(hold) == PaymentRefusal(reason: .insufficientStock, available: Quantity(1), line: 0))
        try f.cancel(other)
        #expect(try f.refund(hold) != nil)
        #expect(try f.hold(hold.id).state == .expired)
        #expect(try f.level(key).onHand == Quantity(5))
        try f.checkHolds()
    }

    @Test func whatIsCancelledIsGivenBackOnceAndItsPaymentRefunded() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 5)
        let hold = try f.place("A", 3)
        let first = try f.cancel(hold, reason: "changed their mind")
        #expect(first.state == .cancelled && first.cancelReason == "changed their mind")
        f.now = f.now + .hours(1)
        #expect(try f.cancel(hold) == first)
        #expect(try f.level(key).held == .zero)
        #expect(try f.refund(hold) == PaymentRefusal(reason: .holdCancelled))
        #expect(throws: HoldConflict.self) { try f.write { [id = f.tenantID] tx, now in
            try tx.extendHold(hold.id, lifetime: .minutes(1), tenantID: id, now: now) } }
        let paid = try f.place("A", 1)
        try f.confirm(paid)
        #expect { try f.cancel(paid) } throws: { ($0 as? HoldConflict)?.refusal == .notHeld(.confirmed) }
        try f.checkHolds()
    }

    @Test func aHoldExpiresOnTimeAndNotBeforeAlsoAfterItWasExtended() throws {
        let f = try StoreFixture()
        try f.stock("A", 5)
        let hold = try f.place("A", 3), other = try f.place("A", 1, for: .minutes(30))
        f.now = f.now + .minutes(9)
        let extended = try f.write { [id = f.tenantID] tx, now in
            try tx.extendHold(hold.id, lifetime: .minutes(10), tenantID: id, now: now)
        }
        #expect(extended.expiresAt == f.now + .minutes(10))
        f.now = f.now + .milliseconds(Duration.minutes(10).milliseconds - 1)
        #expect(try f.expire() == 0)
        f.now = f.now + .milliseconds(1)
        #expect(try f.write { tx, _ in try tx.nextHoldExpiry() } == f.now)
        #expect(try f.expire() == 1)
        let ended = try f.hold(hold.id)
        #expect(ended.state == .expired && ended.expiredAt == f.now)
        #expect(try f.write { tx, _ in try tx.nextHoldExpiry() } == other.expiresAt)
        #expect { try f.write { [id = f.tenantID] tx, now in
            try tx.extendHold(hold.id, lifetime: .minutes(10), tenantID: id, now: now) }
        } throws: { ($0 as? HoldConflict)?.refusal == .notHeld(.expired) }
        try f.checkHolds()
    }

    @Test func aClockThatWasSetBackKeepsNoHoldLongerThanItAskedFor() throws {
        let f = try StoreFixture()
        try f.stock("A", 5)
        let hold = try f.place("A", 3)
        f.now = f.now - .days(300)
        #expect(try f.expire() == 0)
        #expect(try f.write { tx, now in try tx.anchorHolds(limit: 500, now: now) } == 1)
        #expect(try f.write { tx, now in try tx.anchorHolds(limit: 500, now: now) } == 0)
        #expect(try f.hold(hold.id).expiresAt == f.now + .minutes(10))
        f.now = f.now + .minutes(10)
        #expect(try f.expire() == 1)
        try f.checkHolds()
    }

    @Test func tenThousandExpireInChunksAndEachIsAnEvent() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 10_000)
        let now = f.now
        try f.write { tx, _ in
            for index in 0..<10_000 {
                _ = try tx.placeHold(
                    HoldDraft(lines: [.init(sku: "A", location: "store-1", quantity: Quantity(1))], orderRef: "o\(index)"),
                    tenant: "default", now: now)
            }
        }
        #expect(try f.level(key).available == .zero)
        f.now = f.now + .minutes(10)
        var rounds = 0
        while try f.expire() > 0 { rounds += 1 }
        #expect(rounds == 20)
        #expect(try f.level(key).held == .zero)
        let expired = try f.events("hold.expired")
        #expect(expired.count == 10_000 && Set(expired.map(\.hold?.id)).count == 10_000)
        #expect(expired.last?.hold?.lines.first?.remaining == Quantity(10_000))
    }

    @Test func holdsAreFoundByStateOrderCustomerSaleAndRiskInPages() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 100)
        try f.stock("B", 5)
        try f.sale("friday", ("A", 50, nil))
        let plain = try f.place(("A", Quantity(1)), order: "x", customer: "ann")
        let inSale = try f.place(("A", Quantity(2)), sale: "friday", order: "y", customer: "ann")
        let paid = try f.place(("B", Quantity(1)), order: "x", customer: "bob")
        try f.confirm(paid)
        let many = try (0..<7).map { try f.place(("B", Quantity(scaled: 1)), order: "many-\($0)") }
        func list(_ filter: HoldFilter) throws -> [Int64] {
            var found: [Int64] = [], before: Int64?
            repeat {
                let page = try f.write { [before] tx, _ in try tx.holds(filter, before: before, limit: 3) }
                found += page.map(\.id)
                before = page.last?.id
            } while before != nil
            return found
        }
        let id = f.tenantID
        #expect(try list(HoldFilter(tenantID: id, orderRef: "x")) == [paid.id, plain.id])
        #expect(try list(HoldFilter(tenantID: id, customer: "ann")) == [inSale.id, plain.id])
        #expect(try list(HoldFilter(tenantID: id, sale: "friday")) == [inSale.id])
        #expect(try list(HoldFilter(tenantID: id, state: .confirmed)) == [paid.id])
        #expect(try list(HoldFilter(tenantID: nil, state: .held)) == many.reversed().map(\.id) + [inSale.id, plain.id])
        #expect(try list(HoldFilter(tenantID: id, atRisk: true)) == [])
        try f.set(key, 2)
        #expect(try list(HoldFilter(tenantID: id, atRisk: true)) == [inSale.id, plain.id])
        #expect(try list(HoldFilter(tenantID: id, sale: "friday", atRisk: true)) == [inSale.id])
        #expect(try list(HoldFilter(tenantID: id)).count == 10)
        #expect { try list(HoldFilter(tenantID: id, sale: "monday")) } throws: { "\($0)".contains("monday") }
    }

    @Test(arguments: [HoldFilter(tenantID: nil, state: .held), HoldFilter(tenantID: nil, orderRef: "x"), HoldFilter(tenantID: nil, customer: "ann")])
    func pagesOverAllTenantsHaveTheHoldsOfEachInTheirOrder(filter: HoldFilter) throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        _ = try f.write { tx, now in
            let other = try tx.sql.int(SQL("INSERT INTO tenant (name, time_zone, created_at) VALUES ('acme', 'UTC', 0) RETURNING id"))
            _ = try tx.createLocation("store-1", timeZone: "UTC", tenantID: other, now: now)
            let product = try tx.createProduct(ProductDraft(sku: "A", name: "Widget"), tenantID: other, now: now)
            let location = try tx.location("store-1", tenantID: other)
            _ = try tx.change(
                .count(Quantity(100)), productID: product.id, locationID: location.id, origin: MovementOrigin(at: now), now: now)
        }
        let placed = try (0..<12).map { index in
            let draft = HoldDraft(
                lines: [.init(sku: "A", location: "store-1", quantity: Quantity(1))], orderRef: "x", customer: "ann")
            return try f.write { tx, now in try tx.placeHold(draft, tenant: index % 3 == 0 ? "acme" : "default", now: now).id }
        }
        var found: [Int64] = []
        while found.count < 20 {
            let page = try f.write { [found] tx, _ in try tx.holds(filter, before: found.last, limit: 5).map(\.id) }
            if page.isEmpty { break }
            found += page
        }
        #expect(found == placed.reversed())
    }

    /// However many holds there are: a page is read from where it begins, and nothing is sorted.
    @Test(arguments: [
        (HoldFilter(tenantID: 1, state: .held), "hold_held"), (HoldFilter(tenantID: 1, atRisk: true), "hold_held"),
        (HoldFilter(tenantID: 1, state: .held, sale: "friday"), "hold_held"),
        (HoldFilter(tenantID: 1, state: .held, orderRef: "x"), "hold_order"),
        (HoldFilter(tenantID: 1, state: .held, customer: "ann"), "hold_customer"),
    ])
    func aPageIsReadAlongAnIndex(filter: HoldFilter, index: String) throws {
        let f = try StoreFixture()
        let statement = try #require(HoldListStatements.ofTenant(filter))
        let plan = try f.write { tx, _ in try tx.sql.all(SQL("EXPLAIN QUERY PLAN " + statement.text)) { $0.text(3) } }
        #expect(plan.contains { $0.hasPrefix("SEARCH hold USING INDEX \(index) (tenant_id=?") && $0.hasSuffix("id<?)") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN hold") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test func aTenantsHoldsAreNobodyElses() throws {
        let f = try StoreFixture()
        try f.stock("A", 10)
        let hold = try f.place("A", 1)
        let other = try f.write { tx, _ in
            try tx.sql.int(SQL("INSERT INTO tenant (name, time_zone, created_at) VALUES ('acme', 'UTC', 0) RETURNING id"))
        }
        #expect(try f.write { tx, _ in try tx.holds(HoldFilter(tenantID: other), before: nil, limit: 9).count } == 0)
        for attempt in [
            { tx, now in _ = try tx.hold(hold.id, tenantID: other) },
            { tx, now in _ = try tx.cancelHold(hold.id, reason: nil, tenantID: other, now: now) },
            { tx, now in _ = try tx.confirmHold(hold.id, paymentRef: "p", by: nil, tenantID: other, now: now) },
            { tx, now in _ = try tx.extendHold(hold.id, lifetime: .hours(1), tenantID: other, now: now) },
        ] as [@Sendable (StoreTransaction, Timestamp) throws -> Void] {
            #expect { try f.write(attempt) } throws: { ($0 as? StoreError)?.code == .notFound }
        }
        #expect(try f.hold(hold.id) == hold)
    }

    @Test func whatEndedIsForgottenAfterNinetyDaysInChunks() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        let old = try (0..<5).map { _ in try f.place("A", 1) }
        try f.confirm(old[0])
        try f.cancel(old[1])
        _ = try f.refund(old[1])
        let standing = try f.place("A", 1, for: .days(7))
        f.now = f.now + .days(6)
        try f.expire()
        _ = try f.write { [id = f.tenantID] tx, now in
            try tx.extendHold(standing.id, lifetime: .days(7), tenantID: id, now: now)
        }
        let young = try f.place("A", 1)
        let forget = { [f] in try f.write { tx, now in 
            let before = try tx.sql.int(SQL("SELECT COUNT(*) FROM hold"))
            let more = try tx.forgetHolds(endedBefore: now - StoreReader.holdLifetime, limit: 2)
            return (before - (try tx.sql.int(SQL("SELECT COUNT(*) FROM hold"))), more)
        } }
        f.now = f.now + .days(84) - .milliseconds(1)
        #expect(try forget() == (0, false))
        f.now = f.now + .days(6) + .milliseconds(2)
        #expect(try forget() == (2, true))
        #expect(try forget() == (2, true))
        #expect(try forget() == (1, false))
        #expect(try f.int("SELECT COUNT(*) FROM refused_payment") == 0)
        #expect(throws: StoreError.self) { try f.hold(old[1].id) }
        #expect(try f.hold(standing.id).state == .held && f.hold(young.id).state == .held)
        try f.checkHolds()
    }

    /// It was placed and ended while the clock was a year ahead.
    @Test func aHoldFromTheFutureKeepsNoOtherFromBeingForgotten() throws {
        let f = try StoreFixture()
        try f.stock("A", 100)
        let today = f.now
        f.now = today + .days(365)
        let ahead = try f.place("A", 1)
        try f.cancel(ahead)
        f.now = today
        let old = try f.place("A", 1)
        try f.cancel(old)
        // Also when its time has come, and it looks young.
        for days in [91, 366] {
            f.now = today + .days(Int64(days))
            let other = try f.place("A", 1)
            f.now = f.now - .days(91)
            try f.cancel(other)
            f.now = f.now + .days(91)
            _ = try f.write { tx, now in try tx.forgetHolds(endedBefore: now - StoreReader.holdLifetime, limit: 100) }
            #expect(try f.int("SELECT COUNT(*) FROM hold") == 1)
            #expect(try f.hold(ahead.id).state == .cancelled)
        }
    }

    @Test func everyHoldIsToldOnceInOrderFromAnyCursor() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 100)
        var random = SystemRandomNumberGenerator()
        for index in 0..<40 {
            let hold = try f.place("A", 1)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try f.confirm(hold)
            case 1: try f.cancel(hold)
            case 2: try f.set(key, 100 + index)
            default: break
            }
        }
        let everything = try f.events("")
        #expect(everything.map(\.id) == everything.map(\.id).sorted())
        #expect(everything.filter { $0.kind == "hold.placed" }.count == 40)
        for limit in [1, 2, 3, 50] {
            for kinds in [nil, ["hold.placed"], ["hold.placed", "hold.confirmed"], ["stock.changed", "hold.cancelled"]] as [Set<String>?] {
                var paged: [EventRecord] = [], cursor: Int64 = 0
                while true {
                    let (page, next) = try f.write { [cursor] tx, _ in
                        try tx.events(after: cursor, kinds: kinds, tenantID: nil, limit: limit)
                    }
                    if next == cursor { break }
                    paged += page
                    cursor = next
                }
                #expect(paged == everything.filter { kinds?.contains($0.kind) ?? true })
            }
        }
    }
}
