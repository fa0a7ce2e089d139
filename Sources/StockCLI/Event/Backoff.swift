/// How long to wait before a lost connection is tried again: a restart takes about a second, and nobody is helped by
/// more than one attempt in five.
struct Backoff {
    private var next = Backoff.first

    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(5)

    mutating func wait() -> Duration {
        defer { next = min(next * 2, Backoff.longest) }
        return next
    }

    /// It is there again.
    mutating func reset() { next = Backoff.first }
}
