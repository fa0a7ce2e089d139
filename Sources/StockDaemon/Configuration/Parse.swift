import Glibc
import StockDomain
import StockNotify
import StockTransport

/// How the texts of the file become values. Each throws `Invalid`.
enum Parse {
    /// Ten years: longer than anything sensible, and far from overflowing.
    private static let longest: Duration = .days(3650)

    static func text(_ text: String) throws(Invalid) -> String {
        do { try Text.check(text) } catch { throw Invalid(error.description) }
        return text
    }

    /// Names of sources, tenants, webhooks: they stand in logs, paths and commands.
    static func name(_ text: String) throws(Invalid) -> String {
        guard Text.isPlainName(text) else { throw Invalid("must be \(Text.plainNameRule)") }
        return text
    }

    static func flag(_ text: String) throws(Invalid) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default: throw Invalid("must be true or false, not \(quoted(text))")
        }
    }

    static func oneOf<T: RawRepresentable<String> & CaseIterable>(_: T.Type) -> (String) throws(Invalid) -> T {
        { text throws(Invalid) in
            guard let value = T(rawValue: text) else {
                throw Invalid("must be one of \(T.allCases.map(\.rawValue).joined(separator: ", ")), not \(quoted(text))")
            }
            return value
        }
    }

    static func number(_ text: String) throws(Invalid) -> UInt64 {
        guard let number = UInt64(text) else { throw Invalid("must be a whole number, not \(quoted(text))") }
        return number
    }

    /// `30s`, `15m`, `24h`, `7d` or `0`.
    static func duration(atLeast least: Duration = .zero) -> (String) throws(Invalid) -> Duration {
        { text throws(Invalid) in
            let duration = try duration(text)
            if duration < least { throw Invalid("must be at least \(least.components.seconds)s") }
            return duration
        }
    }

    private static func duration(_ text: String) throws(Invalid) -> Duration {
        if text == "0" { return .zero }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ units[$0] }), !digits.isEmpty,
            digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
        else { throw Invalid("must be a duration such as 30s, 15m, 24h, 7d or 0, not \(quoted(text))") }
        guard let count = Int64(digits), count <= longest.components.seconds / unit else {
            throw Invalid("must be at most 3650d")
        }
        return .seconds(count * unit)
    }

    /// `09:00`.
    static func timeOfDay(_ text: String) throws(Invalid) -> TimeOfDay {
        guard let minutes = QuietHours.minutes(text) else {
            throw Invalid("must be a time of day such as \"09:00\", not \(quoted(text))")
        }
        return TimeOfDay(minutes: minutes)
    }

    static func threshold(_ text: String) throws(Invalid) -> ThresholdSpec {
        guard let spec = ThresholdSpec(text) else {
            throw Invalid("must be a threshold such as 5, 20% (of the par level) or 7d (days of cover), not \(quoted(text))")
        }
        return spec
    }

    static func quantity(_ text: String) throws(Invalid) -> Quantity {
        guard let quantity = Quantity(text), quantity >= .zero else {
            throw Invalid("must be a quantity such as 5 or 2.5, not \(quoted(text))")
        }
        return quantity
    }

    static func absolutePath(_ text: String) throws(Invalid) -> String {
        guard text.hasPrefix("/"), text.utf8.count < 4096, !text.unicodeScalars.contains(where: Text.isControl) else {
            throw Invalid("must be an absolute path, not \(quoted(text))")
        }
        return text
    }

    /// A folder that is there and can be read and written, or that can be made. Without a final slash.
    static func folder(_ text: String) throws(Invalid) -> String {
        var path = try absolutePath(text)
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard path != "/" else { throw Invalid("must be a folder of its own, not /") }
        var status = stat()
        // What is not there yet is made when it is first needed.
        guard stat(path, &status) == 0 else { return path }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw Invalid("\(quoted(path)) is no folder") }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw Invalid("\(quoted(path)) cannot be read and written by this user (\(String(cString: strerror(errno))))")
        }
        return path
    }

    /// `sun_path` holds 108 bytes with the final zero.
    static func socketPath(_ text: String) throws(Invalid) -> String {
        let path = try absolutePath(text)
        guard path.utf8.count <= 107 else { throw Invalid("must not be longer than 107 bytes") }
        return path
    }

    static func trust(_ text: String) throws(Invalid) -> TLSTrust {
        let path = try absolutePath(text)
        let bytes: [UInt8]
        do { bytes = try SmallFile.read(path, limit: 16 << 20) } catch { throw Invalid("\(quoted(path)) \(error.text)") }
        guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") else {
            throw Invalid("\(quoted(path)) holds no PEM certificate")
        }
        return .caFile(path)
    }

    /// An E.164 number.
    static func phone(_ text: String) throws(Invalid) -> String {
        guard text.hasPrefix("+"), (7...15).contains(text.utf8.count - 1), text.utf8.dropFirst().first != UInt8(ascii: "0"),
            text.utf8.dropFirst().allSatisfy({ $0 >= 48 && $0 <= 57 })
        else { throw Invalid("must be a phone number such as \"+15550100\", not \(quoted(text))") }
        return text
    }

    /// Twilio's ids: two letters of the kind and 32 more.
    static func sid(_ prefix: String) -> (String) throws(Invalid) -> String {
        { text throws(Invalid) in
            guard text.hasPrefix(prefix), TwilioAccount.isSID(text) else {
                throw Invalid("must be \(prefix) followed by 32 letters and digits")
            }
            return text
        }
    }

    /// `a@b.example` or `Name <a@b.example>`.
    static func mailbox(_ text: String) throws(Invalid) -> Mailbox {
        let wrong = Invalid("must be an address such as alerts@example.com or Stock alerts <alerts@example.com>")
        guard !text.unicodeScalars.contains(where: Text.isControl) else { throw wrong }
        var name: String?
        var address = text
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<") {
            address = String(text[text.index(after: open)...].dropLast())
            name = Text.mended(String(text[..<open]).replacing("\"", with: ""))
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let allowed = address.unicodeScalars.allSatisfy {
            $0.isASCII && $0.value > 0x20 && $0.value < 0x7F && !"<>()[],;:\\\"".unicodeScalars.contains($0)
        }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, allowed, address.utf8.count <= 254 else { throw wrong }
        return Mailbox(name: name, address: address)
    }
}
