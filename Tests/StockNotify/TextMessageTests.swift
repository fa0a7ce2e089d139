import StockDomain
@testable import StockNotify
import StockTestSupport
import Testing

@Suite struct TextMessageTests {
    private func alert(_ name: String, category: String? = "Widgets", location: String = "Store 5", severity: Severity = .critical) -> Message.Item {
        Message.Item(occasion: .opened, alert: Sample.alert(name: name, category: category, severity: severity, stock: severity == .out ? 0 : 2, location: location))
    }

    @Test func aTextSaysWhatAndWhere() {
        #expect(TextMessage.sms(Sample.single) == "Critical Stock: Widget A - Only 2 remaining (Widgets), Store 5")
        let long = alert(String(repeating: "Very long name ", count: 12))
        let text = TextMessage.sms(Sample.message(items: [long]))
        #expect(text == "Critical Stock: Very long name Very long name Very long name Very long name Very long name Very long name Very long name Very lon... - Only 2 remaining, Store 5")
        #expect(SMSEncoding.segments(text) == 1)
    }

    @Test func manyAlertsBecomeOneTextWithTheWorstNames() {
        let items = ["Tea", "Milk", "Sugar, white", "Coffee beans", "Rice", "Flour", "Salt", "Honey", "Eggs", "Butter", "Yoghurt", "Bread"].map { alert($0) }
        let text = TextMessage.sms(Sample.message(items: items))
        #expect(text == "12 products critical at Store 5: Tea, Milk, Sugar, white, Coffee beans, Rice, Flour, Salt, Honey, Eggs, Butter, Yoghurt, Bread")
        #expect(TextMessage.sms(Sample.digest).hasPrefix("3 out of stock, 12 critical, 9985 low at 3 locations: Widget A, "))
        #expect(TextMessage.sms(Sample.digest).hasSuffix(", ..."))
        let resolved = Sample.message(.resolved, items: [1, 2].map { Message.Item(occasion: .resolved, alert: Sample.alert($0, cause: .restocked)) })
        #expect(TextMessage.sms(resolved) == "2 products no longer short at Store 5: Widget A, Widget A")
    }

    @Test(arguments: [
        ("Crème brûlée “à la Léon” – 6×", "Crème brulée \"à la Léon\" - 6x"), ("Łódź ½ kg…", "Lodz 1/2 kg..."), ("Tea 😀 👨‍👩‍👧 green", "Tea green"),
        ("Ünïcödé ﬁsh™", "Ünicödé fishTM"), ("a\r\nb\u{202E}c", "a b c"), ("Чай", "Чай"), ("😀", "😀"), ("烏龍茶", "烏龍茶"), ("Ｔｅａ", "Tea"),
    ])
    func namesAreSpelledSoThatTextsStayCheap(name: String, expected: String) {
        #expect(ShortText.plain(name) == expected)
    }

    @Test func whateverTheNamesATextIsOneSegmentAndAChatMessageOneShortLine() {
        var random = SeededGenerator(seed: 4)
        let alphabet = Array("abc XYZ,.-^{}€~|\\éèçøÆ’…—½😀👨‍👩‍👧茶чайकी\u{202E}\n\u{0301}\"&<")
        func text(_ most: Int) -> String {
            "x" + String((0..<Int.random(in: 0...most, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
        }
        for _ in 0..<400 {
            let location = text(200)
            let items = (1...Int64.random(in: 1...30, using: &random)).map { id in
                Message.Item(
                    occasion: [.opened, .worsened, .reminder, .resolved].randomElement(using: &random)!,
                    alert: Sample.alert(id, name: text(300), category: text(80), severity: [.out, .critical, .low].randomElement(using: &random)!, location: location))
            }
            let kind: Message.Kind = [.alert, .reminder, .resolved].randomElement(using: &random)!
            let notice = Message.Notice(subject: text(200), detail: text(900), resolved: Bool.random(using: &random))
            for message in [Sample.message(kind, items: items), Sample.message(kind, items: [items[0]]), Sample.message(.operational, items: [], notice: notice)] {
                let sms = TextMessage.sms(message)
                #expect(SMSEncoding.segments(sms) == 1)
                #expect(!sms.isEmpty && !sms.unicodeScalars.contains(where: Text.isControl))
                let chat = TextMessage.whatsapp(message)
                #expect(chat.utf16.count <= 900 && !chat.unicodeScalars.contains(where: Text.isControl) && !chat.contains("  "))
            }
        }
    }

    @Test func aNoticeSaysAsMuchAsFits() {
        let notice = Message.Notice(subject: "stockd cannot send by email", detail: "The channel is paused.", resolved: false)
        #expect(TextMessage.sms(Sample.message(.operational, items: [], notice: notice)) == "stockd cannot send by email. The channel is paused.")
        var over = notice
        over.resolved = true
        #expect(TextMessage.sms(Sample.message(.resolved, items: [], notice: over)) == "Resolved: stockd cannot send by email")
    }
}
