/// How long, and how often, a message is followed that was accepted.
package enum FollowPolicy {
    /// How long a message that may have been taken is given to show up in the other side's lists, which lag behind a little,
    /// before it is looked up there.
    package static let doubt = Duration.minutes(1)

    /// Most texts have arrived by then, or been refused.
    package static let firstLook = Duration.seconds(10)
    /// Seldom enough to cost nothing, often enough to know of a failure while the shop is open.
    package static let longestPause = Duration.hours(1)
    /// Carriers try for hours; some never say what became of it.
    package static let giveUpAfter = Duration.hours(24)

    /// Pauses before a message is sent again that did not arrive though it might have: a phone that is off, a carrier that
    /// does not say why. A text costs money, so that this ends soon.
    private static let resends: [Duration] = [.minutes(5), .minutes(30), .hours(2)]

    /// When it is looked at next: the older it is, the later. nil: no more, nobody knows what became of it.
    package static func nextLook(sentAt: Timestamp, now: Timestamp) -> Timestamp? {
        let age = now - sentAt
        // Sent in the future: the clock has jumped back.
        if age < .zero { return now + firstLook }
        guard age < giveUpAfter else { return nil }
        return now + min(max(age, firstLook), longestPause)
    }

    /// How long until it is sent again that failed to arrive, `failures` times so far, this one included; nil: no more.
    package static func pause(failures: Int) -> Duration? {
        resends.indices.contains(failures - 1) ? resends[failures - 1] : nil
    }
}
