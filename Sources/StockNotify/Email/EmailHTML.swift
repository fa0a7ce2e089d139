import StockDomain

/// The HTML part of a mail: tables and inline styles, because that is what mail clients agree on. What a style sheet adds, the
/// dark colours and the phone's margins, is not missed where it is dropped.
struct EmailHTML {
    let text: String

    init(_ message: Message) {
        let items = message.items.prefix(EmailMessage.itemLimit)
        var rows = [EmailHTML.heading(message)]
        if let notice = message.notice { rows.append(EmailHTML.card(notice)) }
        if let summary = message.summary { rows += EmailHTML.summary(summary) }
        rows += items.map { EmailHTML.card($0, at: message.createdAt) }
        if let rest = Wording.remainder(message, shown: items.count) { rows.append(EmailHTML.rest(rest)) }
        rows.append(EmailHTML.footer(message))
        text = EmailHTML.page(title: Wording.subject(message), rows: rows.joined(separator: "\n"))
    }

    /// `text` as it may stand in an element or a quoted attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(Text.isControl(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }

    private static let font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
    static let muted = "#667085"

    private static func page(title: String, rows: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>\(escaped(title))</title>
        <style>
        @media (prefers-color-scheme: dark) {
          .page { background: #14171b !important; }
          .card { background: #1f242a !important; border-color: #333a42 !important; }
          .ink { color: #e8ebef !important; }
          .muted { color: #9aa5b1 !important; }
          .line { border-color: #333a42 !important; }
          .out { color: #ff8f85 !important; }
          .critical { color: #ffb074 !important; }
          .low { color: #e5c453 !important; }
          .healthy { color: #81c784 !important; }
        }
        @media (max-width: 480px) {
          .outer { padding: 16px 8px !important; }
        }
        </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:#f2f4f7">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background:#f2f4f7">
        <tr><td align="center" class="outer" style="padding:28px 16px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;\(font)">
        \(rows)
        </table>
        </td></tr>
        </table>
        </body>
        </html>

        """
    }

    private static func heading(_ message: Message) -> String {
        let subject = message.total > 1 ? Wording.subject(message) : occasion(message)
        let chips = message.total > 1 ? counts(message) : ""
        return """
            <tr><td style="padding:0 4px 16px">
            <div class="muted" style="font-size:13px;line-height:18px;color:\(muted)">stockd\(tenant(message)) &middot; \(message.createdAt.spoken)</div>
            <div class="ink" style="font-size:22px;line-height:28px;font-weight:600;color:#101828;word-break:break-word">\(escaped(subject))</div>
            \(chips)</td></tr>
            """
    }

    /// What a mail of a single alert or notice is about; the card below says the rest.
    private static func occasion(_ message: Message) -> String {
        switch message.kind {
        case .alert: message.items.first?.occasion == .escalated ? "Nobody has taken this on" : "Stock alert"
        case .reminder: "Still short"
        case .resolved: message.notice == nil ? "No longer short" : "A notice from stockd"
        case .summary: message.summary.map { "Daily summary of \($0.day)" } ?? "Daily summary"
        case .operational: "A notice from stockd"
        case .drill: "This is a drill"
        }
    }

    /// How many of each severity, worst first.
    private static func counts(_ message: Message) -> String {
        guard message.kind != .resolved else { return "" }
        let chips = [Severity.out, .critical, .low].compactMap { severity -> String? in
            guard let count = message.bySeverity[severity], count > 0 else { return nil }
            return """
                <span style="display:inline-block;margin:10px 6px 0 0;padding:3px 12px;border-radius:12px;background:\(colour(severity));\
                color:#ffffff;font-size:13px;line-height:18px;font-weight:600">\(count)&nbsp;\(severity.name)</span>
                """
        }
        return "<div>\(chips.joined())</div>"
    }

    private static func card(_ item: Message.Item, at time: Timestamp) -> String {
        let colour =
            switch item.occasion {
            case .resolved: colour(.healthy)
            case .drill: "#475467"
            case .opened, .worsened, .reminder, .escalated: colour(item.alert.severity)
            }
        let details = Wording.details(item).map { detail in
            """
            <tr><td class="muted" width="84" valign="top" style="padding:2px 12px 2px 0;font-size:13px;line-height:18px;color:\(muted);white-space:nowrap">\(escaped(detail.label))</td>\
            <td class="ink" valign="top" style="padding:2px 0;font-size:13px;line-height:18px;color:#344054;word-break:break-word">\(escaped(detail.value))</td></tr>
            """
        }
        return card(colour: colour, title: Wording.headline(item, at: time), body: """
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:8px">
            \(details.joined(separator: "\n"))
            </table>
            """)
    }

    private static func card(_ notice: Message.Notice) -> String {
        let lines = Wording.body(notice).map(escaped)
        let body = """
            <div class="ink" style="margin-top:8px;font-size:14px;line-height:21px;color:#344054;word-break:break-word">\(lines.joined(separator: "<br>"))</div>
            """
        let title = (notice.resolved ? "Resolved: " : "") + notice.subject
        return card(colour: notice.resolved ? colour(.healthy) : "#475467", title: title, body: body)
    }

    /// A box with a bar of colour at its left.
    private static func card(colour: String, title: String, body: String) -> String {
        """
        <tr><td style="padding:0 0 10px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" \
        style="background:#ffffff;border:1px solid #e4e7ec;border-radius:8px;border-collapse:separate;overflow:hidden">
        <tr><td width="5" style="width:5px;background:\(colour);font-size:0;line-height:0">&nbsp;</td>
        <td style="padding:14px 18px">
        <div class="ink" style="font-size:16px;line-height:22px;font-weight:600;color:#101828;word-break:break-word">\(escaped(title))</div>
        \(body)
        </td></tr>
        </table>
        </td></tr>
        """
    }

    private static func rest(_ text: String) -> String {
        """
        <tr><td class="muted" align="center" style="padding:8px 4px 10px;font-size:14px;line-height:20px;color:\(muted)">… \(escaped(text))</td></tr>
        """
    }

    private static func footer(_ message: Message) -> String {
        let hint =
            switch message.kind {
            case .summary:
                "<code>stockctl summary</code> shows how it stands now, <code>stockctl stock list</code> every level."
            case .drill: "<code>stockctl delivery list</code> shows what was sent, and where."
            case .operational: "<code>stockctl health</code> shows how stockd is."
            case .resolved where message.notice != nil: "<code>stockctl health</code> shows how stockd is."
            case .alert, .reminder, .resolved:
                "<code>stockctl alert list</code> shows every open alert; <code>stockctl alert acknowledge ID</code> silences reminders."
            }
        return """
            <tr><td class="muted" style="padding:10px 4px 0;font-size:12px;line-height:18px;color:\(muted)">\(hint)</td></tr>
            """
    }

    private static func tenant(_ message: Message) -> String {
        message.tenant == "default" ? "" : " &middot; \(escaped(message.tenant))"
    }

    static func colour(_ severity: Severity) -> String {
        switch severity {
        case .out: "#b42318"
        case .critical: "#c4570a"
        case .low: "#a67c00"
        case .healthy: "#2e7d32"
        }
    }
}
