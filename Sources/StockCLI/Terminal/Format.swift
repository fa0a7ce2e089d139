import FoundationEssentials
import Glibc
import StockWire

/// Values as people read them. Dates are local; quantities exact.
package enum Format {
    package static func quantity(_ value: Decimal?) -> String? { value.map(\.description) }

    /// A change of level, with its sign.
    package static func signed(_ value: Decimal) -> String { value > 0 ? "+\(value)" : "\(value)" }

    /// How long stock lasts, to a tenth: `3.5 d`, `<0.1 d`, `>999 d`; nil where there is none or nobody knows.
    package static func days(_ value: Decimal?) -> String? {
        guard let value, value > 0, let days = Double(value.description) else { return nil }
        if days < 0.05 { return "<0.1 d" }
        guard days < 1000 else { return ">999 d" }
        return "\(Decimal(Int64((days * 10).rounded())) / 10) d"
    }

    /// `49.99 USD`.
    package static func money(_ value: Wire.Money?) -> String? { value?.text }

    /// Local time to the minute: `2026-05-01 10:00`.
    package static func time(_ time: Wire.Time?) -> String? {
        time.map { String(moment($0).dropLast(3)) }
    }

    /// Local time to the second, for what follows quickly on each other.
    package static func moment(_ time: Wire.Time) -> String {
        var seconds = time_t(time.milliseconds >= 0 ? time.milliseconds / 1000 : (time.milliseconds - 999) / 1000)
        var local = tm()
        guard localtime_r(&seconds, &local) != nil else { return time.description }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return """
            \(Int(local.tm_year) + 1900)-\(two(local.tm_mon + 1))-\(two(local.tm_mday)) \
            \(two(local.tm_hour)):\(two(local.tm_min)):\(two(local.tm_sec))
            """
    }

    /// `12 s`, `5 min`, `3 h 20 min`, `4 d 2 h`.
    package static func duration(seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h" + (seconds / 60 % 60 == 0 ? "" : " \(seconds / 60 % 60) min")
        default: "\(seconds / 86_400) d" + (seconds / 3600 % 24 == 0 ? "" : " \(seconds / 3600 % 24) h")
        }
    }

    /// `after 5 min`, `at once`.
    package static func after(seconds: Int) -> String { seconds == 0 ? "at once" : "after \(duration(seconds: seconds))" }

    /// `512 B`, `12.3 MB`.
    package static func bytes(_ count: Int64) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var tenths = count / 100
        for unit in ["kB", "MB", "GB", "TB"] {
            if tenths < 10_000 || unit == "TB" { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            tenths /= 1000
        }
        return "\(count) B"
    }

    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }

    package static func severity(_ severity: Wire.Severity?) -> Cell {
        switch severity {
        case .healthy: Cell("healthy", .good)
        case .low: Cell("low", .warning)
        case .critical: Cell("critical", .bad)
        case .out: Cell("out", .worst)
        case nil: Cell("–", .faint)
        }
    }

    package static func yes(_ value: Bool) -> String { value ? "yes" : "no" }
}
