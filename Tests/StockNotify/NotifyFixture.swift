import StockDomain
import StockTransport
import Synchronization

/// Messages to render, worst-case names included.
enum Sample {
    static let noon = Timestamp(rfc3339: "2026-05-04T12:00:00Z")!
    static let hostile = "Evil\u{202E}txt\r\nBcc: x@y.z <script>alert(1)</script> <!channel> & \"q\" 😀"

    static func alert(
        _ id: Int64 = 7, name: String = "Widget A", category: String? = "Widgets", severity: Severity = .critical,
        stock: Int = 2, location: String = "Store 5", cause: Alert.Cause? = nil
    ) -> Alert {
        Alert(
            id: id, sku: "WID-00\(id)", productName: name, category: category, location: location, severity: severity,
            state: cause == nil ? .open : .resolved, currentStock: Quantity(stock), threshold: Quantity(3),
            thresholdOrigin: "category", velocityPerDay: 1.3, daysUntilStockout: severity == .out ? 0 : 1.6,
            openedAt: noon - .hours(1), resolvedAt: cause == nil ? nil : noon, resolvedCause: cause)
    }

    static func message(
        _ kind: Message.Kind = .alert, items: [Message.Item], bySeverity: [Severity: Int]? = nil, locationCount: Int? = nil,
        notice: Message.Notice? = nil, summary: Summary? = nil
    ) -> Message {
        Message(
            deliveryID: 41, idempotencyKey: "0b7e.41", kind: kind, tenant: "default", createdAt: noon, items: items,
            bySeverity: bySeverity, locationCount: locationCount, notice: notice, summary: summary)
    }

    static let single = message(items: [Message.Item(occasion: .opened, alert: alert())])
    static let evil = message(items: [
        Message.Item(occasion: .opened, alert: alert(name: hostile, category: hostile, location: hostile))
    ])
    static let digest = message(
        items: (1...200).map { Message.Item(occasion: .opened, alert: alert($0, severity: $0 < 4 ? .out : .low, stock: $0 < 4 ? 0 : 3)) },
        bySeverity: [.out: 3, .critical: 12, .low: 9985], locationCount: 3)
}

/// Answers what it is told, and keeps what it was asked.
final class ScriptedHTTP: HTTPClient {
    private let answer: Result<HTTPResponse, TransportError>
    private let requests = Mutex<[HTTPRequest]>([])

    init(_ answer: Result<HTTPResponse, TransportError>) { self.answer = answer }

    var last: HTTPRequest? { requests.withLock(\.last) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        return try answer.get()
    }
}
