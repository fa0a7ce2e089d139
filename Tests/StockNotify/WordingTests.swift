import StockDomain
import StockNotify
import Testing

@Suite struct WordingTests {
    @Test func headlinesReadAsPromised() {
        func headline(_ occasion: Message.Occasion, _ alert: Alert) -> String {
            Wording.headline(Message.Item(occasion: occasion, alert: alert))
        }
        #expect(headline(.opened, Sample.alert(severity: .out, stock: 0)) == "Out of Stock: Widget A (Widgets)")
        #expect(headline(.worsened, Sample.alert()) == "Critical Stock: Widget A - Only 2 remaining (Widgets)")
        #expect(headline(.opened, Sample.alert(category: nil, severity: .low, stock: 4)) == "Low Stock Alert: Widget A - Only 4 remaining")
        #expect(headline(.reminder, Sample.alert(severity: .low, stock: 4)).hasPrefix("Reminder: Low Stock Alert: "))
        #expect(headline(.resolved, Sample.alert(stock: 40, cause: .restocked)) == "Restocked: Widget A - 40 in stock (Widgets)")
        #expect(headline(.resolved, Sample.alert(cause: .manual)) == "Resolved: Widget A - 2 in stock (Widgets)")
    }

    @Test func whoeverIsNextHearsHowLongNobodyHasTakenItOn() {
        var alert = Sample.alert(severity: .out, stock: 0)
        alert.openedAt = Sample.noon - .minutes(125)
        let item = Message.Item(occasion: .escalated, alert: alert)
        #expect(Wording.headline(item, at: Sample.noon) == "Nobody has taken this on for 2 h: Out of Stock: Widget A (Widgets)")
        #expect(Wording.headline(item) == "Nobody has taken this on: Out of Stock: Widget A (Widgets)")
        #expect(Wording.subject(Sample.message(items: [item, item])) == "Nobody has taken these on: 2 out at Store 5")
        #expect(Wording.span(.minutes(59)) == "59 min")
        #expect(Wording.span(.hours(47)) == "47 h")
        #expect(Wording.span(.hours(48)) == "2 days")
        #expect(Wording.span(.minutes(-5)) == "0 min")
    }

    @Test func aDrillSaysThatItIsOneBeforeAnythingElse() {
        let drill = Sample.message(.drill, items: [Drill.item(at: Sample.noon)])
        #expect(Wording.subject(drill) == "DRILL: Out of Stock: Example product - nothing is out of stock")
        #expect(Wording.plainText(drill).hasPrefix("DRILL: "))
    }

    @Test func aSummaryFitsOneTextMessageHoweverManyThereAre() {
        let worst = Summary(
            day: Day(20_000), at: Sample.noon, counts: Summary.Counts(healthy: 1_000_000, low: 1_000_000, critical: 1_000_000, out: 1_000_000),
            before: nil, opened: 0, resolved: 0, urgent: [])
        #expect(Wording.subject(worst).utf8.count <= 160)
        #expect(Wording.subject(worst) == "Daily summary of 2024-10-04: 1000000 out, 1000000 critical, 1000000 low, 1000000 healthy")
    }

    @Test func subjectsOfDigestsCountAllAndNameThePlace() {
        #expect(Wording.subject(Sample.digest) == "3 out, 12 critical, 9985 low at 3 locations")
        #expect(Wording.subject(Sample.single) == "Critical Stock: Widget A - Only 2 remaining (Widgets), Store 5")
        let two = Sample.message(items: [1, 2].map { Message.Item(occasion: .reminder, alert: Sample.alert($0)) })
        #expect(Wording.subject(two) == "2 critical at Store 5")
        let notice = Sample.message(.resolved, items: [], notice: .init(subject: "No counts from pos", detail: "…", resolved: true))
        #expect(Wording.subject(notice) == "Resolved: No counts from pos")
    }

    @Test func whoIsToldThatItIsOverIsNotAskedToDoAnything() {
        var notice = Message.Notice(subject: "store-1 has less than customers hold", detail: "Why.\n\nWhat to do: count again.", resolved: false)
        let begun = Wording.plainText(Sample.message(.operational, items: [], notice: notice))
        #expect(begun == "store-1 has less than customers hold\n\nWhy.\n\nWhat to do: count again.\n")
        notice.resolved = true
        let over = Wording.plainText(Sample.message(.resolved, items: [], notice: notice))
        #expect(over == "Resolved: store-1 has less than customers hold\n\nThis is over. There is nothing left to do.\n")
    }

    @Test func plainTextSaysWhatIsLeftOutAndHowToSeeIt() {
        let text = Wording.plainText(Sample.digest)
        #expect(text.hasSuffix("… and 9900 more: stockctl alert list\n"))
        #expect(Wording.plainText(Sample.single) == """
            Critical Stock: Widget A - Only 2 remaining (Widgets)
              Location: Store 5
              SKU: WID-007
              Threshold: 3, set for its category
              Lasts: about 2 days at the current pace

            """)
    }
}
