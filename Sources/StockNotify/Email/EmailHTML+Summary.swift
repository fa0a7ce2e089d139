import StockDomain
import StockWire

/// The daily summary: the numbers in a row, and a table of what is most urgent that stays readable on a phone.
extension EmailHTML {
    static func summary(_ summary: Summary) -> [String] {
        var rows = [box(numbers(summary), padding: "14px 8px")]
        if let title = Wording.urgentTitle(summary) {
            rows.append(
                """
                <tr><td class="ink" style="padding:14px 4px 8px;font-size:16px;line-height:22px;font-weight:600;color:#101828">\(escaped(title))</td></tr>
                """)
            rows.append(box(table(summary.urgent), padding: "4px 14px"))
        }
        return rows
    }

    private static func box(_ body: String, padding: String) -> String {
        """
        <tr><td style="padding:0 0 10px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" \
        style="background:#ffffff;border:1px solid #e4e7ec;border-radius:8px;border-collapse:separate;overflow:hidden">
        <tr><td style="padding:\(padding)">
        \(body)
        </td></tr>
        </table>
        </td></tr>
        """
    }

    private static func numbers(_ summary: Summary) -> String {
        let cells = Wording.counts(summary).map { count in
            let change = count.change.map { $0 == 0 ? "same" : $0 > 0 ? "+\($0)" : "−\(-$0)" } ?? ""
            // Four numbers of six digits stand side by side on a phone, too.
            let size = count.number < 100_000 ? 24 : 18
            return """
                <td width="25%" align="center" valign="top" style="padding:2px 4px">\
                <div class="\(count.severity.name)" style="font-size:\(size)px;line-height:30px;font-weight:600;color:\(colour(count.severity))">\(count.number)</div>\
                <div class="ink" style="font-size:13px;line-height:18px;color:#344054">\(count.name)</div>\
                <div class="muted" style="font-size:12px;line-height:16px;color:\(muted)">\(change)</div></td>
                """
        }
        let before = summary.before.map { "Changes are since \($0.day)." }
        let remarks = [before, Wording.movement(summary), Wording.gaps(summary)].compactMap(\.self)
        return """
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
            \(cells.joined(separator: "\n"))
            </tr></table>
            <div class="muted" style="padding:10px 10px 0;font-size:13px;line-height:19px;color:\(muted)">\(remarks.map(escaped).joined(separator: " "))</div>
            """
    }

    private static func table(_ items: [Summary.Urgent]) -> String {
        // Widths of their own, or one long number would leave the names no room.
        let columns = [("Product", "left", 46), ("Stock", "right", 14), ("Lasts", "right", 16), ("At risk", "right", 24)]
        let head = columns.map { title, align, width in
            """
            <th scope="col" width="\(width)%" class="muted line" align="\(align)" style="padding:8px \(align == "left" ? "8px" : "0") 8px \(align == "left" ? "0" : "8px");\
            font-size:12px;line-height:16px;font-weight:600;color:\(muted);text-align:\(align);border-bottom:1px solid #e4e7ec">\(title)</th>
            """
        }
        let rows = items.enumerated().map { row($0.element, isLast: $0.offset == items.count - 1) }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;table-layout:fixed">
            <tr>\(head.joined())</tr>
            \(rows.joined(separator: "\n"))
            </table>
            """
    }

    /// A row is there to be taken in at a glance; the plain text has all of it.
    private static func cut(_ text: String, _ limit: Int) -> String { text.count > limit ? text.prefix(limit - 1) + "…" : text }

    /// As `Wording.lasts`, for a narrow column.
    private static func short(_ days: Double) -> String {
        if days < 1 { return "< 1 day" }
        return days < 1.5 ? "1 day" : days > 365 ? "> 1 year" : "\(Int(days.rounded())) days"
    }

    private static func row(_ item: Summary.Urgent, isLast: Bool) -> String {
        let line = isLast ? "" : "border-bottom:1px solid #eef0f3;"
        func number(_ text: String, isMuted: Bool = false) -> String {
            """
            <td class="\(isMuted ? "muted" : "ink") line" align="right" valign="top" \
            style="\(line)padding:9px 0 9px 8px;font-size:13px;line-height:18px;color:\(isMuted ? muted : "#344054");text-align:right;\
            word-break:break-word">\(escaped(text))</td>
            """
        }
        let days = item.severity == .out ? nil : item.daysUntilStockout
        return """
            <tr><td class="line" valign="top" style="\(line)padding:9px 8px 9px 0">\
            <div class="ink" style="font-size:14px;line-height:19px;font-weight:600;color:#101828;word-break:break-word"><bdi>\(escaped(cut(Wording.name(item), 90)))</bdi></div>\
            <div class="muted" style="font-size:12px;line-height:17px;color:\(muted);word-break:break-word">\
            <span class="\(item.severity.name)" style="color:\(colour(item.severity));font-weight:600">\(item.severity.name)</span> \
            &middot; <bdi>\(escaped(cut(item.location, 40)))</bdi> &middot; <bdi>\(escaped(cut(item.sku, 40)))</bdi></div></td>\
            \(number("\(item.onHand)"))\(number(days.map(short) ?? "–", isMuted: days == nil))\
            \(number(item.atRiskPerDay.map { Wire.Money($0).text } ?? Wording.atRisk(item), isMuted: item.atRiskPerDay == nil))</tr>
            """
    }
}
