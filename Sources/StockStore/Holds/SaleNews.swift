import StockDomain

extension SaleRecord {
    /// What changes of its lines, for an event to keep: of each line what is held, sold and left, and whether it is sold out.
    func numbers(at now: Timestamp) -> [Int64] {
        zip(lines, showings(at: now)).flatMap { line, showing in
            [line.sale.held.scaled, line.sale.sold.scaled, showing.left.scaled, showing.soldOut ? 1 : 0]
        }
    }

    /// As it was at the event, which is of this sale, with what was shown of its lines. One whose event does not say has no
    /// lines.
    package func asOf(_ event: EventRecord) -> (sale: SaleRecord, showings: [SaleShowing]) {
        var then = self
        then.hours.endedAt = event.kind == "sale.ended" ? event.at : nil
        let numbers = event.numbers ?? []
        guard numbers.count == lines.count * 4 else {
            then.lines = []
            return (then, [])
        }
        var showings: [SaleShowing] = []
        for index in lines.indices {
            let kept = numbers[(index * 4)..<(index * 4 + 4)].map(Quantity.init(scaled:))
            then.lines[index].sale.held = kept[0]
            then.lines[index].sale.sold = kept[1]
            showings.append(SaleShowing(left: kept[2], soldOut: kept[3] != .zero))
        }
        return (then, showings)
    }
}
