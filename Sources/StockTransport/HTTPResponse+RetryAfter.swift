extension HTTPResponse {
    /// What `Retry-After` asks for in seconds; nil where it is absent or a date, which not one of the services we talk
    /// to sends.
    package var retryAfter: Duration? {
        guard let text = header("retry-after"), let seconds = Int64(text), (0...86_400).contains(seconds) else { return nil }
        return .seconds(seconds)
    }
}
