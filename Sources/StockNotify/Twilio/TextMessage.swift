import StockDomain

/// What is sent to phones. Words are `Wording`'s; here they are made to fit.
package enum TextMessage {
    /// WhatsApp takes 1024 characters with the template's own words, in UTF-16.
    private static let chatLimit = 900

    /// A text of one segment, whatever the names in it: what it costs and whether its pieces arrive together is then sure.
    package static func sms(_ message: Message) -> String {
        if let notice = message.notice {
            let detail = notice.resolved ? [] : Wording.body(notice)
            return fitted(detail.reduce(Wording.subject(message)) { $0 + ($0.hasSuffix(".") ? " " : ". ") + $1 })
        }
        guard let first = message.items.first else { return fitted(Wording.subject(message)) }
        return message.total == 1 ? single(first) : several(message)
    }

    /// For a chat, or a variable of a template, which must not hold line ends or runs of spaces.
    package static func whatsapp(_ message: Message) -> String {
        var text: String
        if let notice = message.notice {
            text = ([Wording.subject(message)] + (notice.resolved ? [] : Wording.body(notice))).filter { !$0.isEmpty }.joined(separator: " · ")
        } else if let summary = message.summary {
            text = ([Wording.subject(summary)] + summary.urgent.map(Wording.line)).joined(separator: " · ")
        } else if message.total == 1, let item = message.items.first {
            text = ([Wording.headline(item, at: message.createdAt)] + Wording.details(item).map { "\($0.label): \($0.value)" }).joined(separator: " · ")
        } else {
            text = Wording.gist(message, at: Wording.place(message))
            var shown = 0
            for item in message.items {
                let next = (shown == 0 ? ": " : ", ") + "\(item.alert.productName) (\(item.alert.currentStock))"
                guard text.utf16.count + next.utf16.count < chatLimit - 40 else { break }
                text += next
                shown += 1
            }
            if let rest = Wording.remainder(message, shown: shown), shown > 0 { text += ", \(rest)" }
        }
        return ShortText.cut(ShortText.spaced(text), to: chatLimit, .ucs2)
    }

    private static func fitted(_ text: String) -> String {
        let text = ShortText.plain(text)
        let encoding = SMSEncoding(text)
        return ShortText.cut(text, to: encoding.single, encoding)
    }

    /// Gives up the category, then the end of the location's name, then that of the product's.
    private static func single(_ item: Message.Item) -> String {
        let name = ShortText.plain(item.alert.productName), location = ShortText.plain(item.alert.location)
        func line(_ name: String, _ category: String?, _ location: String) -> String {
            var item = item
            item.alert.productName = name
            item.alert.category = category
            return "\(Wording.headline(item)), \(location)"
        }
        for category in [item.alert.category.map(ShortText.plain), nil] {
            let text = line(name, category, location)
            if SMSEncoding.segments(text) == 1 { return text }
        }
        let encoding = SMSEncoding(name + location)
        let room = encoding.single - encoding.places(line("", nil, ""))
        let shortLocation = ShortText.cut(location, to: max(room / 3, room - encoding.places(name)), encoding)
        return line(ShortText.cut(name, to: room - encoding.places(shortLocation), encoding), nil, shortLocation)
    }

    /// `12 products critical at Store 5: Tea, Milk, ...`: as many names as fit, worst first.
    private static func several(_ message: Message) -> String {
        let place = ShortText.plain(Wording.place(message))
        let gist = Wording.gist(message, at: ShortText.cut(place, to: 30, SMSEncoding(place)))
        var text = fitted(gist), shown = 0
        for item in message.items {
            let name = ShortText.plain(item.alert.productName)
            let short = ShortText.cut(name, to: 24, SMSEncoding(name))
            let longer = text + (shown == 0 ? ": " : ", ") + short
            let mark = shown + 1 < message.total ? ", " + ShortText.ellipsis(SMSEncoding(longer)) : ""
            guard !short.isEmpty, SMSEncoding.segments(longer + mark) == 1 else { break }
            text = longer
            shown += 1
        }
        return shown > 0 && shown < message.total ? text + ", " + ShortText.ellipsis(SMSEncoding(text)) : text
    }
}
